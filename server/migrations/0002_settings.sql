-- What follows a user from device to device. A removed setting stays as a row without a value, so that devices that
-- were away hear of it; the newest row's change is where the user's settings stand.
CREATE TABLE settings (
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key     TEXT NOT NULL,
    value   TEXT,
    change  INTEGER NOT NULL,           -- dense, counted for each user
    PRIMARY KEY (user_id, key)
);
CREATE UNIQUE INDEX settings_by_change ON settings (user_id, change);
