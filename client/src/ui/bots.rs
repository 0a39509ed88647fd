//! One's bots: making them, and what each is told by and tells.

use kith_markup::html;
use kith_shared::UserId;
use kith_shared::bot::{Bot, CreateBot, Webhook};
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::confirm_button::ConfirmButton;
use super::copy_button::CopyButton;
use super::failure::failure_banner;
use super::field::Field;
use super::kith::{Kith, use_kith};
use super::local::{Local, use_local};
use super::page;
use super::person::person_row;
use super::time;
use crate::engine::{BotChange, Engine};
use crate::i18n::{text, text_with};
use crate::state::{Connection, ConversationView, Failure};

#[derive(Default)]
struct Mine {
    bots: Vec<Bot>,
    /// Of the next one.
    username: String,
    name: String,
    /// What is told once, until something else is done.
    secret: Option<String>,
    /// The one that is managed, and its webhooks.
    managed: Option<UserId>,
    webhooks: Vec<Webhook>,
    url: String,
}

#[component]
pub fn Bots() -> Html {
    let (kith, mine) = (use_kith(), use_local(Mine::default));
    {
        let (engine, mine) = (kith.engine.clone(), mine.clone());
        use_effect_with(kith.state.connection == Connection::Online, move |is_online| {
            if *is_online {
                mine.task().look(refresh(engine, mine.clone()));
            }
        });
    }
    let Mine { bots, username, name, secret, .. } = &*mine.get();
    let field = |id, label, value: &String, put: fn(&mut Mine) -> &mut String| {
        let mine = mine.clone();
        let oninput = Callback::from(move |typed| mine.set(|mine| *put(mine) = typed));
        Field { id, label: text(label), value: value.clone(), oninput, verbatim: true, ..Field::default() }
            .draw()
    };
    let make = asks(&kith, &mine, |mine| {
        let username = mine.username.trim().to_owned();
        let name = mine.name.trim();
        let display_name = if name.is_empty() { username.clone() } else { name.to_owned() };
        Some(BotChange::Make(CreateBot { username, display_name }))
    });
    html! {
        <section class="section">
            <h2 class="section__title">{ text("bots.title") }</h2>
            <p class="section__text">{ text("bots.text") }</p>
            <form class="form" onsubmit={submitted(&make)}>
                { field("bot-username", "bots.username", username, |mine| &mut mine.username) }
                { field("bot-name", "bots.name", name, |mine| &mut mine.name) }
                <button class="button button--primary" aria-disabled={mine.task().disabled()}>{ text("bots.make") }</button>
            </form>
            { failure_banner(mine.task().failure()) }
            <div role="status">
                if let Some(secret) = secret {
                    <div class="link-row">
                        <div class="link-row__text">
                            <p class="link-row__address">{ secret }</p>
                            <p class="link-row__detail">{ text("bots.once") }</p>
                        </div>
                        <CopyButton copies={secret.clone()} />
                    </div>
                }
            </div>
            <ul role="list">
                for bot in bots {
                    <li key={bot.user.id.to_string()}>{ row(&kith, &mine, bot) }</li>
                }
            </ul>
        </section>
    }
}

async fn refresh(engine: Engine, mine: Local<Mine>) -> Result<(), Failure> {
    let bots = engine.bots().await?;
    let managed = mine.get().managed.filter(|id| bots.iter().any(|bot| bot.user.id == *id));
    let webhooks = match managed {
        Some(bot) => engine.webhooks(bot).await?,
        None => Vec::new(),
    };
    mine.set(|mine| (mine.bots, mine.managed, mine.webhooks) = (bots, managed, webhooks));
    Ok(())
}

/// Changes something about the bots, shows what is told once, and asks how they are now.
fn change(engine: &Engine, mine: &Local<Mine>, change: BotChange) {
    let (engine, changed) = (engine.clone(), mine.clone());
    mine.task().run(async move {
        let makes = matches!(change, BotChange::Make(_));
        // A path, where it is a webhook's.
        let told = |secret: String| if secret.starts_with('/') { page::address(&secret) } else { secret };
        let secret = engine.change_bot(change).await?.map(told);
        changed.set(|mine| {
            mine.secret = secret;
            if makes {
                (mine.username, mine.name) = Default::default();
            }
        });
        refresh(engine, changed).await
    });
}

/// Asks for what there is to change when it is called.
fn asks(
    kith: &Kith,
    mine: &Local<Mine>,
    what: impl Fn(&Mine) -> Option<BotChange> + 'static,
) -> Callback<()> {
    let (engine, mine) = (kith.engine.clone(), mine.clone());
    Callback::from(move |()| {
        let asked = what(&mine.get());
        asked.into_iter().for_each(|asked| change(&engine, &mine, asked));
    })
}

fn submitted(press: &Callback<()>) -> Callback<SubmitEvent> {
    press.reform(|event: SubmitEvent| event.prevent_default())
}

/// One field, and what sends it.
fn form(mine: &Local<Mine>, field: Html, label: &'static str, press: &Callback<()>) -> Html {
    html! {
        <form class="form form--inline" onsubmit={submitted(press)}>
            { field }
            <button class="button" aria-disabled={mine.task().disabled()}>{ text(label) }</button>
        </form>
    }
}

