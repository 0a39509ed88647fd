-- The group a link leads into; a link without one makes friends.
ALTER TABLE invitations ADD COLUMN conversation_id BLOB REFERENCES conversations (id) ON DELETE CASCADE;
-- Whether who uses it only asks to be let in.
ALTER TABLE invitations ADD COLUMN approval INTEGER NOT NULL DEFAULT 0;
CREATE INDEX invitations_by_conversation ON invitations (conversation_id) WHERE conversation_id IS NOT NULL;

-- Who asks to be let into a group. A row goes with the decision.
CREATE TABLE join_requests (
    conversation_id BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    user_id         BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
) WITHOUT ROWID;
CREATE INDEX join_requests_by_user ON join_requests (user_id);
