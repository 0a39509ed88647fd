//! Devices whose clocks are wrong, or go on while nobody looks.

use anyhow::Result;
use serde_json::{Value, json};

use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

const HOUR: i64 = 3_600_000;
pub const DAY: i64 = 24 * HOUR;

#[tokio::test]
async fn clocks_wrong_by_a_day_change_neither_the_order_nor_the_times() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    for (person, wrong_by) in [(&mia, DAY), (&leo, -DAY)] {
        set_clock(person, wrong_by).await?;
        person.browser.refresh().await?;
        person.connected().await?;
    }
    mia.send("one").await?;
    leo.sees(&["one"]).await?;
    leo.send("two").await?;
    mia.sees(&["one", "two"]).await?;
    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    mia.send("three").await?;
    leo.send("four").await?;
    mia.sees(&["one", "two", "three"]).await?;
    mia.browser.offline(false).await?;
    for person in [&mia, &leo] {
        person.sees(&["one", "two", "four", "three"]).await?;
    }
    mia.last_is("three", "Read").await?;

    let (mias, leos) = (times(&mia).await?, times(&leo).await?);
    assert_eq!(mias, leos, "days, and times of messages");
    for person in [&mia, &leo] {
        assert_eq!(days(person).await?, ["Today"], "{}", person.name);
        // Opened without the server, it still knows what time it is.
        person.browser.offline(true).await?;
        person.see("Offline.").await?;
        person.browser.refresh().await?;
        person.sees(&["one", "two", "four", "three"]).await?;
        until("the days", || days(person), |days| *days == ["Today"]).await?;
    }
    mia.leave().await?;
    leo.leave().await
}

/// Sets the clock of every page from now on, by milliseconds.
pub async fn set_clock(person: &Person, wrong_by: i64) -> Result<()> {
    let source = format!(
        "{{
            const Right = Date;
            globalThis.Date = class extends Right {{
                constructor(...given) {{ given.length ? super(...given) : super(Right.now() + {wrong_by}); }}
                static now() {{ return Right.now() + {wrong_by}; }}
            }};
        }}"
    );
    person.browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await
}

async fn days(person: &Person) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll('.dialog__day')].map(day => day.textContent)";
    Ok(serde_json::from_value(person.browser.run(script).await?)?)
}

/// What is written as the exact time of each message.
async fn times(person: &Person) -> Result<Value> {
    person
        .browser
        .run("return [...document.querySelectorAll('.bubble__meta > span[title]:not(.bubble__state)')].map(time => time.title)")
        .await
}
