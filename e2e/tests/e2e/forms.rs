//! Bad input: the form says what is wrong, and keeps what was typed.

use anyhow::Result;

use crate::person::{PASSWORD, Person};
use crate::server::Server;

#[tokio::test]
async fn a_taken_username_in_another_case_is_refused_at_its_field_and_nothing_typed_is_lost() -> Result<()> {
    let server = Server::start()?;
    let mia = Person::register(&server, "Mia").await?;
    let other = Person::arrive(&server, "Other").await?;
    other.click("Register").await?;
    other.fill("Username", "MIA").await?;
    other.fill("Display name", "Another Mia").await?;
    other.fill("Password", PASSWORD).await?;
    other.press("//form//button[normalize-space()='Register']").await?;
    other.see("That username is taken.").await?;
    assert_eq!(other.value("Username").await?, "MIA");
    assert_eq!(other.value("Display name").await?, "Another Mia");
    assert_eq!(other.value("Password").await?, PASSWORD);
    other.fill("Username", "mia2").await?;
    other.press("//form//button[normalize-space()='Register']").await?;
    other.see("Chats").await?;
    mia.leave().await
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_get_the_same_answer_and_the_form_stays_usable() -> Result<()> {
    let server = Server::start()?;
    Person::register(&server, "Mia").await?.leave().await?;
    let mia = Person::arrive(&server, "Mia").await?;
    for username in ["mia", "nobody-at-all"] {
        mia.fill("Username", username).await?;
        mia.fill("Password", "not this one").await?;
        mia.see_no_more("Wrong username or password.").await?;
        mia.press("//form//button[normalize-space()='Log in']").await?;
        mia.see("Wrong username or password.").await?;
    }
    mia.fill("Username", "mia").await?;
    mia.fill("Password", PASSWORD).await?;
    mia.press("//form//button[normalize-space()='Log in']").await?;
    mia.see("Chats").await
}

#[tokio::test]
async fn what_can_not_be_a_username_or_password_is_said_before_the_server_is_asked() -> Result<()> {
    let server = Server::start()?;
    let mia = Person::arrive(&server, "Mia").await?;
    mia.click("Register").await?;
    mia.fill("Username", "m").await?;
    mia.fill("Password", PASSWORD).await?;
    mia.press("//form//button[normalize-space()='Register']").await?;
    mia.see("A username has 3 to 32").await?;
    mia.fill("Username", "mia").await?;
    mia.fill("Password", "short").await?;
    mia.press("//form//button[normalize-space()='Register']").await?;
    mia.see("A password has 8 to 256 characters.").await?;
    assert_eq!(mia.value("Username").await?, "mia");
    mia.leave().await
}

#[tokio::test]
async fn an_empty_message_is_not_sent_and_a_too_long_one_stays_in_the_composer() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("   ").await?;
    let long = "x".repeat(4_001);
    let typed = format!(
        "const area = document.querySelector('.composer__input');
        area.value = '{long}';
        area.dispatchEvent(new InputEvent('input', {{ bubbles: true }}));"
    );
    mia.browser.run(&typed).await?;
    mia.see("-1").await?;
    mia.send("").await?;
    assert_eq!(mia.composer().await?.prop("value").await?, Some(long.clone()));
    mia.composer().await?.send_keys(thirtyfour::Key::Backspace + "").await?;
    mia.send("").await?;
    leo.sees(&[&long[..4_000]]).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn a_used_up_link_says_so() -> Result<()> {
    let server = Server::start()?;
    let mia = Person::register(&server, "Mia").await?;
    let link = mia.invitation_link().await?;
    let leo = Person::register(&server, "Leo").await?;
    leo.open(&link).await?;
    leo.click("Accept and chat").await?;
    leo.see("No messages yet. Say hello.").await?;
    let zoe = Person::register(&server, "Zoe").await?;
    zoe.open(&link).await?;
    zoe.see("This link no longer works").await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn a_draft_is_kept_for_each_dialog() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let zoe = Person::arrive(&server, "Zoe").await?;
    zoe.open(&mia.invitation_link().await?).await?;
    zoe.sign_up().await?;
    zoe.click("Accept and chat").await?;
    mia.open_dialog("Leo").await?;
    mia.write("for Leo").await?;
    mia.open_dialog("Zoe").await?;
    assert_eq!(mia.composer().await?.prop("value").await?, Some(String::new()));
    mia.see("Draft: for Leo").await?;
    mia.open_dialog("Leo").await?;
    assert_eq!(mia.composer().await?.prop("value").await?, Some("for Leo".to_owned()));
    mia.send("").await?;
    leo.sees(&["for Leo"]).await?;
    mia.leave().await?;
    leo.leave().await
}
