-- Sessions that a process beside the server ended: the server reads what is new here and closes their sockets. A number is
-- never given twice, so that it knows by the last one what it has read.
CREATE TABLE revocations (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id BLOB NOT NULL,
    revoked_at INTEGER NOT NULL
);

-- Who may register: one row.
CREATE TABLE registration (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    mode TEXT NOT NULL CHECK (mode IN ('open', 'invitation', 'closed'))
);
INSERT INTO registration (id, mode) VALUES (1, 'open');

-- How much one user's files may take together: one row once it is set, with NULL for no limit.
CREATE TABLE quota (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    bytes INTEGER CHECK (bytes >= 0)
);

-- Accounts that were made with a link, where that takes one: no more than may use it.
ALTER TABLE invitations ADD COLUMN registrations INTEGER NOT NULL DEFAULT 0;
