-- Where the pushes of a session go: to one endpoint, which is no other session's.
CREATE TABLE push_subscriptions (
    session_id BLOB PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    user_id    BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    endpoint   TEXT NOT NULL UNIQUE,
    p256dh     BLOB NOT NULL,       -- the device's public key, an uncompressed point of P-256
    auth       BLOB NOT NULL,
    site       TEXT                 -- the https origin it was made at
) WITHOUT ROWID;
CREATE INDEX push_subscriptions_user ON push_subscriptions (user_id);
