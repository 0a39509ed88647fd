//! What has been said before a measure begins: Mia and Leo, their dialog and their groups.

use anyhow::Result;
use kith_shared::contact::Invitation;
use kith_shared::conversation::Conversation;
use kith_shared::{ConversationId, UserId, routes};
use serde_json::json;

use crate::history::Program;
use crate::person::Person;
use crate::server::Server;

/// Messages that one writes before the other does.
const TURN: usize = 100;

pub struct Past {
    pub server: Server,
    pub mia: Program,
    pub leo: Program,
    pub dialog: ConversationId,
    members: Vec<UserId>,
}

impl Past {
    pub async fn begin() -> Result<Self> {
        let server = Server::start()?;
        let (mia, leo) = (Program::register(&server, "Mia").await?, Program::register(&server, "Leo").await?);
        let invitation: Invitation = leo.post(routes::INVITATIONS, &json!({"max_uses": 1})).await?;
        let accept = routes::invitation_accept(&invitation.token);
        let dialog: Conversation = mia.post(&accept, &json!({})).await?;
        let members = dialog.members.iter().map(|member| member.user.id).collect();
        Ok(Self { server, mia, leo, dialog: dialog.id, members })
    }

    pub async fn group(&self, title: &str) -> Result<ConversationId> {
        let body = json!({"title": title, "members": self.members});
        Ok(self.mia.post::<Conversation>(routes::CONVERSATIONS_GROUP, &body).await?.id)
    }

    /// Both write, in turns.
    pub async fn talk(&self, conversation: ConversationId, texts: &[String]) -> Result<()> {
        for (turn, texts) in texts.chunks(TURN).enumerate() {
            let writer = if turn % 2 == 0 { &self.leo } else { &self.mia };
            writer.write(conversation, texts).await?;
        }
        Ok(())
    }

    /// Mia at a browser, come in and caught up.
    pub async fn mia_arrives(&self) -> Result<Person> {
        let mia = Person::arrive(&self.server, "Mia").await?;
        mia.log_in().await?;
        Ok(mia)
    }
}

/// Texts that begin with a name and a number, of very different lengths.
pub fn texts(name: &str, count: usize) -> Vec<String> {
    let text = |number: usize| {
        format!("{name}: {number} {}", "and so on ".repeat(number * 7 % 5 * (number % 17) / 2))
    };
    (1..=count).map(|number| text(number).trim_end().to_owned()).collect()
}
