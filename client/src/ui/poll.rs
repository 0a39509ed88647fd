//! A poll in its bubble: what is asked, how the options stand, and one's own vote.

use std::rc::Rc;

use kith_markup::html;
use kith_shared::Change;
use kith_shared::conversation::Role;
use kith_shared::message::{Body, Message, Voters};
use yew::prelude::*;

use super::confirm_button::ConfirmButton;
use super::failure::failure_banner;
use super::local::{Local, use_local};
use crate::engine::Engine;
use crate::i18n::{plural, text, text_with};
use crate::state::Content;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub content: Content,
    pub engine: Engine,
}

/// Who chose what, as of which change of the poll: with the next vote it is no longer true, and not shown.
type Looked = Local<Option<(Change, Voters)>>;

#[component]
pub fn Poll(Props { content, engine }: &Props) -> Html {
    let looked = use_local(|| None);
    let message = match content {
        Content::Message(message, _) => Some(message),
        Content::Outgoing(_) => None,
    };
    let Body::Poll { question, options, multiple, closed } = content.body() else { return Html::default() };
    let hint = match (closed, multiple) {
        (true, _) => "poll.closed",
        (false, true) => "poll.choose_several",
        (false, false) => "poll.choose_one",
    };
    let open = message.filter(|message| !closed && is_writable(engine, message));
    let option = |(place, label): (u32, &String)| {
        let choose = open.map(|message| choose(engine, message, *multiple, place));
        let voters = message.and_then(|message| names(message, place, &looked));
        html! {
            <>
                { option(content, *multiple, place, label, choose) }
                if let Some(voters) = voters {
                    <p class="poll__voters">{ voters }</p>
                }
            </>
        }
    };
    html! {
        <fieldset class="poll">
            <legend class="bubble__text">{ question }</legend>
            <p class="poll__hint">{ text(hint) }</p>
            { for (0..).zip(options).map(option) }
            { for message.map(|message| foot(engine, message, open.is_some(), &looked)) }
            { failure_banner(looked.task().failure()) }
        </fieldset>
    }
}

/// Who chose an option, where one asked for it.
fn names(message: &Message, place: u32, looked: &Looked) -> Option<String> {
    let looked = looked.get();
    let (_, voters) = looked.as_ref().filter(|(change, _)| *change == message.change)?;
    let mut names = String::new();
    for user in voters.options.get(place as usize)? {
        if !names.is_empty() {
            names += ", ";
        }
        names += &user.display_name;
    }
    Some(names)
}

fn is_writable(engine: &Engine, message: &Message) -> bool {
    engine.state().conversations.get(&message.conversation).is_some_and(|view| view.writable())
}

/// Its own part of all who voted is a bar behind it; nothing to choose from without `choose`.
fn option(
    content: &Content,
    multiple: bool,
    place: u32,
    label: &str,
    choose: Option<Callback<Event>>,
) -> Html {
    let (name, kind) = (content.key(), if multiple { "checkbox" } else { "radio" });
    let message = match content {
        Content::Message(message, _) => Some(message),
        Content::Outgoing(_) => None,
    };
    let votes = message.and_then(|message| message.votes.as_ref());
    let count = votes.and_then(|votes| votes.counts.get(place as usize)).copied().unwrap_or_default();
    let voters = votes.map_or(0, |votes| votes.voters);
    let share = (count * 100 + voters / 2).checked_div(voters).unwrap_or_default();
    let checked = message.and_then(|message| message.voted()).is_some_and(|voted| voted.contains(&place));
    let disabled = choose.is_none();
    html! {
        <label class="poll__option">
            <input type={kind} {name} {checked} {disabled} onchange={choose} />
            <span class="poll__label">{ label.to_owned() }</span>
            <span class="poll__share" title={plural("poll.voters", i64::from(count))}>
                { text_with("poll.share", &[("share", &share.to_string())]) }
                <span class="visually-hidden">{ plural("poll.voters", i64::from(count)) }</span>
            </span>
            <progress class="poll__bar" value={share.to_string()} max="100" aria-hidden="true" />
        </label>
    }
}

/// Of a poll with one answer the chosen one takes the place of the one before.
fn choose(engine: &Engine, message: &Rc<Message>, multiple: bool, place: u32) -> Callback<Event> {
    let (engine, message) = (engine.clone(), message.clone());
    Callback::from(move |_| {
        let before = message.voted().filter(|_| multiple).unwrap_or_default();
        let mut chosen: Vec<u32> = before.iter().copied().filter(|other| *other != place).collect();
        if chosen.len() == before.len() {
            chosen.insert(chosen.partition_point(|other| *other < place), place);
        }
        engine.vote(message.conversation, message.seq, chosen);
    })
}

fn foot(engine: &Engine, message: &Rc<Message>, open: bool, looked: &Looked) -> Html {
    let voters = message.votes.as_ref().map_or(0, |votes| votes.voters);
    let (conversation, seq) = (message.conversation, message.seq);
    let change = message.change;
    let shown = looked.get().as_ref().is_some_and(|(of, _)| *of == change);
    let toggle = {
        let (engine, looked) = (engine.clone(), looked.clone());
        Callback::from(move |_: MouseEvent| {
            if shown {
                return looked.set(|looked| *looked = None);
            }
            let (engine, asked) = (engine.clone(), looked.clone());
            looked.task().run(async move {
                let voters = engine.voters(conversation, seq).await?;
                asked.set(|looked| *looked = Some((change, voters)));
                Ok(())
            });
        })
    };
    let take_back = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.vote(conversation, seq, Vec::new()))
    };
    let close = {
        let engine = engine.clone();
        Callback::from(move |()| engine.close_poll(conversation, seq))
    };
    html! {
        <div class="poll__foot">
            <span>{ plural("poll.voters", i64::from(voters)) }</span>
            if voters > 0 {
                <button class="button button--quiet" type="button" aria-expanded={shown.to_string()} onclick={toggle}>
                    { text("poll.who") }
                </button>
            }
            if open && message.voted().is_some_and(|voted| !voted.is_empty()) {
                <button class="button button--quiet" type="button" onclick={take_back}>{ text("poll.take_back") }</button>
            }
            if open && may_close(engine, message) {
                <ConfirmButton label={text("poll.close")} question={text("poll.close_question")} onconfirm={close} />
            }
        </div>
    }
}

fn may_close(engine: &Engine, message: &Message) -> bool {
    let state = engine.state();
    let role = state
        .me()
        .zip(state.conversations.get(&message.conversation))
        .map_or(Role::Member, |(me, view)| view.role(me));
    state.me() == Some(message.sender) || role.may_moderate()
}
