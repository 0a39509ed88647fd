//! What the signs in a text make of it, at whoever reads it.

use anyhow::Result;
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::person::Person;
use crate::server::Server;

const TEXT: &str = "**bold** *italic* ~~gone~~ `a < b` @leo @nobody
[a site](https://example.org/x) and [a trap](javascript:alert(1))
> quoted
- one
- two
3. three
```html
<b>not bold</b>
```
||the end|| <img src=x onerror=alert(1)>";

#[tokio::test]
async fn signs_format_a_text_and_a_spoiler_waits_to_be_asked() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    paste(&mia, TEXT).await?;
    mia.send("").await?;
    leo.see("quoted").await?;
    let shown = json!({
        "strong": ["bold"], "em": ["italic"], "s": ["gone"], "code.format__code": ["a < b"],
        ".format__mention": ["@leo", "@nobody"], ".format__mention--me": ["@leo"],
        "a": ["a site"], "blockquote": ["quoted"], "ul > li": ["one", "two"], "ol[start='3'] > li": ["three"],
        "pre[data-language='html']": ["<b>not bold</b>"], "b, img, script": [],
        "button.format__spoiler": ["the end"], "span.format__spoiler": [],
    });
    assert_eq!(formatted(&leo, &shown).await?, shown);
    leo.find("//*[contains(@class, 'contact-row__preview')][starts-with(., 'bold italic gone a < b')]")
        .await?;
    leo.press("//button[@aria-label='Hidden text, show it']").await?;
    leo.find("//span[contains(@class, 'format__spoiler')][.='the end']").await?;
    assert_eq!(
        formatted(&mia, &json!({"button.format__spoiler": []})).await?["button.format__spoiler"],
        json!(["the end"])
    );
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn keys_format_what_is_selected_and_take_up_what_was_said_last() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.write("very good").await?;
    let composer = mia.composer().await?;
    composer.send_keys(Key::Control + "a").await?;
    composer.send_keys(Key::Control + "b").await?;
    assert_eq!(composer.prop("value").await?.unwrap_or_default(), "**very good**");
    mia.send("").await?;
    leo.sees(&["very good"]).await?;
    leo.find("//strong[.='very good']").await?;
    mia.last_is("very good", "Read").await?;

    composer.send_keys(Key::Up + "").await?;
    mia.see("Editing").await?;
    composer.send_keys(Key::End + " indeed").await?;
    mia.send("").await?;
    leo.sees(&["very good indeed"]).await?;
    leo.see("edited").await?;
    mia.leave().await?;
    leo.leave().await
}

/// Into the composer, line breaks and all.
pub async fn paste(person: &Person, text: &str) -> Result<()> {
    person.composer().await?.focus().await?;
    let insert = "document.execCommand('insertText', false, arguments[0])";
    person.browser.driver.execute(insert, vec![Value::from(text)]).await?;
    Ok(())
}

/// What stands in the elements that are asked for by their selectors.
async fn formatted(person: &Person, wanted: &Value) -> Result<Value> {
    let look = "return Object.fromEntries(Object.keys(arguments[0]).map(which => [
        which, [...document.querySelectorAll(`.bubble__text :is(${which})`)].map(found => found.textContent)]))";
    Ok(person.browser.driver.execute(look, vec![wanted.clone()]).await?.json().clone())
}
