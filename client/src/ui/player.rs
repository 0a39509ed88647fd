//! Sounds, and what somebody spoke: played where they stand, one at a time.

use std::cell::RefCell;

use kith_markup::html;
use kith_shared::media::{Attachment, FileKind};
use kith_shared::{ConversationId, Millis, Seq};
use web_sys::{HtmlInputElement, HtmlMediaElement};
use yew::prelude::*;

use super::class::class;
use super::icon::Icon;
use super::local::use_local;
use super::page;
use crate::engine::Engine;
use crate::i18n::{text, text_with};

/// How fast it goes, in tenths.
const SPEEDS: [i32; 3] = [10, 15, 20];
/// Bars of a waveform.
const BARS: usize = 48;

thread_local! {
    /// What is heard now.
    static HEARD: RefCell<Option<HtmlMediaElement>> = const { RefCell::new(None) };
}

#[derive(PartialEq, Properties)]
pub struct Props {
    pub engine: Engine,
    pub conversation: ConversationId,
    pub file: Attachment,
    pub address: AttrValue,
    /// The message, where it is somebody else's: then it counts whether one has heard it.
    pub seq: Option<Seq>,
}

#[derive(Default)]
struct Playing {
    on: bool,
    /// In milliseconds.
    at: Millis,
    /// Which of the speeds.
    speed: usize,
}

#[component]
pub fn Player(Props { engine, conversation, file, address, seq }: &Props) -> Html {
    let (node, playing) = (use_node_ref(), use_local(Playing::default));
    let duration = file.duration.unwrap_or_default().max(1);
    let look = {
        let (node, playing) = (node.clone(), playing.clone());
        Callback::from(move |_: Event| {
            let Some(sound) = node.cast::<HtmlMediaElement>() else { return };
            playing.set(|playing| {
                (playing.on, playing.at) = (!sound.paused(), (sound.current_time() * 1_000.0) as Millis);
            });
        })
    };
    let toggle = {
        let (node, engine, conversation, seq) = (node.clone(), engine.clone(), *conversation, *seq);
        Callback::from(move |_: MouseEvent| {
            let Some(sound) = node.cast::<HtmlMediaElement>() else { return };
            if sound.paused() {
                play(&sound);
                seq.iter().for_each(|seq| engine.mark_listened(conversation, *seq));
            } else {
                // Only what can't be paused would be refused.
                let _ = sound.pause();
            }
        })
    };
    let seek = {
        let node = node.clone();
        Callback::from(move |event: InputEvent| {
            let wanted = event
                .target_dyn_into::<HtmlInputElement>()
                .and_then(|input| input.value().parse::<i32>().ok());
            if let (Some(wanted), Some(sound)) = (wanted, node.cast::<HtmlMediaElement>()) {
                sound.set_current_time(f64::from(wanted) / 1_000.0);
            }
        })
    };
    let faster = {
        let (node, playing) = (node.clone(), playing.clone());
        Callback::from(move |_: MouseEvent| {
            playing.set(|playing| playing.speed = (playing.speed + 1) % SPEEDS.len());
            let speed = f64::from(SPEEDS[playing.get().speed]) / 10.0;
            node.cast::<HtmlMediaElement>().iter().for_each(|sound| sound.set_playback_rate(speed));
        })
    };
    let Playing { on, at, speed } = *playing.get();
    let is_voice = file.kind == FileKind::Voice;
    let is_new = is_voice && seq.is_some_and(|seq| !engine.has_listened(*conversation, seq));
    let label = text(if on { "voice.pause" } else { "voice.play" });
    let speed = match SPEEDS[speed] {
        10 => "1×",
        15 => "1.5×",
        _ => "2×",
    };
    let levels = file.waveform.as_deref().and_then(page::from_base64).unwrap_or_default();
    html! {
        <span class={class("player", &[("player--new", is_new)])}>
            <audio ref={node} src={address.clone()} preload="metadata" onplay={look.clone()} onpause={look.clone()}
                onended={look.clone()} ontimeupdate={look} />
            <button class="player__button" type="button" aria-label={label.clone()} title={label} onclick={toggle}>
                { if on { Icon::Pause.draw() } else { Icon::Play.draw() } }
            </button>
            <span class="player__middle">
                if is_voice {
                    { bars(&levels, BARS, at * 100 / duration) }
                } else {
                    <span class="carried__name">{ &file.name }</span>
                }
                <input class="player__seek" type="range" min="0" max={duration.to_string()} step="100" value={at.to_string()}
                    aria-label={text_with("voice.seek", &[("name", &file.name)])} aria-valuetext={clock(at)} oninput={seek} />
            </span>
            <span class="player__time">
                { clock(if on || at > 0 { at } else { file.duration.unwrap_or_default() }) }
                if is_new {
                    <span class="player__new" title={text("voice.new")}><span class="visually-hidden">{ text("voice.new") }</span></span>
                }
            </span>
            <button class="player__speed" type="button" aria-label={text_with("voice.speed", &[("speed", speed)])} onclick={faster}>{ speed }</button>
        </span>
    }
}

/// One is heard at a time.
fn play(sound: &HtmlMediaElement) {
    let before = HEARD.with(|heard| heard.replace(Some(sound.clone())));
    if let Some(before) = before.filter(|before| before != sound) {
        let _ = before.pause();
    }
    // That it can't be played, the button shows: it stays as it is.
    let _ = sound.play();
}

/// How loud it is over its time, as so many bars; of which a part has been heard, in hundredths.
pub fn bars(levels: &[u8], count: usize, heard: i64) -> Html {
    let bar = |place: usize| {
        let level = levels.get(place * levels.len() / count).copied().unwrap_or_default();
        let height = 2 + i32::from(level) * 22 / 255;
        let (x, y) = (place * 3, 12 - height / 2);
        format!("M{x} {y}h2v{height}h-2z")
    };
    let parted = count * usize::try_from(heard.clamp(0, 100)).unwrap_or_default() / 100;
    let path = |places: std::ops::Range<usize>| places.map(bar).collect::<String>();
    let box_ = format!("0 0 {} 24", count * 3);
    html! {
        <svg class="bars" viewBox={box_} preserveAspectRatio="none" aria-hidden="true">
            <path d={path(0..parted)} />
            <path class="bars__rest" d={path(parted..count)} />
        </svg>
    }
}

/// Minutes and seconds.
pub fn clock(millis: Millis) -> AttrValue {
    let seconds = millis.max(0) / 1_000;
    let (minutes, rest) = (seconds / 60, seconds % 60);
    let zero = if rest < 10 { "0" } else { "" };
    format!("{minutes}:{zero}{rest}").into()
}
