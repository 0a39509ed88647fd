//! One file of a message: shown where it stands once it is on the device, brought when it is wanted. That a photo is opened,
//! the Dialog hears.

use std::rc::Rc;

use kith_markup::html;
use kith_shared::media::{Attachment, FileKind};
use kith_shared::thumbhash;
use kith_shared::{ConversationId, FileId, Seq, routes};
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};
use yew::prelude::*;

use super::attachments::size;
use super::icon::Icon;
use super::local::{Local, use_local};
use super::page;
use super::player::Player;
use super::upload::ring;
use crate::engine::{Engine, FileState, Want, Watch};
use crate::i18n::{text, text_with};
use crate::state::Outgoing;

#[derive(Properties)]
pub struct Props {
    pub engine: Engine,
    pub conversation: ConversationId,
    /// The message, where it is somebody else's.
    pub seq: Option<Seq>,
    pub file: Attachment,
    /// The message, while it is on its way.
    pub outgoing: Option<Rc<Outgoing>>,
}

impl PartialEq for Props {
    /// How far it is on its way is told by another allocation.
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.outgoing, &other.outgoing) {
            (Some(one), Some(other)) => Rc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        same && self.file == other.file && self.conversation == other.conversation
    }
}

/// The file itself, and its small picture, as long as they are shown.
#[derive(Default)]
struct Watches(Vec<Watch>);

#[component]
pub fn Carried(props: &Props) -> Html {
    let Props { engine, conversation, seq, file, outgoing } = props;
    let watches = use_local(Watches::default);
    {
        let watches = watches.clone();
        // They hold what holds them, until it is seen no more.
        use_effect_with((), move |()| move || drop(watches.note(|watches| std::mem::take(&mut watches.0))));
    }
    {
        let (engine, watches, conversation, file) = (engine.clone(), watches, *conversation, file.clone());
        // Where the photo itself is here, its small picture is not looked for.
        let state = engine.file_state(file.file);
        let alone = file.kind == FileKind::Photo && matches!(state, FileState::Looking | FileState::Here(_));
        use_effect_with((file.file, file.thumb, alone), move |(.., alone)| {
            let mut watched = watch(&engine, conversation, &file, &watches, !alone);
            // What was watched before is let go of only now: what is both is not looked for anew.
            watches.note(|watches| std::mem::swap(&mut watches.0, &mut watched));
            drop(watched);
            watches.set(|_| ());
        });
    }
    let progress = outgoing.as_ref().and_then(|outgoing| outgoing.progress(file));
    match file.kind {
        FileKind::Photo if file.width.is_some() => photo(props, progress),
        FileKind::Video => video(engine, file, progress),
        FileKind::Audio | FileKind::Voice => html! {
            <>
                <Player engine={engine.clone()} conversation={*conversation} file={file.clone()} address={address(engine, file)} seq={*seq} />
                { ring(progress) }
            </>
        },
        _ => document(engine, file, progress),
    }
}

fn watch(
    engine: &Engine,
    conversation: ConversationId,
    file: &Attachment,
    watches: &Local<Watches>,
    with_small: bool,
) -> Vec<Watch> {
    let comes = engine.brings(file);
    let whole = Want { file: file.file, conversation, thumb: false, comes };
    // A small picture always comes: it is less than what would say that it does not.
    let small = file.thumb.filter(|_| with_small).map(|thumb| Want {
        file: thumb,
        thumb: true,
        comes: true,
        ..whole
    });
    let watch = |want: Want| {
        let changed = watches.clone();
        engine.watch_file(want, move || changed.set(|_| ()))
    };
    small.into_iter().chain([whole]).map(watch).collect()
}

/// Its address on this page where it is here.
fn here(engine: &Engine, file: FileId) -> Option<AttrValue> {
    match engine.file_state(file) {
        FileState::Here(url) => Some(AttrValue::from(url)),
        _ => None,
    }
}

/// Where it can be had: here, or from the server, a part at a time.
fn address(engine: &Engine, file: &Attachment) -> AttrValue {
    here(engine, file.file).unwrap_or_else(|| routes::file(file.file).into())
}

fn photo(Props { engine, file, .. }: &Props, progress: Option<i64>) -> Html {
    let (whole, small) = (here(engine, file.file), file.thumb.and_then(|thumb| here(engine, thumb)));
    let state = engine.file_state(file.file);
    let asks = matches!(state, FileState::Absent | FileState::Failed);
    let label = text_with("file.open", &[("name", &file.name)]);
    html! {
        <button class="carried__photo" type="button" aria-haspopup="dialog" aria-label={label} data-file={file.file.to_string()}>
            <img class="carried__place" alt="" src={place(file.width, file.height)} />
            if whole.is_none() {
                <Blur hash={file.thumbhash.clone()} />
            }
            if let Some(small) = small.filter(|_| whole.is_none()) {
                <img class="carried__image" alt="" src={small} />
            }
            if let Some(whole) = whole {
                <img class="carried__image" alt={file.name.clone()} src={whole} decoding="async" />
            } else if asks && progress.is_none() {
                <span class="carried__bring">{ Icon::Down.draw() }{ size(file.size) }</span>
            } else if state == FileState::Loading {
                <span class="carried__bring" role="status">{ text("file.loading") }</span>
            }
            { ring(progress) }
        </button>
    }
}

/// Takes as much room as the photo will, before any of it is there.
pub fn place(width: Option<u32>, height: Option<u32>) -> String {
    let side = |side: Option<u32>| side.unwrap_or(1).to_string();
    let (width, height) = (side(width), side(height));
    format!("data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'/>")
}

fn video(engine: &Engine, file: &Attachment, progress: Option<i64>) -> Html {
    let poster = file.thumb.and_then(|thumb| here(engine, thumb));
    html! {
        <span class="carried__photo">
            <video class="carried__video" src={address(engine, file)} {poster} aria-label={file.name.clone()} controls={true} preload="metadata" />
            { ring(progress) }
        </span>
    }
}

fn document(engine: &Engine, file: &Attachment, progress: Option<i64>) -> Html {
    html! {
        <a class="carried__file" href={address(engine, file)} download={file.name.clone()}>
            <span class="carried__icon">{ Icon::Document.draw() }{ ring(progress) }</span>
            <span class="carried__name">{ &file.name }</span>
            <span class="carried__size">{ size(file.size) }</span>
        </a>
    }
}

#[derive(PartialEq, Properties)]
struct BlurProps {
    hash: Option<String>,
}

/// What stands for a picture until it is there.
#[component]
fn Blur(BlurProps { hash }: &BlurProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(hash.clone(), move |hash| {
            if let Some(canvas) = node.cast::<HtmlCanvasElement>() {
                // Without it, a plain surface stands there.
                let _ = hash.as_deref().and_then(|hash| draw(&canvas, hash));
            }
        });
    }
    html! { <canvas class="carried__image" ref={node} /> }
}

fn draw(canvas: &HtmlCanvasElement, hash: &str) -> Option<()> {
    let pixels = thumbhash::draw(&page::from_base64(hash)?)?;
    canvas.set_width(pixels.width);
    canvas.set_height(pixels.height);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok().flatten()?.dyn_into().ok()?;
    let data = ImageData::new_with_u8_clamped_array(Clamped(&pixels.rgba), pixels.width).ok()?;
    context.put_image_data(&data, 0.0, 0.0).ok()
}
