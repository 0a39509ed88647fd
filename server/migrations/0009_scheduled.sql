-- Where the messages a user has scheduled stand.
ALTER TABLE users ADD COLUMN scheduled_change INTEGER NOT NULL DEFAULT 0;

-- Messages that wait for their time. One that was sent is gone from here, and known by its client_id among the messages.
CREATE TABLE scheduled (
    user_id         BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id       BLOB NOT NULL,
    conversation_id BLOB NOT NULL,
    body            TEXT,               -- JSON; of one that was taken back nothing, so that its device does not bring it again
    at              INTEGER NOT NULL,
    refused         TEXT,               -- the code, when it could not be sent
    PRIMARY KEY (user_id, client_id)
) WITHOUT ROWID;
CREATE INDEX scheduled_due ON scheduled (at) WHERE body IS NOT NULL AND refused IS NULL;
