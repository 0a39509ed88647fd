-- What is stored, by what is in it: the same file is stored once.
CREATE TABLE files (
    hash            BLOB PRIMARY KEY,   -- SHA-256
    object          TEXT NOT NULL,      -- where it lies in the storage; never the same one again
    size            INTEGER NOT NULL,
    content_type    TEXT NOT NULL,      -- found from its bytes
    width           INTEGER,            -- of a photo
    height          INTEGER,
    touched_at      INTEGER NOT NULL    -- when it was last brought, or put into a message
) WITHOUT ROWID;
CREATE INDEX files_touched ON files (touched_at);

-- Who has brought a file, and may put it into a message. It counts as theirs.
CREATE TABLE file_holders (
    user_id         BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash            BLOB NOT NULL REFERENCES files (hash) ON DELETE CASCADE,
    PRIMARY KEY (user_id, hash)
) WITHOUT ROWID;
CREATE INDEX file_holders_hash ON file_holders (hash);

-- Which files a message carries, small pictures among them. Who may read it may have them.
CREATE TABLE attachments (
    hash            BLOB NOT NULL,
    conversation_id BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    PRIMARY KEY (hash, conversation_id, seq)
) WITHOUT ROWID;
CREATE INDEX attachments_message ON attachments (conversation_id, seq);

-- Files on their way here.
CREATE TABLE uploads (
    id              BLOB PRIMARY KEY,
    user_id         BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    length          INTEGER NOT NULL,
    offset          INTEGER NOT NULL,   -- so much is on the disk
    metadata        TEXT,               -- as it was sent
    expires_at      INTEGER NOT NULL,
    hash            BLOB                -- once all of it is here
) WITHOUT ROWID;
CREATE INDEX uploads_user ON uploads (user_id);
CREATE INDEX uploads_expiry ON uploads (expires_at);

-- What this server makes up once and keeps to itself.
CREATE TABLE secrets (
    name            TEXT PRIMARY KEY,
    value           BLOB NOT NULL
) WITHOUT ROWID;
