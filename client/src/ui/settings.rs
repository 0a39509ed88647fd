//! Settings: one's profile, and logging out.

use kith_markup::html;
use kith_shared::validate;
use yew::prelude::*;

use super::appearance::appearance;
use super::avatar::{Size, avatar};
use super::bots::Bots;
use super::confirm_button::ConfirmButton;
use super::cropper::AvatarButtons;
use super::devices::DevicesSection;
use super::failure::{code_sentence, failure_banner};
use super::field::Field;
use super::kept_files::KeptFiles;
use super::kith::{Kith, use_kith};
use super::link::title_bar;
use super::local::use_local;
use super::notification_settings::NotificationSettings;
use super::offers::install_section;
use super::privacy::privacy;
use super::stickers::StickersSection;
use super::storage::StorageSection;
use crate::i18n::{plural, text};
use crate::state::Phase;

pub fn settings(kith: &Kith) -> Html {
    html! {
        <>
            { title_bar(kith, &text("settings.title")) }
            <div class="sections">
                <Profile />
                { appearance(kith) }
                <NotificationSettings />
                { privacy(kith) }
                <StickersSection />
                <Bots />
                <KeptFiles />
                { install_section(kith) }
                <StorageSection />
                <DevicesSection />
                <LogOut />
            </div>
        </>
    }
}

/// The name while it is being changed, and whether it has been since.
#[derive(Default)]
struct Edit {
    name: Option<String>,
    saved: bool,
}

#[component]
fn Profile() -> Html {
    let (kith, edit) = (use_kith(), use_local(Edit::default));
    let Phase::LoggedIn(session) = &kith.state.phase else { return Html::default() };
    let user = &session.user;
    let typed = edit.get().name.clone().unwrap_or_else(|| user.display_name.clone());
    let error = validate::display_name(&typed).err().map(code_sentence);
    let oninput = {
        let edit = edit.clone();
        Callback::from(move |typed| {
            edit.task().clear();
            edit.set(|edit| *edit = Edit { name: Some(typed), saved: false });
        })
    };
    let onsubmit = {
        let (engine, edit) = (kith.engine.clone(), edit.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let typed = edit.get().name.clone();
            if let Some(typed) = typed.filter(|name| validate::display_name(name).is_ok()) {
                let (engine, done) = (engine.clone(), edit.clone());
                edit.task().run(async move {
                    engine.update_profile(typed).await?;
                    done.set(|edit| edit.saved = true);
                    Ok(())
                });
            }
        })
    };
    let field = Field {
        id: "profile-name",
        label: text("auth.display_name"),
        value: typed,
        oninput,
        autocomplete: "name",
        error,
        ..Field::default()
    };
    let saved = edit.get().saved.then(|| text("settings.saved"));
    html! {
        <section class="section">
            <h2 class="section__title">{ text("settings.profile") }</h2>
            <div class="person-row">
                { avatar(user, Size::Medium, false) }
                <div class="person-row__text">
                    <p class="person-row__name">{ &user.display_name }</p>
                    <p class="person-row__detail">{ format!("@{}", user.username) }</p>
                </div>
            </div>
            <AvatarButtons group={None} has_one={user.avatar.is_some()} />
            <form class="form form--inline" {onsubmit}>
                { field.draw() }
                <button class="button button--primary" aria-disabled={edit.task().disabled()}>{ text("settings.save") }</button>
            </form>
            <p class="section__text" role="status">{ saved }</p>
            { failure_banner(edit.task().failure()) }
        </section>
    }
}

#[component]
fn LogOut() -> Html {
    let (kith, local) = (use_kith(), use_local(|| ()));
    let unsent = kith.state.conversations.values().map(|view| view.outgoing.len()).sum::<usize>();
    let question = match unsent {
        0 => text("settings.log_out_question"),
        unsent => plural("settings.log_out_unsent", unsent as i64),
    };
    let onconfirm = {
        let (engine, task) = (kith.engine, local.task().clone());
        Callback::from(move |()| {
            let engine = engine.clone();
            task.run(async move { engine.log_out().await });
        })
    };
    html! {
        <section class="section">
            <h2 class="section__title">{ text("settings.session") }</h2>
            <p class="section__text">{ text("settings.log_out_text") }</p>
            <ConfirmButton label={text("settings.log_out")} {question} {onconfirm} />
            { failure_banner(local.task().failure()) }
        </section>
    }
}
