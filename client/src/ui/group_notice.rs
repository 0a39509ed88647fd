//! What happened to a group, in a sentence.

use kith_shared::message::Message;
use kith_shared::notice::{Notice, What};
use kith_shared::{UserId, message::Body};
use yew::AttrValue;

use crate::i18n::{plural, text, text_with};
use crate::state::ConversationView;

/// As many are named; of more it says how many.
const NAMED: usize = 3;

/// What a message tells, if it is a notice.
pub fn group_notice(view: &ConversationView, message: &Message, me: UserId) -> Option<AttrValue> {
    let Body::Notice(notice) = &message.body else { return None };
    let by = name(view, message.sender, &notice.by, me, "dialog.you");
    let names = names(view, notice, me);
    let key = match notice.what {
        What::Made => "notice.made",
        What::Added => "notice.added",
        What::Joined => "notice.joined",
        What::Left if notice.users.is_empty() => "notice.left",
        What::Left => "notice.left_to",
        What::Removed => "notice.removed",
        What::Named => "notice.named",
        What::Described => "notice.described",
        What::Admin => "notice.admin",
        What::Member => "notice.member",
        What::Owner => "notice.owner",
    };
    // Some languages have another verb for "you".
    let has = text(if message.sender == me { "notice.have" } else { "notice.has" });
    let title = notice.title.as_deref().unwrap_or_default();
    // The title comes last: it may hold what looks like one of the others' places.
    Some(text_with(key, &[("by", &by), ("has", &has), ("names", &names), ("title", title)]))
}

/// What somebody is called now, or was then.
fn name(view: &ConversationView, user: UserId, then: &str, me: UserId, you: &'static str) -> AttrValue {
    match view.member_name(user) {
        _ if user == me => text(you),
        "" => then.to_owned().into(),
        now => now.to_owned().into(),
    }
}

fn names(view: &ConversationView, Notice { users, more, .. }: &Notice, me: UserId) -> AttrValue {
    let named = |user: &kith_shared::notice::Named| name(view, user.user, &user.name, me, "notice.you");
    let mut shown: Vec<AttrValue> = users.iter().take(NAMED).map(named).collect();
    let others = users.len() - shown.len() + *more as usize;
    let last = match others {
        0 => shown.pop().unwrap_or_default(),
        others => plural("notice.others", others as i64),
    };
    if shown.is_empty() {
        return last;
    }
    text_with("notice.list", &[("names", &shown.join(", ")), ("last", &last)])
}
