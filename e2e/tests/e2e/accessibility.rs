//! Every screen, small and large, light and dark: axe-core finds nothing to complain of. The pictures are kept, to be
//! looked at.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use thirtyfour::Key;

use crate::bots;
use crate::browser::{DESKTOP, PHONE, tool};
use crate::emoji;
use crate::formatting;
use crate::keys;
use crate::person::Person;
use crate::server::Server;

#[tokio::test]
async fn every_screen_is_accessible_small_and_large_light_and_dark() -> Result<()> {
    let server = Server::start()?;
    let mia = Person::arrive(&server, "Mia").await?;
    look(&mia, "log_in").await?;
    mia.click("Register").await?;
    look(&mia, "register").await?;
    mia.press("//form//button[normalize-space()='Register']").await?;
    mia.see("A username has 3 to 32").await?;
    look(&mia, "register_refused").await?;
    mia.sign_up().await?;
    mia.connected().await?;
    look(&mia, "nobody_yet").await?;
    let link = mia.invitation_link().await?;
    let leo = Person::arrive(&server, "Leo").await?;
    leo.open(&link).await?;
    leo.see("invites you to chat").await?;
    look(&leo, "invited").await?;
    leo.sign_up().await?;
    leo.see("Mia invites you to chat").await?;
    look(&leo, "accept").await?;
    leo.click("Accept and chat").await?;
    leo.connected().await?;
    look(&leo, "empty_dialog").await?;
    mia.open_dialog("Leo").await?;
    talk(&mia, &leo).await?;
    look(&mia, "dialog").await?;
    poll(&mia, &leo).await?;
    later(&mia).await?;
    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    mia.send("Written on the train, sent when we are out of the tunnel.").await?;
    look(&mia, "offline").await?;
    mia.browser.offline(false).await?;
    mia.connected().await?;
    people(&server, &mia).await?;
    group(&server, &mia, &leo).await?;
    mia.press("//button[.//*[normalize-space()='Notes to self']]").await?;
    mia.find("//h1[normalize-space()='Notes to self']").await?;
    mia.send("The lake path is closed until May.").await?;
    mia.last_is("The lake path is closed until May.", "Sent").await?;
    look(&mia, "notes").await?;
    mia.press("//a[@aria-label='Settings']").await?;
    mia.see("This device").await?;
    look(&mia, "settings").await?;
    bots::made(&mia, "Robo").await?;
    mia.press("//button[starts-with(normalize-space(), 'Manage')]").await?;
    mia.see("Post its chats to this address").await?;
    look(&mia, "bots").await?;
    keys::press(&mia, "?").await?;
    look(&mia, "keys").await?;
    keys::press(&mia, Key::Escape + "").await?;
    mia.open_dialog("Leo").await?;
    leo.leave().await?;
    mia.see("last seen").await?;
    look(&mia, "last_seen").await?;
    mia.leave().await
}

/// A group, from its making to its details, with a message that was reacted to.
async fn group(server: &Server, mia: &Person, leo: &Person) -> Result<()> {
    mia.press("//a[@aria-label='New group']").await?;
    mia.fill("Group name", "Boats and kites").await?;
    mia.press("//button[starts-with(normalize-space(), 'Choose') and contains(., 'Leo')]").await?;
    look(mia, "new_group").await?;
    mia.click("Make the group").await?;
    leo.open_dialog("Boats and kites").await?;
    leo.send("Who has the big kite?").await?;
    mia.sees(&["Who has the big kite?"]).await?;
    mia.press("//button[@aria-label='Message actions']").await?;
    mia.click("🎉").await?;
    messages(mia).await?;
    picking(mia).await?;
    mia.press("//a[@aria-label='Details of Boats and kites']").await?;
    mia.see("2 members").await?;
    mia.press("//button[starts-with(normalize-space(), 'Manage')]").await?;
    mia.press("//dialog[@open]//button[normalize-space()='Remove from group']").await?;
    look(mia, "group_member").await?;
    mia.press("//dialog[@open]//button[normalize-space()='Close']").await?;
    look(mia, "group_details").await?;
    group_links(server, mia).await
}

