//! Who may register, where whoever runs the server has said so.

use anyhow::Result;

use crate::person::Person;
use crate::server::Server;

#[tokio::test]
async fn where_it_takes_an_invitation_who_opens_one_registers_and_others_are_told_why_not() -> Result<()> {
    let server = Server::start()?;
    let mia = Person::register(&server, "Mia").await?;
    let link = mia.invitation_link().await?;
    server.admin(&["registration", "invitation"])?;

    let leo = Person::arrive(&server, "Leo").await?;
    leo.click("Register").await?;
    leo.sign_up().await?;
    leo.see("Registering here takes an invitation link that still works.").await?;
    leo.open(&link).await?;
    leo.sign_up().await?;
    leo.click("Accept and chat").await?;
    leo.connected().await?;

    server.admin(&["registration", "closed"])?;
    let ana = Person::arrive(&server, "Ana").await?;
    ana.click("Register").await?;
    ana.sign_up().await?;
    ana.see("Nobody can register here now.").await?;
    for person in [mia, leo, ana] {
        person.leave().await?;
    }
    Ok(())
}

#[tokio::test]
async fn who_has_a_reset_password_is_logged_out_and_comes_in_by_the_new_one() -> Result<()> {
    let server = Server::start()?;
    let mia = Person::register(&server, "Mia").await?;
    let said = server.admin(&["reset-password", "mia"])?;
    mia.see("Welcome back").await?;
    let password = said.lines().next().and_then(|line| line.rsplit(' ').next()).unwrap_or_default();
    mia.fill("Username", "mia").await?;
    mia.fill("Password", password).await?;
    mia.press("//form//button[normalize-space()='Log in']").await?;
    mia.connected().await?;
    mia.leave().await
}
