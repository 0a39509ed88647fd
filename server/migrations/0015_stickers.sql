-- Packs of stickers. Everybody may see each.
CREATE TABLE sticker_packs (
    id              BLOB PRIMARY KEY,
    author_id       BLOB REFERENCES users (id) ON DELETE CASCADE,   -- NULL of the one that comes with the server
    title           TEXT NOT NULL,
    folded          TEXT NOT NULL,      -- the title, made comparable
    revision        INTEGER NOT NULL    -- grows with every change
) WITHOUT ROWID;
CREATE INDEX sticker_packs_author ON sticker_packs (author_id);

-- Their stickers. A file that is one may be had by everybody.
CREATE TABLE stickers (
    pack_id         BLOB NOT NULL REFERENCES sticker_packs (id) ON DELETE CASCADE,
    hash            BLOB NOT NULL REFERENCES files (hash),
    place           INTEGER NOT NULL,   -- ascending, with holes
    emoji           TEXT NOT NULL,
    PRIMARY KEY (pack_id, hash)
) WITHOUT ROWID;
CREATE INDEX stickers_hash ON stickers (hash);
CREATE INDEX stickers_emoji ON stickers (emoji);
