//! Where one is logged in, and ending that on a device that is lost or lent.

use kith_markup::html;
use kith_shared::SessionId;
use kith_shared::auth::OwnSession;
use yew::prelude::*;

use super::confirm_button::ConfirmButton;
use super::failure::failure_banner;
use super::kith::{Kith, use_kith};
use super::local::{Local, use_local};
use super::time;
use crate::engine::Engine;
use crate::i18n::{text, text_with};
use crate::state::{Connection, Failure};

#[component]
pub fn DevicesSection() -> Html {
    let (kith, known) = (use_kith(), use_local(Vec::<OwnSession>::new));
    {
        let (engine, known) = (kith.engine.clone(), known.clone());
        use_effect_with(kith.state.connection == Connection::Online, move |_| {
            known.task().look(look(engine, known.clone()));
        });
    }
    let end = |which: Option<SessionId>| {
        let (engine, known) = (kith.engine.clone(), known.clone());
        Callback::from(move |()| {
            let (engine, listed) = (engine.clone(), known.clone());
            known.task().run(async move {
                engine.end_session(which).await?;
                look(engine, listed).await
            });
        })
    };
    let sessions = known.get();
    html! {
        <section class="section">
            <h2 class="section__title">{ text("devices.title") }</h2>
            <ul role="list">
                for own in sessions.iter() {
                    <li class="person-row" key={own.id.to_string()}>{ row(&kith, own, end(Some(own.id))) }</li>
                }
            </ul>
            if sessions.len() > 1 {
                <ConfirmButton label={text("devices.end_others")} question={text("devices.end_others_question")} onconfirm={end(None)} />
            }
            { failure_banner(known.task().failure()) }
        </section>
    }
}

async fn look(engine: Engine, known: Local<Vec<OwnSession>>) -> Result<(), Failure> {
    let sessions = engine.sessions().await?;
    known.set(|known| *known = sessions);
    Ok(())
}

fn row(kith: &Kith, own: &OwnSession, onconfirm: Callback<()>) -> Html {
    let name = name(own);
    let seen = match (own.current, own.connected) {
        (true, _) => text("devices.this"),
        (_, true) => text("presence.online"),
        _ => time::last_seen(own.used_at, kith.state.now),
    };
    let since = time::date(own.created_at);
    let detail = text_with("devices.detail", &[("seen", &seen), ("date", &since)]);
    let question = text_with("devices.end_question", &[("name", &name)]);
    html! {
        <>
            <div class="person-row__text">
                <p class="person-row__name">{ name }</p>
                <p class="person-row__detail">{ detail }</p>
            </div>
            if !own.current {
                <ConfirmButton label={text("devices.end")} {question} {onconfirm} />
            }
        </>
    }
}

/// `Firefox on Linux`, or as much of it as the device has said.
fn name(own: &OwnSession) -> AttrValue {
    match (&own.browser, &own.system) {
        (Some(browser), Some(system)) => {
            text_with("devices.name", &[("browser", browser), ("system", system)])
        }
        (Some(one), None) | (None, Some(one)) => one.clone().into(),
        (None, None) => text("devices.unknown"),
    }
}
