-- Ids are 16-byte UUIDs, times milliseconds since the Unix epoch.

CREATE TABLE users (
    id            BLOB PRIMARY KEY,
    username      TEXT NOT NULL UNIQUE, -- lower case
    display_name  TEXT NOT NULL,
    password_hash TEXT NOT NULL,        -- PHC string
    created_at    INTEGER NOT NULL
);

CREATE TABLE sessions (
    id         BLOB PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,    -- SHA-256; the token itself is stored nowhere
    user_id    BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    used_at    INTEGER NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

-- A pair of people has two rows here, one from each one's side.
CREATE TABLE contacts (
    user_id  BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    other_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    relation TEXT NOT NULL CHECK (relation IN ('friend', 'request_in', 'request_out')),
    since    INTEGER NOT NULL,
    PRIMARY KEY (user_id, other_id),
    CHECK (user_id <> other_id)
) WITHOUT ROWID;

CREATE TABLE blocks (
    user_id  BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    other_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    since    INTEGER NOT NULL,
    PRIMARY KEY (user_id, other_id)
) WITHOUT ROWID;

CREATE TABLE invitations (
    id         BLOB PRIMARY KEY,
    token      TEXT NOT NULL UNIQUE,
    inviter_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    max_uses   INTEGER NOT NULL,
    uses       INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CHECK (uses <= max_uses)
);
CREATE INDEX invitations_by_inviter ON invitations (inviter_id);

CREATE TABLE conversations (
    id          BLOB PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('direct', 'group')),
    direct_key  BLOB UNIQUE,            -- of a direct dialog: both ids, the smaller first
    title       TEXT,                   -- of a group
    revision    INTEGER NOT NULL DEFAULT 0, -- of title and members
    created_at  INTEGER NOT NULL,
    head_seq    INTEGER NOT NULL DEFAULT 0,
    head_change INTEGER NOT NULL DEFAULT 0,
    CHECK ((kind = 'direct') = (direct_key IS NOT NULL)),
    CHECK ((kind = 'group') = (title IS NOT NULL))
);

CREATE TABLE members (
    conversation_id BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    user_id         BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    read_seq        INTEGER NOT NULL DEFAULT 0,
    -- In a direct dialog: still friends and nobody blocked; kept with contacts and blocks.
    writable        INTEGER NOT NULL DEFAULT 1,
    joined_at       INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
) WITHOUT ROWID;
CREATE INDEX members_by_user ON members (user_id);

-- In the order they came, and not by conversation: what is new lies together, so a commit writes half the pages.
CREATE TABLE messages (
    -- No foreign keys: a message is written in the transaction that has found its sender among the conversation's
    -- members, who have them.
    conversation_id BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    born            INTEGER NOT NULL,   -- the change it came with; stays, and grows with seq
    change          INTEGER NOT NULL,   -- the latest of it
    sender_id       BLOB NOT NULL,
    client_id       BLOB NOT NULL,
    sent_at         INTEGER NOT NULL,
    edited_at       INTEGER,
    reactions       TEXT,               -- JSON
    body            TEXT NOT NULL       -- JSON
);
CREATE UNIQUE INDEX messages_by_seq ON messages (conversation_id, seq);
-- client_id comes first because it grows with time, for the same reason.
CREATE UNIQUE INDEX messages_by_client_id ON messages (client_id, sender_id);
-- Of changed messages alone: sending, which is most of what happens, does not pay for it. The others lie by change as
-- they lie by seq.
CREATE INDEX messages_by_change ON messages (conversation_id, change) WHERE change <> born;

-- Edits, deletions and reactions that were answered: one sent again is answered again, and not done again.
CREATE TABLE changes_done (
    client_id       BLOB NOT NULL,
    user_id         BLOB NOT NULL,
    conversation_id BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    change          INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (client_id, user_id)
) WITHOUT ROWID;
