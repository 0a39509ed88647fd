-- Who and what came from another chat, by what it was called there: brought again, it is the same one. Messages are known
-- by their client_id, which is made of what they were called there.
CREATE TABLE imported (
    source TEXT NOT NULL,   -- slack, telegram or mattermost
    key    TEXT NOT NULL,   -- `person/…` or `room/…`
    id     BLOB NOT NULL,   -- of a user, or of a conversation; either may be gone since
    PRIMARY KEY (source, key)
) WITHOUT ROWID;
CREATE INDEX imported_by_id ON imported (id);