fn row(kith: &Kith, mine: &Local<Mine>, bot: &Bot) -> Html {
    let is_managed = mine.get().managed == Some(bot.user.id);
    let onclick = {
        let (engine, mine, id) = (kith.engine.clone(), mine.clone(), bot.user.id);
        let url = bot.outgoing.as_ref().map(|outgoing| outgoing.url.clone()).unwrap_or_default();
        Callback::from(move |_: MouseEvent| {
            let managed = (!is_managed).then_some(id);
            mine.set(|mine| {
                (mine.managed, mine.secret, mine.webhooks) = (managed, None, Vec::new());
                mine.url = url.clone();
            });
            mine.task().run(refresh(engine.clone(), mine.clone()));
        })
    };
    let manage = html! {
        <button class="button" type="button" aria-expanded={is_managed.to_string()} {onclick}>
            { text("group.manage") }<span class="visually-hidden">{ &bot.user.display_name }</span>
        </button>
    };
    html! {
        <>
            { person_row(kith, &bot.user, manage) }
            if is_managed {
                <div class="bot">
                    { webhooks(kith, mine, bot.user.id) }
                    { outgoing(kith, mine, bot) }
                    { ends(kith, mine, bot) }
                </div>
            }
        </>
    }
}

/// Addresses by which the bot says something, one for a conversation.
fn webhooks(kith: &Kith, mine: &Local<Mine>, bot: UserId) -> Html {
    let fits = |view: &&std::rc::Rc<ConversationView>| {
        view.is_bot(bot) && (!view.is_group() || view.role(kith.me()).may_add_webhooks())
    };
    let make = asks(kith, mine, move |_| {
        let select = page::find("#bot-conversation")?.dyn_into::<HtmlSelectElement>().ok()?;
        Some(BotChange::Hook(bot, select.value().parse().ok()?))
    });
    let name = |id| kith.state.conversations.get(&id).map(|view| view.name(kith.me()).to_owned());
    let remove = |id| asks(kith, mine, move |_| Some(BotChange::Unhook(bot, id))).reform(|_: MouseEvent| ());
    let mut fitting = kith.state.conversations.values().filter(fits).peekable();
    let choice = fitting.peek().is_some().then(|| {
        html! {
            <div class="field">
                <label class="field__label" for="bot-conversation">{ text("bots.webhook") }</label>
                <select class="field__input" id="bot-conversation">
                    for view in fitting {
                        <option key={view.id().to_string()} value={view.id().to_string()}>{ view.name(kith.me()) }</option>
                    }
                </select>
            </div>
        }
    });
    html! {
        <>
            if let Some(choice) = choice {
                { form(mine, choice, "bots.make_webhook", &make) }
            }
            <ul role="list">
                for webhook in &mine.get().webhooks {
                    <li class="link-row" key={webhook.id.to_string()}>
                        <div class="link-row__text">
                            <p>{ name(webhook.conversation) }</p>
                            <p class="link-row__detail">{ time::exact(webhook.created_at) }</p>
                        </div>
                        <button class="button button--danger" type="button" onclick={remove(webhook.id)}>{ text("bots.remove_webhook") }</button>
                    </li>
                }
            </ul>
        </>
    }
}

/// Where it is told what is said, and how that goes.
fn outgoing(kith: &Kith, mine: &Local<Mine>, bot: &Bot) -> Html {
    let typed = mine.clone();
    let oninput = Callback::from(move |url| typed.set(|mine| mine.url = url));
    let id = bot.user.id;
    let save = asks(kith, mine, move |mine| Some(BotChange::Post(id, mine.url.trim().to_owned())));
    let state = bot.outgoing.as_ref().and_then(|outgoing| {
        let failure = outgoing.failure.as_ref()?;
        let how = if outgoing.stopped {
            "bots.stopped"
        } else if failure.given_up {
            "bots.given_up"
        } else {
            "bots.failed"
        };
        Some(text_with(how, &[("date", &time::exact(failure.at)), ("reason", &failure.reason)]))
    });
    let (label, value) = (text("bots.url"), mine.get().url.clone());
    let field =
        Field { id: "bot-url", label, value, oninput, kind: "url", verbatim: true, ..Field::default() };
    html! {
        <>
            { form(mine, field.draw(), "settings.save", &save) }
            if let Some(state) = state {
                <p class="section__text">{ state }</p>
            }
        </>
    }
}

/// What ends what there was before.
fn ends(kith: &Kith, mine: &Local<Mine>, bot: &Bot) -> Html {
    let id = bot.user.id;
    let name = [("name", bot.user.display_name.as_str())];
    let press = |what: fn(UserId) -> BotChange| asks(kith, mine, move |_| Some(what(id)));
    html! {
        <div class="section__actions">
            <ConfirmButton label={text("bots.renew")} question={text_with("bots.renew_question", &name)} onconfirm={press(BotChange::Renew)} />
            <ConfirmButton label={text("bots.remove")} question={text_with("bots.remove_question", &name)} onconfirm={press(BotChange::Remove)} />
        </div>
    }
}
