-- Messages of this conversation disappear so many milliseconds after they are sent.
ALTER TABLE conversations ADD COLUMN expire_after INTEGER;

-- When a message disappears; nothing once it has.
ALTER TABLE messages ADD COLUMN expires_at INTEGER;
CREATE INDEX messages_by_expiry ON messages (expires_at) WHERE expires_at IS NOT NULL;
