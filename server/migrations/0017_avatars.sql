-- Square pictures of users and groups: files, which everybody may have.
ALTER TABLE users ADD COLUMN avatar BLOB;
CREATE INDEX users_avatar ON users (avatar) WHERE avatar IS NOT NULL;
ALTER TABLE conversations ADD COLUMN avatar BLOB;
CREATE INDEX conversations_avatar ON conversations (avatar) WHERE avatar IS NOT NULL;
