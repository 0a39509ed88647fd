//! Web Push, with a push service of its own that reads what devices would.

mod choosing;
mod failing;
pub mod service;
mod subscribing;
mod telling;

use kith_shared::push::{PushState, PushTest};
use kith_shared::routes;
use reqwest::{Method, StatusCode};

use self::service::Device;
use crate::harness::{Person, read};

impl Person {
    /// Has this session's pushes go to a device.
    pub async fn subscribes(&self, device: &Device) {
        let answer = self.ask(Method::PUT, routes::PUSH_SUBSCRIPTION, Some(device.subscription())).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    }

    async fn push_state(&self) -> PushState {
        self.get(routes::PUSH).await
    }

    async fn tests_push(&self) -> PushTest {
        read(self.ask(Method::POST, routes::PUSH_TEST, None).await, StatusCode::OK).await
    }
}
