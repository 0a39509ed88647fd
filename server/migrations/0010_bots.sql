ALTER TABLE users ADD COLUMN bot INTEGER NOT NULL DEFAULT 0;

-- Those there are. A removed one has no row here, while its user stays, who wrote what it wrote.
CREATE TABLE bots (
    user_id    BLOB PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    owner_id   BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    -- Where its messages are posted to, and the key that signs them.
    url        TEXT,
    secret     TEXT,
    stopped    INTEGER NOT NULL DEFAULT 0,
    -- The latest delivery that failed.
    failed_at  INTEGER,
    failure    TEXT,
    given_up   INTEGER NOT NULL DEFAULT 0,
    CHECK ((url IS NULL) = (secret IS NULL))
) WITHOUT ROWID;
CREATE INDEX bots_by_owner ON bots (owner_id);

-- One lives as long as the bot is a member.
CREATE TABLE webhooks (
    id              BLOB PRIMARY KEY,
    token_hash      BLOB NOT NULL UNIQUE, -- SHA-256; the token itself is stored nowhere
    bot_id          BLOB NOT NULL REFERENCES bots (user_id) ON DELETE CASCADE,
    conversation_id BLOB NOT NULL,
    created_at      INTEGER NOT NULL,
    FOREIGN KEY (conversation_id, bot_id) REFERENCES members (conversation_id, user_id) ON DELETE CASCADE
);
CREATE INDEX webhooks_by_bot ON webhooks (bot_id);
CREATE INDEX webhooks_by_member ON webhooks (conversation_id, bot_id);

-- How far a bot's address has heard of a conversation.
CREATE TABLE deliveries (
    bot_id          BLOB NOT NULL REFERENCES bots (user_id) ON DELETE CASCADE,
    conversation_id BLOB NOT NULL,
    delivered       INTEGER NOT NULL,            -- the conversation's change
    tries           INTEGER NOT NULL DEFAULT 0,  -- of the next one, all failed
    failing_since   INTEGER,
    next_try_at     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (bot_id, conversation_id),
    FOREIGN KEY (conversation_id, bot_id) REFERENCES members (conversation_id, user_id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX deliveries_by_member ON deliveries (conversation_id, bot_id);

-- A bot that comes into a conversation hears what is written from then on, whoever adds it.
CREATE TRIGGER deliveries_begin AFTER INSERT ON members
WHEN EXISTS (SELECT 1 FROM bots WHERE user_id = NEW.user_id AND url IS NOT NULL)
BEGIN
    INSERT INTO deliveries (bot_id, conversation_id, delivered)
    SELECT NEW.user_id, id, head_change FROM conversations WHERE id = NEW.conversation_id;
END;
