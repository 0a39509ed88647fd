//! What one does with messages: answering, passing on, pinning, deleting, and looking at what they said before.

use anyhow::{Result, ensure};
use serde_json::Value;
use thirtyfour::Key;

use crate::groups::three_in_a_group;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

#[tokio::test]
async fn an_answer_shows_what_it_answers_and_leads_there() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("Boats at **six**?").await?;
    leo.sees(&["Boats at six?"]).await?;
    for n in 0..40 {
        mia.write(&format!("{n}\n")).await?;
    }
    leo.see("39").await?;
    leo.browser.run("document.querySelector('.dialog__log').scrollTop = 0").await?;
    leo.choose("Boats at six?", "Reply").await?;
    leo.find("//*[@class='answering']//*[.='Mia']").await?;
    leo.send("Make it seven").await?;
    mia.find("//button[@class='quote'][contains(., 'You')][contains(., 'Boats at six?')]").await?;
    mia.press("//button[@class='quote']").await?;
    mia.find("//*[contains(@class, 'dialog__row--found')][contains(., 'Boats at six?')]").await?;

    // What is answered is shown as it is now, also where it does not stand.
    mia.choose("Boats at six?", "Edit").await?;
    mia.composer().await?.send_keys(Key::Control + "a").await?;
    mia.send("Boats at nine?").await?;
    leo.find("//button[@class='quote'][contains(., 'Boats at nine?')]").await?;
    leo.browser.refresh().await?;
    leo.find("//button[@class='quote'][contains(., 'Mia')][contains(., 'Boats at nine?')]").await?;
    // The other device of one who never saw it, too, and offline.
    leo.browser.offline(true).await?;
    leo.browser.refresh().await?;
    leo.find("//button[@class='quote'][contains(., 'Boats at nine?')]").await?;
    leo.browser.offline(false).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn what_an_edited_message_said_before_can_be_looked_at() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("helo").await?;
    leo.sees(&["helo"]).await?;
    mia.composer().await?.send_keys(Key::Up + "").await?;
    mia.composer().await?.send_keys(Key::Control + "a").await?;
    mia.send("hello").await?;
    leo.sees(&["hello"]).await?;
    leo.choose("hello", "Edit history").await?;
    leo.find("//dialog[@open]//li[contains(., 'helo')]").await?;
    leo.click("Close").await?;
    leo.browser.offline(true).await?;
    leo.choose("hello", "Edit history").await?;
    leo.see("can't be reached").await?;
    leo.click("Close").await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn messages_are_selected_and_passed_on_to_several() -> Result<()> {
    let server = Server::start()?;
    let [mia, leo, ana] = three_in_a_group(&server, "Boats").await?;
    mia.send("first").await?;
    mia.send("second").await?;
    mia.send("third").await?;
    leo.sees(&["first", "second", "third"]).await?;
    leo.choose("first", "Select").await?;
    leo.press("//article[contains(., 'third')]").await?;
    leo.see("2 selected").await?;
    leo.press("//button[@aria-label='Forward']").await?;
    for name in ["Boats", "Mia"] {
        leo.press(&format!("//label[contains(., '{name}')]")).await?;
    }
    leo.press("//dialog[@open]//button[normalize-space()='Forward']").await?;
    leo.sees(&["first", "second", "third", "first", "third"]).await?;
    leo.see_no_more("selected").await?;
    ana.sees(&["first", "second", "third", "first", "third"]).await?;
    ana.see("Forwarded").await?;
    mia.open_dialog("Leo").await?;
    mia.sees(&["first", "third"]).await?;
    for person in [mia, leo, ana] {
        person.leave().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_message_is_pinned_for_all_and_deleted_for_oneself_or_everybody() -> Result<()> {
    let server = Server::start()?;
    let [mia, leo, ana] = three_in_a_group(&server, "Boats").await?;
    mia.send("the rules").await?;
    leo.send("nonsense").await?;
    ana.sees(&["the rules", "nonsense"]).await?;
    mia.sees(&["the rules", "nonsense"]).await?;
    mia.choose("the rules", "Pin").await?;
    ana.find("//*[@class='pins'][contains(., 'the rules')]").await?;
    ana.menu("the rules").await?;
    ana.see("Reply").await?;
    let menu = ana.screen().await?;
    ensure!(!menu.contains("Unpin") && !menu.contains("Pin\n"), "a plain member pins nothing: {menu}");
    ana.press("//dialog[@open]//button[normalize-space()='Delete…']").await?;
    ana.see("Delete for me").await?;
    ensure!(!ana.screen().await?.contains("Delete for everyone"), "nor deletes what others say");
    ana.click("Delete for me").await?;
    ana.sees(&["nonsense"]).await?;
    ana.browser.refresh().await?;
    ana.sees(&["nonsense"]).await?;

    mia.choose("nonsense", "Delete…").await?;
    mia.click("Delete for everyone").await?;
    for (person, seen) in
        [(&ana, &["This message was deleted."][..]), (&leo, &["the rules", "This message was deleted."])]
    {
        person.sees(seen).await?;
    }
    mia.press("//*[@class='pins']//button[@aria-label='Unpin']").await?;
    until(
        "nothing is pinned",
        || leo.browser.run("return document.querySelectorAll('.pins').length"),
        |n| *n == Value::from(0),
    )
    .await?;
    for person in [mia, leo, ana] {
        person.leave().await?;
    }
    Ok(())
}

#[tokio::test]
async fn who_comes_back_is_led_to_what_is_new() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("old").await?;
    leo.sees(&["old"]).await?;
    leo.press("//a[starts-with(@aria-label, 'Friends')]").await?;
    for n in 1..=60 {
        mia.write(&format!("new {n}\n")).await?;
    }
    mia.last_is("new 60", "Sent").await?;
    leo.open_dialog("Mia").await?;
    leo.see("new 60").await?;
    leo.press("//button[contains(@class, 'first-unread')][contains(., '60 new messages')]").await?;
    let above = "//article[.//*[@class='dialog__fresh']][contains(., 'new 1')]";
    leo.find(above).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn a_finger_answers_by_a_swipe_and_opens_the_menu_by_staying() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("Boats at six?").await?;
    leo.sees(&["Boats at six?"]).await?;
    finger(
        &leo,
        &[("pointerdown", 0, 0), ("pointermove", 20, 1), ("pointermove", 40, 2), ("pointerup", 40, 2)],
    )
    .await?;
    finger(
        &leo,
        &[("pointerdown", 0, 0), ("pointermove", 5, 20), ("pointermove", 80, 30), ("pointerup", 80, 30)],
    )
    .await?;
    ensure!(!leo.screen().await?.contains("Replying"), "a short swipe and a scroll answer nothing");
    finger(
        &leo,
        &[("pointerdown", 0, 0), ("pointermove", 40, 2), ("pointermove", 90, 4), ("pointerup", 90, 4)],
    )
    .await?;
    leo.find("//*[@class='answering']//*[.='Mia']").await?;
    leo.composer().await?.send_keys(Key::Escape + "").await?;
    until(
        "nothing is answered",
        || leo.browser.run("return !document.querySelector('.answering')"),
        |gone| *gone == Value::from(true),
    )
    .await?;

    finger(&leo, &[("pointerdown", 0, 0)]).await?;
    leo.find("//dialog[@open]//button[normalize-space()='Reply']").await?;
    finger(&leo, &[("pointerup", 0, 0)]).await?;
    leo.press("//dialog[@open]//button[normalize-space()='Reply']").await?;
    leo.find("//*[@class='answering']//*[.='Mia']").await?;
    mia.leave().await?;
    leo.leave().await
}

/// What a finger does on the first message, in pixels from where it came down.
async fn finger(person: &Person, does: &[(&str, i32, i32)]) -> Result<()> {
    let tell = "const bubble = document.querySelector('.bubble__text'), at = bubble.getBoundingClientRect();
        for (const [name, x, y] of arguments[0]) bubble.dispatchEvent(new PointerEvent(name, {pointerType: 'touch',
            bubbles: true, composed: true, clientX: at.left + 4 + x, clientY: at.top + 4 + y}))";
    person.browser.driver.execute(tell, vec![serde_json::to_value(does)?]).await?;
    Ok(())
}
