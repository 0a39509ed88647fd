//! Opening a group as large as one can be, with a slow processor: its dialog, and its details with who is in it.

use anyhow::Result;
use kith_shared::contact::Invitation;
use kith_shared::conversation::Conversation;
use kith_shared::{limits, routes};
use serde_json::json;

use crate::figures::Figures;
use crate::history::Program;
use crate::past::{Past, texts};
use crate::probe;
use crate::table::{Aim, Row};

pub const MEMBERS: usize = limits::GROUP_MEMBERS;

/// Messages in the group, beside what tells that somebody has joined.
const MESSAGES: usize = 200;
const ROUNDS: usize = 5;

pub async fn measure() -> Result<Vec<Row>> {
    let past = Past::begin().await?;
    let group = past.group("Everybody").await?;
    let wanted = json!({"max_uses": MEMBERS});
    let link: Invitation = past.mia.post(&routes::group_invitations(group), &wanted).await?;
    // Mia and Leo are in it already.
    for number in 3..=MEMBERS {
        let member = Program::register(&past.server, &format!("Member{number}")).await?;
        member.post::<Conversation>(&routes::invitation_accept(&link.token), &json!({})).await?;
    }
    past.talk(group, &texts("Everybody", MESSAGES)).await?;
    let mia = past.mia_arrives().await?;
    probe::install(&past, &mia, include_str!("group.js")).await?;
    mia.connected().await?;
    // A device that is new keeps the newest page.
    probe::stored(&mia, limits::PAGE_MESSAGES as usize).await?;
    probe::slow_down(&mia).await?;
    let [mut dialogs, mut details] = [const { Vec::new() }; 2];
    for _ in 0..ROUNDS {
        mia.open(&past.server.url("/")).await?;
        mia.connected().await?;
        mia.open_dialog("Everybody").await?;
        dialogs.push(probe::result(&mia, "return window.opened").await?);
        mia.press("//a[@aria-label='Details of Everybody']").await?;
        details.push(probe::result(&mia, "return window.opened").await?);
        let drawn = "return document.querySelectorAll('.members > li').length";
        let drawn: usize = probe::result(&mia, drawn).await?;
        eprintln!("  dialog {dialogs:.0?} ms, details {details:.0?} ms, {drawn} members drawn");
    }
    let (dialogs, details) = (Figures::new(dialogs), Figures::new(details));
    let worst = || format!("  worst of {ROUNDS}");
    let most = || Aim::AtMost(100.0);
    Ok(vec![
        Row::new(
            format!("dialog of {MEMBERS} members painted, slowed 4 times: median"),
            "ms",
            dialogs.median(),
            most(),
        ),
        Row::new(worst(), "ms", dialogs.most(), most()),
        Row::new("its details painted, likewise: median", "ms", details.median(), most()),
        Row::new(worst(), "ms", details.most(), most()),
    ])
}
