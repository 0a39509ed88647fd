//! A Contact List, and a group's members, that are longer than the screen: few rows are drawn, all are reached.

use anyhow::{Result, ensure};
use kith_shared::contact::Invitation;
use kith_shared::conversation::Conversation;
use kith_shared::routes;
use serde_json::json;
use thirtyfour::Key;

use crate::history::Program;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

/// More than are ever drawn.
const FRIENDS: usize = 120;

#[tokio::test]
async fn a_long_contact_list_is_scrolled_searched_and_walked_through() -> Result<()> {
    let server = Server::start()?;
    let mia = Program::register(&server, "Mia").await?;
    for number in 1..=FRIENDS {
        let friend = Program::register(&server, &format!("Friend{number}")).await?;
        let dialog = friend.befriend(&mia).await?;
        friend.write(dialog, &[format!("from {number}")]).await?;
    }
    let mia = Person::arrive(&server, "Mia").await?;
    mia.log_in().await?;
    until("the newest are first", || drawn(&mia), |drawn| drawn.starts_with(&[FRIENDS])).await?;
    mia.browser.run("document.querySelector('.contact-list').scrollTop = 1e6").await?;
    let drawn_now = until("the last is there", || drawn(&mia), |drawn| drawn.ends_with(&[1])).await?;
    ensure!(drawn_now.len() <= 40, "{} rows are drawn", drawn_now.len());
    ensure!(drawn_now.windows(2).all(|pair| pair[0] == pair[1] + 1), "in order: {drawn_now:?}");

    mia.find("//input[@type='search']").await?.send_keys("friend77").await?;
    until("the one searched for", || drawn(&mia), |drawn| *drawn == [77]).await?;
    // From the search on, Tab leads through the whole list.
    mia.find("//input[@type='search']").await?.send_keys(Key::Control + "a").await?;
    mia.find("//input[@type='search']").await?.send_keys(Key::Backspace + "").await?;
    until("all again, from the top", || drawn(&mia), |drawn| drawn.starts_with(&[FRIENDS])).await?;
    for number in (FRIENDS - 60..=FRIENDS).rev() {
        mia.browser.driver.action_chain().send_keys(Key::Tab + "").perform().await?;
        let focus =
            mia.browser.run("return document.activeElement.querySelector('.contact-row__name')?.textContent");
        let focus = focus.await?;
        ensure!(focus == format!("Friend{number}"), "the focus is on {focus}, not on {number}");
    }
    mia.leave().await
}

/// The numbers of the friends that are in the document, top to bottom.
async fn drawn(person: &Person) -> Result<Vec<usize>> {
    let names = "return [...document.querySelectorAll('.contact-list__items .contact-row__name')]
        .map(name => +name.textContent.replace('Friend', ''))";
    Ok(serde_json::from_value(person.browser.run(names).await?)?)
}

#[tokio::test]
async fn the_members_of_a_large_group_are_scrolled_through_and_the_last_is_removed() -> Result<()> {
    let server = Server::start()?;
    let mia = Program::register(&server, "Mia").await?;
    let group = json!({"title": "Everybody", "members": []});
    let group: Conversation = mia.post(routes::CONVERSATIONS_GROUP, &group).await?;
    let wanted = json!({"max_uses": FRIENDS});
    let link: Invitation = mia.post(&routes::group_invitations(group.id), &wanted).await?;
    for number in 1..=FRIENDS {
        let friend = Program::register(&server, &format!("Friend{number}")).await?;
        friend.post::<Conversation>(&routes::invitation_accept(&link.token), &json!({})).await?;
    }
    let mia = Person::arrive(&server, "Mia").await?;
    mia.log_in().await?;
    mia.open_dialog("Everybody").await?;
    mia.press("//a[@aria-label='Details of Everybody']").await?;
    mia.see(&format!("{} members", FRIENDS + 1)).await?;
    let first = until("the first are there", || members(&mia), |drawn| drawn.starts_with(&[0, 1])).await?;
    ensure!(first.len() <= 50, "{} rows are drawn", first.len());

    let mut seen = first;
    for screen in 1.. {
        mia.browser.run(&format!("{TO_THE_MEMBERS} + {screen} * 400")).await?;
        let last = seen.last().copied().unwrap_or_default();
        if last == FRIENDS {
            break;
        }
        let next = |drawn: &Vec<usize>| drawn.last().is_some_and(|now| *now > last);
        let drawn = until("more of them", || members(&mia), next).await?;
        ensure!(drawn.len() <= 50, "{} rows are drawn", drawn.len());
        ensure!(drawn.windows(2).all(|pair| pair[0] + 1 == pair[1]), "in order: {drawn:?}");
        seen.retain(|member| *member < drawn[0]);
        seen.extend(drawn);
    }
    ensure!(seen == (0..=FRIENDS).collect::<Vec<_>>(), "each once: {seen:?}");

    let last = format!("Friend{FRIENDS}");
    mia.press(&format!("//li[.//p[.='{last}']]//button")).await?;
    mia.press("//dialog[@open]//button[normalize-space()='Remove from group']").await?;
    mia.press("//div[@role='group']//button[normalize-space()='Remove from group']").await?;
    mia.see(&format!("{FRIENDS} members")).await?;
    until("they are gone", || members(&mia), |drawn| drawn.ends_with(&[FRIENDS - 1])).await?;
    mia.leave().await
}

/// Scrolls their list to the top of the screen; what follows is further.
const TO_THE_MEMBERS: &str = "const page = document.querySelector('.sections');
    page.scrollTop += document.querySelector('.members').parentElement.getBoundingClientRect().top
        - page.getBoundingClientRect().top";

/// The numbers of the members that are in the document, top to bottom; Mia is 0.
async fn members(person: &Person) -> Result<Vec<usize>> {
    let names = "return [...document.querySelectorAll('.members .person-row__name')]
        .map(name => +name.textContent.replace('Mia', '0').replace('Friend', ''))";
    Ok(serde_json::from_value(person.browser.run(names).await?)?)
}