/// Links into the group that is open, and who asks; the link as it is seen by one who opens it.
async fn group_links(server: &Server, mia: &Person) -> Result<()> {
    mia.open_dialog("Boats and kites").await?;
    let link = mia.group_link("Boats and kites", true).await?;
    look(mia, "group_links").await?;
    let ben = Person::arrive(server, "Ben").await?;
    ben.open(&link).await?;
    ben.see("invites you to the group").await?;
    look(&ben, "group_invited").await?;
    ben.sign_up().await?;
    ben.see("Ask to join").await?;
    look(&ben, "group_accept").await?;
    ben.click("Ask to join").await?;
    ben.see("You have asked to join.").await?;
    look(&ben, "group_waiting").await?;
    mia.see("1 asks to join").await?;
    mia.browser.run("document.querySelector('.sections').scrollTop = 0").await?;
    look(mia, "group_requests").await?;
    mia.open_dialog("Boats and kites").await?;
    mia.find("//a[@aria-label='Details of Boats and kites, 1 asks to join']").await?;
    look(mia, "group_asked").await?;
    ben.leave().await
}

/// What one does with messages: each of its sheets.
async fn messages(mia: &Person) -> Result<()> {
    for (what, name) in [("Forward", "forward"), ("Delete…", "delete_message")] {
        mia.choose("Who has the big kite?", what).await?;
        look(mia, name).await?;
        mia.press("//dialog[@open]//button[normalize-space()='Cancel']").await?;
    }
    mia.choose("Who has the big kite?", "Reply").await?;
    mia.send("Leo has.").await?;
    mia.choose("Who has the big kite?", "Pin").await?;
    mia.choose("Leo has.", "Edit").await?;
    mia.send(" And it flies.").await?;
    mia.see("edited").await?;
    mia.choose("Leo has.", "Edit history").await?;
    mia.see("Leo has.").await?;
    look(mia, "edit_history").await?;
    mia.click("Close").await?;
    mia.choose("Who has the big kite?", "Reply").await?;
    look(mia, "group").await?;
    mia.choose("Who has the big kite?", "Select").await?;
    look(mia, "selecting").await?;
    mia.press("//button[@aria-label='Cancel']").await?;
    mia.menu("Who has the big kite?").await?;
    look(mia, "message_menu").await?;
    mia.click("Seen by").await?;
    mia.see("Seen by 1: You").await?;
    look(mia, "seen_by").await?;
    mia.click("Copy text").await
}

/// What is offered while one writes, where emoji are picked, and who reacted.
async fn picking(mia: &Person) -> Result<()> {
    mia.write("@").await?;
    mia.find("//*[@role='option']").await?;
    look(mia, "mentions").await?;
    keys::press(mia, Key::Backspace + ":hea").await?;
    mia.find("//*[@role='option']").await?;
    look(mia, "completion").await?;
    keys::press(mia, Key::Control + "a").await?;
    keys::press(mia, Key::Backspace + "").await?;
    mia.press(emoji::INSERT).await?;
    mia.press(&emoji::emoji("grinning face")).await?;
    mia.press(emoji::INSERT).await?;
    mia.find(&emoji::emoji("grinning face")).await?;
    look(mia, "emoji_recent").await?;
    mia.press("//button[@role='tab'][@aria-label='People and body']").await?;
    look(mia, "emoji_people").await?;
    keys::press(mia, Key::Escape + "").await?;
    mia.menu("Who has the big kite?").await?;
    mia.press(emoji::REACT).await?;
    keys::press(mia, "cat").await?;
    mia.find(&emoji::emoji("cat face")).await?;
    look(mia, "emoji_found").await?;
    keys::press(mia, Key::Escape + "").await?;
    mia.browser.run("document.querySelector('.reaction').focus()").await?;
    look(mia, "who_reacted").await
}

/// A poll, from its making to who voted.
async fn poll(mia: &Person, leo: &Person) -> Result<()> {
    mia.press("//button[@aria-label='More to send']").await?;
    look(mia, "compose_menu").await?;
    mia.press("//dialog[@open]//button[.='Poll']").await?;
    for (label, text) in
        [("Question", "Which way home?"), ("Option 1", "By the lake"), ("Option 2", "By train")]
    {
        mia.find(&format!("//input[@aria-label='{label}']")).await?.send_keys(text).await?;
    }
    look(mia, "new_poll").await?;
    mia.click("Send poll").await?;
    for (person, option) in [(leo, "By train"), (mia, "By the lake")] {
        person.press(&format!("//label[@class='poll__option'][contains(., '{option}')]//input")).await?;
    }
    mia.see("2 votes").await?;
    mia.click("Who voted").await?;
    mia.find("//*[@class='poll__voters'][.='Leo']").await?;
    look(mia, "poll").await?;
    look(leo, "poll_of_another").await
}

