-- How a poll stands, JSON; of one nobody has voted in, nothing.
ALTER TABLE messages ADD COLUMN votes TEXT;

-- Who chose what. Who has left a group has voted all the same.
CREATE TABLE poll_votes (
    conversation_id BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    user_id         BLOB NOT NULL,
    options         TEXT NOT NULL,      -- JSON, ascending; never empty
    PRIMARY KEY (conversation_id, seq, user_id)
) WITHOUT ROWID;
