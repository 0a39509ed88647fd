//! Who asks to be let into a group, for who may decide.

use kith_markup::html;
use kith_shared::joining::JoinRequest;
use kith_shared::{ConversationId, UserId};
use yew::prelude::*;

use super::class::class;
use super::failure::failure_banner;
use super::kith::{Kith, use_kith};
use super::local::{Local, use_local};
use super::person::person_row;
use crate::i18n::{plural, text};
use crate::state::Connection;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub id: ConversationId,
    /// How many ask, by the server's last word.
    pub count: u32,
}

type Asking = Local<Vec<JoinRequest>>;

/// The server keeps them, not the device: they are asked for whenever there are others.
#[component]
pub fn JoinRequests(Props { id, count }: &Props) -> Html {
    let (kith, asking) = (use_kith(), use_local(Vec::new));
    {
        let (engine, asking, id) = (kith.engine.clone(), asking.clone(), *id);
        use_effect_with((*count, kith.state.connection == Connection::Online), move |_| {
            let answer = asking.clone();
            asking.task().look(async move {
                let found = engine.join_requests(id).await?;
                answer.set(|asking| *asking = found);
                Ok(())
            });
        });
    }
    let failure = failure_banner(asking.task().failure());
    if *count == 0 {
        return failure;
    }
    html! {
        <section class="section">
            <h2 class="section__title">{ plural("joining.title", (*count).into()) }</h2>
            <ul role="list">
                for request in asking.get().iter() {
                    <li key={request.user.id.to_string()}>
                        { person_row(&kith, &request.user, actions(&kith, *id, request.user.id, &asking)) }
                    </li>
                }
            </ul>
            { failure }
        </section>
    }
}

fn actions(kith: &Kith, id: ConversationId, user: UserId, asking: &Asking) -> Html {
    let button = |label: &'static str, approve: bool| {
        let (engine, asking) = (kith.engine.clone(), asking.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            let (engine, done) = (engine.clone(), asking.clone());
            asking.task().run(async move {
                engine.decide_join(id, user, approve).await?;
                done.set(|asking| asking.retain(|request| request.user.id != user));
                Ok(())
            });
        });
        let class = class("button", &[("button--primary", approve)]);
        html! { <button {class} type="button" {onclick}>{ text(label) }</button> }
    };
    html! { <>{ button("joining.approve", true) }{ button("requests.decline", false) }</> }
}
