-- Since when a message is pinned in its conversation.
ALTER TABLE messages ADD COLUMN pinned_at INTEGER;
CREATE INDEX messages_pinned ON messages (conversation_id, seq) WHERE pinned_at IS NOT NULL;

-- What edited messages said before.
CREATE TABLE message_versions (
    conversation_id BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    change          INTEGER NOT NULL,   -- the one it came with
    said_at         INTEGER NOT NULL,
    text            TEXT NOT NULL,
    PRIMARY KEY (conversation_id, seq, change)
) WITHOUT ROWID;
