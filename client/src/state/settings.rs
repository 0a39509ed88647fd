//! The user's settings, the same on all devices: the last one that reached the server stands. Drafts, pins and mutes of
//! conversations are among them.

use std::rc::Rc;

use kith_shared::frame::ClientFrame;
use kith_shared::read_by_fields;
use kith_shared::setting::{self, Setting, Settings};
use kith_shared::{Change, ClientId, ConversationId, Seq};
use serde::Serialize;

use super::order::keep;
use super::{Effect, State};

/// What is known of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct UserSettings {
    /// Everything up to this change has been taken in.
    pub head: Change,
    /// As the server has them; those with a value.
    pub values: Vec<Setting>,
    /// Set here and not answered yet, oldest first; one a key.
    pub pending: Vec<Pending>,
}

read_by_fields!(UserSettings { head } [values, pending]);

/// A setting on its way to the server.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pending {
    pub client_id: ClientId,
    pub key: String,
    pub value: Option<String>,
}

read_by_fields!(Pending { client_id, key, value });

impl Pending {
    pub fn frame(&self) -> ClientFrame {
        let Self { client_id, key, value } = self.clone();
        ClientFrame::Set { client_id, key, value }
    }
}

impl UserSettings {
    /// As the user sees it: what was set here last, or what the server has.
    pub fn get(&self, key: &str) -> Option<&str> {
        match self.pending.iter().find(|pending| pending.key == key) {
            Some(pending) => pending.value.as_deref(),
            None => self.of_server(key),
        }
    }

    /// Whether others are told what a setting of privacy is about.
    pub fn tells(&self, key: &str) -> bool {
        self.get(key) != Some(setting::OFF)
    }

    /// How the app is to look and which language it speaks, as the style sheet and the page's scripts have it: a word for
    /// each thing that was chosen.
    pub fn look(&self) -> String {
        let chosen = [setting::LOOK_THEME, setting::LOOK_TEXT, setting::LOOK_DENSITY, setting::LOOK_LANGUAGE];
        chosen.iter().filter_map(|key| self.get(key)).collect::<Vec<_>>().join(" ")
    }

    fn of_server(&self, key: &str) -> Option<&str> {
        self.values.iter().find(|setting| setting.key == key)?.value.as_deref()
    }

    fn put(&mut self, setting: Setting) {
        self.values.retain(|known| known.key != setting.key);
        if setting.value.is_some() {
            self.values.push(setting);
        }
    }
}

impl State {
    /// The draft as other devices know it.
    pub fn synced_draft(&self, conversation: ConversationId) -> &str {
        self.settings.get(&setting::draft(conversation)).unwrap_or_default()
    }

    /// The user sets one here.
    pub(super) fn set_setting(&mut self, pending: Pending, effects: &mut Vec<Effect>) {
        let key = pending.key.clone();
        let settings = Rc::make_mut(&mut self.settings);
        settings.pending.retain(|earlier| earlier.key != key);
        settings.pending.push(pending);
        self.show_setting(&key);
        effects.push(Effect::StoreSettings);
        effects.push(Effect::SendSettings);
    }

    /// One that was set, here or on another device.
    pub(super) fn take_setting(
        &mut self,
        setting: Setting,
        client_id: Option<ClientId>,
        effects: &mut Vec<Effect>,
    ) {
        let (key, head) = (setting.key.clone(), self.settings.head);
        let before = self.synced(&key);
        let settings = Rc::make_mut(&mut self.settings);
        settings.pending.retain(|pending| Some(pending.client_id) != client_id);
        if setting.change > head.next() {
            effects.push(Effect::FetchSettings);
        } else if setting.change == head.next() {
            settings.head = setting.change;
            settings.put(setting);
        }
        self.follow(&key, &before, effects);
        effects.push(Effect::StoreSettings);
    }

    /// All that were set since those that are held.
    pub(super) fn take_settings(&mut self, told: Settings, effects: &mut Vec<Effect>) {
        for setting in told.settings {
            if setting.change > self.settings.head {
                let key = setting.key.clone();
                let before = self.synced(&key);
                Rc::make_mut(&mut self.settings).put(setting);
                self.follow(&key, &before, effects);
            }
        }
        let settings = Rc::make_mut(&mut self.settings);
        settings.head = settings.head.max(told.head);
        if told.more {
            effects.push(Effect::FetchSettings);
        }
        effects.push(Effect::StoreSettings);
    }

    /// The server refused one: it is as it was.
    pub(super) fn refuse_setting(&mut self, client_id: ClientId, effects: &mut Vec<Effect>) {
        let refused = self.settings.pending.iter().position(|pending| pending.client_id == client_id);
        if let Some(place) = refused {
            let pending = Rc::make_mut(&mut self.settings).pending.remove(place);
            self.show_setting(&pending.key);
            effects.push(Effect::StoreSettings);
        }
    }

    /// Puts what conversations show of the settings where it belongs, drafts left out: Device Storage has them as they
    /// were typed.
    pub(super) fn show_settings(&mut self) {
        let settings = self.settings.clone();
        settings.values.iter().for_each(|setting| self.show(&setting.key, setting.value.as_deref()));
        settings.pending.iter().for_each(|pending| self.show_setting(&pending.key));
    }

    /// In a conversation that is new here, what was half written on another device.
    pub(super) fn show_draft(&mut self, conversation: ConversationId, effects: &mut Vec<Effect>) {
        let text = self.synced_draft(conversation).to_owned();
        if !text.is_empty() {
            self.change(conversation, |view, _| view.draft.clone_from(&text));
            effects.push(Effect::StoreDraft { conversation, text });
        }
    }

    fn show_setting(&mut self, key: &str) {
        let value = self.settings.get(key).map(str::to_owned);
        self.show(key, value.as_deref());
    }

    fn show(&mut self, key: &str, value: Option<&str>) {
        if let Some((conversation, seq)) = setting::hidden(key) {
            self.change(conversation, |view, _| keep(&mut view.hidden, seq, value.is_some()));
            return;
        }
        let Some((what @ ("pin" | "mute" | "archive" | "unread"), conversation)) = setting::about(key) else {
            return;
        };
        self.change(conversation, |view, _| match what {
            "pin" => view.pinned = value.is_some(),
            "mute" => view.muted_until = value.and_then(|until| until.parse().ok()).unwrap_or_default(),
            "archive" => view.archived = value.and_then(|newest| newest.parse().ok()).map(Seq),
            "unread" => view.marked_unread = value.is_some(),
            _ => {}
        });
    }

    fn synced(&self, key: &str) -> String {
        self.settings.get(key).unwrap_or_default().to_owned()
    }

    /// A setting may have changed on another device. A draft follows, unless one has gone on writing here since.
    fn follow(&mut self, key: &str, before: &str, effects: &mut Vec<Effect>) {
        self.show_setting(key);
        let Some(("draft", conversation)) = setting::about(key) else { return };
        let now = self.synced(key);
        if now == before {
            return;
        }
        self.change(conversation, |view, _| {
            if view.draft == before {
                view.draft.clone_from(&now);
                effects.push(Effect::StoreDraft { conversation, text: now });
            }
        });
    }
}
