-- In direct dialogs: a device of theirs has stored everything up to here. What was read was.
ALTER TABLE members ADD COLUMN delivered_seq INTEGER NOT NULL DEFAULT 0;
UPDATE members SET delivered_seq = read_seq
WHERE conversation_id IN (SELECT id FROM conversations WHERE kind = 'direct');

-- When the user last came or went; NULL for who has not come since there is this.
ALTER TABLE users ADD COLUMN last_seen INTEGER;
