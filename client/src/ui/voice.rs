//! Recording a voice message: hold the button and let go to send, or press it and say when it is done.

use kith_markup::html;
use kith_shared::ConversationId;
use web_sys::Element;
use yew::prelude::*;

use super::failure::sentence;
use super::icon::Icon;
use super::local::{Local, use_local};
use super::player::{bars, clock};
use crate::engine::{Engine, Recorder};
use crate::i18n::text;
use crate::state::Failure;

/// Who lets go sooner, in milliseconds, has pressed.
const HOLD: i64 = 500;
/// How much of what was heard last is shown.
const SHOWN: usize = 40;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub engine: Engine,
    pub conversation: ConversationId,
    /// Whether there is room for the button; what is being recorded goes on without it.
    pub shown: bool,
}

#[derive(Default)]
enum Voice {
    #[default]
    Silent,
    /// The browser asks, or looks for the microphone.
    Asking,
    Recording(Recorder),
    Failed(Failure),
}

#[component]
pub fn VoiceButton(Props { engine, conversation, shown }: &Props) -> Html {
    let voice = use_local(Voice::default);
    let (begin, end) = (begin(engine, &voice), end(engine, *conversation, &voice));
    let onpointerdown = begin.reform(|event: PointerEvent| {
        // Wherever it is let go of, that is heard here.
        if let Some(button) = event.target_dyn_into::<Element>() {
            let _ = button.set_pointer_capture(event.pointer_id());
        }
    });
    // By key, it is pressed without a pointer.
    let onclick = Callback::from(move |event: MouseEvent| {
        if event.detail() == 0 {
            begin.emit(());
        }
    });
    let onpointerup = {
        let (voice, end) = (voice.clone(), end.clone());
        Callback::from(move |_: PointerEvent| {
            let held = matches!(&*voice.get(), Voice::Recording(recorder) if recorder.duration() > HOLD);
            if held {
                end.emit(true);
            }
        })
    };
    let press = |send: bool| {
        let end = end.clone();
        Callback::from(move |_: MouseEvent| end.emit(send))
    };
    let bar = match &*voice.get() {
        Voice::Silent => Html::default(),
        Voice::Asking => html! { <p class="recording" role="status">{ text("voice.asking") }</p> },
        Voice::Failed(failure) => html! {
            <div class="recording" role="alert">
                <span class="recording__text">{ sentence(*failure) }</span>
                <button class="button" type="button" onclick={press(false)}>{ text("keys.close") }</button>
            </div>
        },
        Voice::Recording(recorder) => html! {
            <div class="recording" role="group" aria-label={text("voice.recording")}>
                <button class="icon-button" type="button" aria-label={text("voice.discard")} title={text("voice.discard")} onclick={press(false)}>{ Icon::Trash.draw() }</button>
                <span class="recording__light" aria-hidden="true" />
                <span class="recording__time">{ clock(recorder.duration()) }</span>
                { bars(&recorder.lately(SHOWN), SHOWN, 100) }
                <button class="composer__send" type="button" aria-label={text("voice.send")} title={text("voice.send")} onclick={press(true)}>{ Icon::Send.draw() }</button>
            </div>
        },
    };
    html! {
        <>
            if *shown {
                <button class="icon-button composer__voice" type="button" aria-label={text("voice.record")} title={text("voice.record")} {onpointerdown} {onpointerup} {onclick}>
                    { Icon::Mic.draw() }
                </button>
            }
            { bar }
        </>
    }
}

fn begin(engine: &Engine, voice: &Local<Voice>) -> Callback<()> {
    let (engine, voice) = (engine.clone(), voice.clone());
    Callback::from(move |()| {
        if !matches!(&*voice.get(), Voice::Silent | Voice::Failed(_)) {
            return;
        }
        voice.set(|voice| *voice = Voice::Asking);
        let (engine, heard) = (engine.clone(), voice.clone());
        let begun = voice.clone();
        voice.task().run(async move {
            let recorder = engine.record(move || heard.set(|_| ())).await;
            begun.set(|voice| *voice = recorder.map_or_else(Voice::Failed, Voice::Recording));
            Ok(())
        });
    })
}

/// Sends what was heard, or not.
fn end(engine: &Engine, conversation: ConversationId, voice: &Local<Voice>) -> Callback<bool> {
    let (engine, voice) = (engine.clone(), voice.clone());
    Callback::from(move |send: bool| {
        let before = voice.note(std::mem::take);
        voice.set(|_| ());
        if let (Voice::Recording(recorder), true) = (before, send) {
            let (engine, failed) = (engine.clone(), voice.clone());
            voice.task().run(async move {
                let Some(spoken) = recorder.finish(text("voice.name").to_string()).await else {
                    return Ok(());
                };
                if let Err(failure) = engine.send_files(conversation, String::new(), vec![spoken]).await {
                    failed.set(|voice| *voice = Voice::Failed(failure));
                }
                Ok(())
            });
        }
    })
}
