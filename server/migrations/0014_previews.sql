-- What pages say of themselves, for a while: the same one is not looked at for everybody who links to it.
CREATE TABLE previews (
    url         TEXT PRIMARY KEY,
    found       TEXT,               -- JSON; none where there is no preview
    fetched_at  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX previews_fetched ON previews (fetched_at);
