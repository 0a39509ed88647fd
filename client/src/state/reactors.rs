//! Who reacted to a message.

use kith_shared::UserId;

use super::ConversationView;

/// So many are named; of more, one fewer, and the rest are counted.
const NAMED: usize = 3;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reactors<'a> {
    /// Whether oneself is among them.
    pub me: bool,
    /// Others, by name.
    pub names: Vec<&'a str>,
    /// Those who are not named.
    pub more: usize,
}

impl ConversationView {
    /// Of those who reacted, oneself and the first of the others by name. Who has left has none here.
    pub fn reactors(&self, users: &[UserId], me: UserId) -> Reactors<'_> {
        let is_me = users.contains(&me);
        let others = users.iter().filter(|user| **user != me).map(|user| self.member_name(*user));
        let mut names: Vec<&str> = others.filter(|name| !name.is_empty()).collect();
        let named = usize::from(is_me) + names.len();
        if named < users.len() || named > NAMED {
            names.truncate(NAMED - 1 - usize::from(is_me));
        }
        Reactors { me: is_me, more: users.len() - names.len() - usize::from(is_me), names }
    }
}

#[cfg(test)]
mod tests {
    use kith_shared::Seq;
    use kith_shared::conversation::{Member, Role};
    use uuid::Uuid;

    use super::super::tests::{LEO, ME, conversation, user};
    use super::*;

    const MIA: UserId = UserId(Uuid::from_u128(11));
    const ZOE: UserId = UserId(Uuid::from_u128(12));
    const GONE: UserId = UserId(Uuid::from_u128(13));

    #[test]
    fn a_few_are_named_and_of_many_the_first_and_how_many_more() {
        let mut group = conversation(0);
        for (id, name) in [(MIA, "mia"), (ZOE, "zoe")] {
            group.members.push(Member {
                user: user(id, name),
                read: Seq::ZERO,
                delivered: Seq::ZERO,
                role: Role::Member,
            });
        }
        let view = ConversationView::new(group);
        let reactors = |users: &[UserId]| {
            let Reactors { me, names, more } = view.reactors(users, ME);
            (me, names.join(" "), more)
        };
        assert_eq!(reactors(&[LEO]), (false, "leo".to_owned(), 0));
        assert_eq!(reactors(&[LEO, ME, MIA]), (true, "leo mia".to_owned(), 0));
        assert_eq!(reactors(&[LEO, MIA, ZOE]), (false, "leo mia zoe".to_owned(), 0));
        assert_eq!(reactors(&[LEO, MIA, ZOE, ME]), (true, "leo".to_owned(), 2));
        assert_eq!(reactors(&[GONE, LEO]), (false, "leo".to_owned(), 1));
        assert_eq!(reactors(&[GONE]), (false, String::new(), 1));
    }
}
