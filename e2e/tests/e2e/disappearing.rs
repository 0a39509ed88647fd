//! Messages that disappear: for everybody, and on a device that has no connection then.

use anyhow::Result;

use crate::person::Person;
use crate::server::Server;

#[tokio::test]
async fn messages_disappear_on_both_sides_and_on_a_device_that_is_offline() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("this stays").await?;
    leo.sees(&["this stays"]).await?;
    mia.press("//a[starts-with(@aria-label, 'Details of')]").await?;
    mia.click("1 day").await?;
    mia.find("//button[@aria-pressed='true'][normalize-space()='1 day']").await?;
    leo.find("//*[@class='bar__subtitle'][contains(., 'New messages disappear for everybody after 1 day')]")
        .await?;

    // Nobody wants to wait for a day; what can be chosen on the screen is no less.
    mia.browser
        .run(
            "return fetch(`/api/v1/conversations/${location.pathname.split('/')[2]}/timer`,
            {method: 'PUT', headers: {'content-type': 'application/json'}, body: '{\"expire_after\": 10000}'})
            .then(answer => answer.status)",
        )
        .await?;
    leo.find("//*[@class='bar__subtitle'][contains(., 'after 10 s')]").await?;
    mia.open_dialog("Leo").await?;
    mia.send("this goes").await?;
    leo.sees(&["this stays", "this goes"]).await?;
    leo.browser.offline(true).await?;
    leo.see("Offline.").await?;
    for person in [&mia, &leo] {
        person.sees(&["this stays"]).await?;
        person.find("//*[contains(@class, 'contact-row__preview')][contains(., 'this stays')]").await?;
    }
    leo.browser.refresh().await?;
    leo.sees(&["this stays"]).await?;
    leo.browser.offline(false).await?;
    leo.connected().await?;
    leo.sees(&["this stays"]).await?;
    mia.leave().await?;
    leo.leave().await
}
