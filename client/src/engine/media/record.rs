//! Voice messages: what the microphone hears, and how loud it was.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Interval;
use js_sys::{Array, Promise};
use kith_shared::limits::WAVEFORM_BYTES;
use kith_shared::media::{Attachment, FileKind};
use kith_shared::{FileId, Millis};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AnalyserNode, AudioContext, Blob, BlobEvent, BlobPropertyBag, MediaRecorder, MediaRecorderOptions,
    MediaStream, MediaStreamConstraints, MediaStreamTrack,
};

use super::super::{Engine, browser};
use super::{Prepared, digest};
use crate::state::Failure;

/// How often it is looked at how loud it is, in milliseconds.
const TICK: u32 = 50;
/// Enough for a voice.
const BITS_PER_SECOND: u32 = 32_000;

/// The microphone is heard as long as this is kept.
pub struct Recorder {
    recorder: MediaRecorder,
    stream: MediaStream,
    heard: Rc<RefCell<Vec<Blob>>>,
    levels: Rc<RefCell<Vec<u8>>>,
    begun: Millis,
    context: AudioContext,
    _meter: Interval,
    _hears: Closure<dyn FnMut(BlobEvent)>,
}

impl Drop for Recorder {
    fn drop(&mut self) {
        for track in self.stream.get_tracks() {
            track.unchecked_into::<MediaStreamTrack>().stop();
        }
        // One that is closed can't be closed again, and need not be.
        let _ = self.context.close();
        self.recorder.set_ondataavailable(None);
    }
}

impl Engine {
    /// Begins to hear; `heard` is called with every look at how loud it is.
    ///
    /// # Errors
    /// [`Failure::Microphone`], when there is none, or Kith may not use it.
    pub async fn record(&self, heard: impl Fn() + 'static) -> Result<Recorder, Failure> {
        let stream = microphone().await.ok_or(Failure::Microphone)?;
        recorder(stream, heard).map_err(|_| Failure::Microphone)
    }
}

async fn microphone() -> Option<MediaStream> {
    let devices = browser::window()?.navigator().media_devices().ok()?;
    // On a page that is not secure there are none.
    if JsValue::is_undefined(&devices) {
        return None;
    }
    let wanted = MediaStreamConstraints::new();
    wanted.set_audio(&JsValue::TRUE);
    let asked = devices.get_user_media_with_constraints(&wanted).ok()?;
    JsFuture::from(asked).await.ok()?.dyn_into().ok()
}

fn recorder(stream: MediaStream, on_level: impl Fn() + 'static) -> Result<Recorder, JsValue> {
    let options = MediaRecorderOptions::new();
    options.set_audio_bits_per_second(BITS_PER_SECOND);
    let recorder = MediaRecorder::new_with_media_stream_and_media_recorder_options(&stream, &options)?;
    let heard = Rc::new(RefCell::new(Vec::new()));
    let hears = {
        let heard = heard.clone();
        Closure::<dyn FnMut(BlobEvent)>::new(move |event: BlobEvent| heard.borrow_mut().extend(event.data()))
    };
    recorder.set_ondataavailable(Some(hears.as_ref().unchecked_ref()));
    let context = AudioContext::new()?;
    let meter = context.create_analyser()?;
    context.create_media_stream_source(&stream)?.connect_with_audio_node(&meter)?;
    let levels = Rc::new(RefCell::new(Vec::new()));
    let looks = {
        let levels = levels.clone();
        Interval::new(TICK, move || {
            levels.borrow_mut().push(level(&meter));
            on_level();
        })
    };
    recorder.start()?;
    let begun = browser::now();
    Ok(Recorder { recorder, stream, heard, levels, begun, context, _meter: looks, _hears: hears })
}

/// How loud it is just now.
fn level(meter: &AnalyserNode) -> u8 {
    let mut wave = [0; 512];
    meter.get_byte_time_domain_data(&mut wave);
    // Silence is in the middle.
    let loudest = wave.iter().map(|value| value.abs_diff(128)).max().unwrap_or_default();
    loudest.saturating_mul(2)
}

impl Recorder {
    /// How long it has been going on, in milliseconds.
    pub fn duration(&self) -> Millis {
        browser::now() - self.begun
    }

    /// How loud it was lately, the newest last.
    pub fn lately(&self, count: usize) -> Vec<u8> {
        let levels = self.levels.borrow();
        levels[levels.len().saturating_sub(count)..].to_vec()
    }

    /// Ends it, and makes of it what can be sent. `None` where nothing was heard.
    pub async fn finish(self, name: String) -> Option<Prepared> {
        let duration = self.duration();
        let stopped = Promise::new(&mut |stopped, _| self.recorder.set_onstop(Some(&stopped)));
        self.recorder.stop().ok()?;
        JsFuture::from(stopped).await.ok()?;
        let options = BlobPropertyBag::new();
        let mime = self.recorder.mime_type();
        options.set_type(mime.split(';').next().unwrap_or_default());
        let parts: Array = self.heard.borrow().iter().collect();
        let blob = Blob::new_with_blob_sequence_and_options(&parts, &options).ok()?;
        let size = blob.size() as i64;
        let waveform = digest::base64(&waveform(&self.levels.borrow()));
        let attachment = Attachment {
            file: FileId([0; 32]),
            kind: FileKind::Voice,
            name,
            size,
            content_type: blob.type_(),
            width: None,
            height: None,
            thumbhash: None,
            thumb: None,
            duration: Some(duration),
            waveform,
        };
        (size > 0).then_some(Prepared { attachment, blob, thumb: None })
    }
}

/// The loudest of each of at most as many equal parts as are sent.
fn waveform(levels: &[u8]) -> Vec<u8> {
    let parts = WAVEFORM_BYTES.min(levels.len());
    let part = |part: usize| part * levels.len() / parts;
    (0..parts).filter_map(|at| levels[part(at)..part(at + 1)].iter().max().copied()).collect()
}