/// What is sent later, from choosing the time to the list.
async fn later(mia: &Person) -> Result<()> {
    mia.write("Happy birthday, dear Leo!").await?;
    mia.press("//button[@aria-label='More to send']").await?;
    mia.press("//dialog[@open]//button[.='Send later…']").await?;
    look(mia, "send_later").await?;
    mia.press("//dialog[@open]//button[starts-with(., 'Tomorrow morning')]").await?;
    mia.click("1 scheduled").await?;
    look(mia, "scheduled").await?;
    mia.press("//dialog[@open]//button[.='Close']").await
}

/// A conversation worth a picture.
async fn talk(mia: &Person, leo: &Person) -> Result<()> {
    mia.send("Are we still on for Saturday?").await?;
    leo.sees(&["Are we still on for Saturday?"]).await?;
    leo.send("Of course! The 9:40 to the lake.").await?;
    leo.send("I bring bread and cheese, you bring the good coffee?").await?;
    leo.send("Here is the way from the station: https://example.org/lake/path").await?;
    mia.send("Coffee it is. I'll bring the blue blanket too, the one that survived the storm last year.")
        .await?;
    mia.last_is(
        "Coffee it is. I'll bring the blue blanket too, the one that survived the storm last year.",
        "Read",
    )
    .await?;
    let list =
        "**To pack**, @mia:\n- bread, `600 g`\n- ~~cheese~~ the *good* cheese\n> and coffee\n||a cake||";
    formatting::paste(leo, list).await?;
    leo.send("").await?;
    leo.send("Perfect. See you there!").await?;
    mia.see("Perfect. See you there!").await?;
    leo.write("And").await?;
    mia.see("Leo is typing…").await
}

/// Requests both ways, a friend one has not written to, and links.
async fn people(server: &Server, mia: &Person) -> Result<()> {
    let ada = Person::register(server, "Ada Lindqvist").await?;
    ada.connected().await?;
    ada.ask("mia").await?;
    mia.see("Wants to be your friend").await?;
    let zoe = Person::register(server, "Zoe").await?;
    zoe.connected().await?;
    mia.ask("zoe").await?;
    mia.see("has not answered yet").await?;
    look(mia, "friends").await
}

/// Takes a picture of the screen in each of its forms, and has axe-core look at it.
pub async fn look(person: &Person, name: &str) -> Result<()> {
    let folder = tool("KITH_TARGET")?.join("screenshots");
    std::fs::create_dir_all(&folder)?;
    let axe = std::fs::read_to_string(tool("KITH_AXE")?).context("axe-core")?;
    person.browser.run(&axe).await?;
    for (size, form) in [(PHONE, "390"), (DESKTOP, "1280")] {
        person.browser.resize(size).await?;
        for (dark, scheme) in [(false, "light"), (true, "dark")] {
            person.browser.dark(dark).await?;
            settled(person).await?;
            person.screenshot(&folder.join(format!("{name}_{form}_{scheme}.png"))).await?;
            let found = findings(person).await?;
            ensure!(found.is_empty(), "{name}, {form} px, {scheme}: {found:#?}");
        }
    }
    person.browser.dark(false).await
}

/// Waits until nothing moves any more: what fades in has no colour of its own yet.
async fn settled(person: &Person) -> Result<()> {
    let ended = "const done = arguments[0];
        requestAnimationFrame(() => requestAnimationFrame(async () => {
            const ends = document.getAnimations().filter(a => a.effect.getComputedTiming().endTime !== Infinity);
            await Promise.allSettled(ends.map(animation => animation.finished));
            done(true);
        }))";
    person.browser.driver.execute_async(ended, Vec::new()).await?;
    Ok(())
}

async fn findings(person: &Person) -> Result<Vec<String>> {
    let run = "const done = arguments[0];
        axe.run().then(({ violations }) => done(violations.map(
            v => `${v.id}: ${v.help}: ${v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).join(' | ')}`)))";
    let found = person.browser.driver.execute_async(run, Vec::new()).await?;
    let found: Vec<Value> = serde_json::from_value(found.json().clone())?;
    Ok(found.iter().map(Value::to_string).collect())
}
