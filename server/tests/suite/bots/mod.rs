//! Bots: made and owned, spoken to by webhooks and sockets.

mod example;
mod incoming;
mod outgoing;
mod owning;
mod receiver;

use kith_shared::ConversationId;
use kith_shared::bot::{Bot, Webhook};
use kith_shared::conversation::Conversation;
use kith_shared::{UserId, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::harness::{Person, TestServer, read};

impl Person {
    pub async fn makes_bot(&self, username: &str) -> Bot {
        let body = json!({"username": username, "display_name": "Robo"});
        read(self.post(routes::BOTS, body).await, StatusCode::CREATED).await
    }

    async fn opens_direct(&self, user: UserId) -> ConversationId {
        let response = self.post(routes::CONVERSATIONS_DIRECT, json!({"user": user})).await;
        read::<Conversation>(response, StatusCode::OK).await.id
    }

    async fn groups_with_bot(&self, title: &str, bot: &Bot) -> ConversationId {
        let body = json!({"title": title, "members": [bot.user.id]});
        read::<Conversation>(self.post(routes::CONVERSATIONS_GROUP, body).await, StatusCode::CREATED).await.id
    }

    async fn makes_webhook(&self, bot: &Bot, conversation: ConversationId) -> Webhook {
        let body = json!({"conversation": conversation});
        let response = self.post(&routes::bot_webhooks(bot.user.id), body).await;
        read(response, StatusCode::CREATED).await
    }

    async fn own_bot(&self, bot: &Bot) -> Bot {
        let all: Vec<Bot> = self.get(routes::BOTS).await;
        all.into_iter().find(|one| one.user.id == bot.user.id).expect("the bot is listed")
    }

    async fn sets_outgoing(&self, bot: &Bot, url: &str) -> String {
        let body = Some(json!({"url": url}));
        let response = self.ask(Method::PUT, &routes::bot_outgoing(bot.user.id), body).await;
        read::<Bot>(response, StatusCode::OK).await.outgoing.unwrap().secret.expect("a secret")
    }

    /// The texts of a conversation, oldest first.
    async fn texts(&self, conversation: ConversationId) -> Vec<String> {
        let page = self.page(conversation, "after=0").await;
        let text = |message: kith_shared::message::Message| match message.body {
            kith_shared::message::Body::Text { text, .. } => Some(text),
            _ => None,
        };
        page.messages.into_iter().filter_map(text).collect()
    }
}

/// The bot as a program that has its token.
async fn program(server: &TestServer, bot: &Bot) -> Person {
    server.by_token(bot.token.as_deref().expect("a token")).await
}
