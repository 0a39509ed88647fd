//! Registering and logging in; over them, who invites, where one came by an invitation link.

use kith_markup::html;
use kith_shared::problem::Code;
use kith_shared::validate;
use yew::prelude::*;

use super::failure::{code_sentence, failure_banner};
use super::field::Field;
use super::invitation::inviter;
use super::kith::use_kith;
use super::local::{Local, use_local};
use crate::i18n::text;
use crate::state::{Failure, Route};

/// What a field says itself is not said below once more.
const OF_FIELDS: [Code; 4] =
    [Code::InvalidUsername, Code::UsernameTaken, Code::InvalidDisplayName, Code::InvalidPassword];

struct Form {
    registering: bool,
    username: String,
    display_name: String,
    password: String,
    /// What a field's content can't be, once one tried to send it.
    wrong: Option<Code>,
}

/// What is typed stays when one switches between the two, and when the server says no.
#[component]
pub fn Auth() -> Html {
    let kith = use_kith();
    let invited = matches!(kith.state.route, Route::Invitation(_));
    let form = use_local(|| Form {
        // Whoever opens an invitation is mostly new here.
        registering: invited,
        username: String::new(),
        display_name: String::new(),
        password: String::new(),
        wrong: None,
    });
    let onsubmit = {
        let (engine, form) = (kith.engine.clone(), form.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let wrong = check(&form.get()).err();
            form.set(|form| form.wrong = wrong);
            if wrong.is_some() {
                return;
            }
            let now = form.get();
            let (engine, username, password) = (engine.clone(), now.username.clone(), now.password.clone());
            let display_name = now.registering.then(|| now.display_name.clone());
            form.task().run(async move {
                match display_name {
                    Some(name) => {
                        let name = Some(name).filter(|name| !name.trim().is_empty());
                        engine.register(username, password, name).await
                    }
                    None => engine.log_in(username, password).await,
                }
            });
        })
    };
    let switch = {
        let form = form.clone();
        Callback::from(move |_: MouseEvent| {
            form.task().clear();
            form.set(|form| form.registering = !form.registering);
        })
    };
    let now = form.get();
    let [title, lead, action, question, other] = if now.registering {
        ["auth.register_title", "auth.register_lead", "auth.register", "auth.have_account", "auth.log_in"]
    } else {
        ["auth.log_in_title", "auth.log_in_lead", "auth.log_in", "auth.no_account", "auth.register"]
    };
    let failure = form.task().failure();
    let elsewhere =
        |failure: &Failure| !matches!(failure, Failure::Refused(code) if OF_FIELDS.contains(code));
    html! {
        <main class="auth">
            <div class="auth__card">
                <img class="auth__logo" src="/logo.svg" alt="" width="56" height="56" />
                if kith.state.route == Route::Share {
                    <p class="banner">{ text("share.log_in") }</p>
                }
                if invited {
                    { inviter(&kith) }
                }
                <div>
                    <h1 class="auth__title">{ text(title) }</h1>
                    <p class="auth__lead">{ text(lead) }</p>
                </div>
                <form class="form" {onsubmit} novalidate=true>
                    { fields(&form, &now) }
                    { failure_banner(failure.filter(elsewhere)) }
                    <button class="button button--primary" aria-disabled={form.task().disabled()}>{ text(action) }</button>
                </form>
                <p class="auth__switch">
                    { text(question) }
                    <button class="button button--quiet" type="button" onclick={switch}>{ text(other) }</button>
                </p>
            </div>
        </main>
    }
}

fn fields(form: &Local<Form>, now: &Form) -> Html {
    let refused = match form.task().failure() {
        Some(Failure::Refused(code)) => Some(code),
        _ => None,
    };
    let wrong = now.wrong.or(refused);
    let error = |codes: &[Code]| wrong.filter(|code| codes.contains(code)).map(code_sentence);
    let hint = |name: &'static str| now.registering.then(|| text(name));
    let set = |change: fn(&mut Form, String)| {
        let form = form.clone();
        Callback::from(move |typed| {
            form.task().clear();
            form.set(|form| {
                form.wrong = None;
                change(form, typed);
            });
        })
    };
    let username = Field {
        id: "username",
        label: text("auth.username"),
        value: now.username.clone(),
        oninput: set(|form, typed| form.username = typed),
        autocomplete: "username",
        verbatim: true,
        hint: hint("auth.username_hint"),
        error: error(&[Code::InvalidUsername, Code::UsernameTaken]),
        ..Field::default()
    };
    let display_name = Field {
        id: "display-name",
        label: text("auth.display_name"),
        value: now.display_name.clone(),
        oninput: set(|form, typed| form.display_name = typed),
        autocomplete: "name",
        hint: hint("auth.display_name_hint"),
        error: error(&[Code::InvalidDisplayName]),
        ..Field::default()
    };
    let password = Field {
        id: "password",
        label: text("auth.password"),
        value: now.password.clone(),
        oninput: set(|form, typed| form.password = typed),
        kind: "password",
        autocomplete: if now.registering { "new-password" } else { "current-password" },
        hint: hint("auth.password_hint"),
        error: error(&[Code::InvalidPassword]),
        ..Field::default()
    };
    html! {
        <>
            { username.draw() }
            if now.registering {
                { display_name.draw() }
            }
            { password.draw() }
        </>
    }
}

/// What the server would refuse, said before it is asked. A log-in is not judged: old rules may have been others.
fn check(form: &Form) -> Result<(), Code> {
    if form.registering {
        validate::username(&form.username)?;
        if !form.display_name.trim().is_empty() {
            validate::display_name(&form.display_name)?;
        }
        validate::password(&form.password)?;
    }
    Ok(())
}
