-- What messages can be found by. A row's rowid is its message's (they grow in the order messages come, and since none is
-- ever taken out of its table they have no holes, so that VACUUM numbers them as they are). The texts themselves stay in
-- messages: this holds terms alone, cut and folded by the server, apart from the conversation's, the sender's and "has a
-- link", which begin with an underscore as no word does.
CREATE VIRTUAL TABLE message_terms USING fts5 (
    terms,
    content = '',
    contentless_delete = 1,
    detail = none,
    prefix = '1 2',
    tokenize = "ascii tokenchars '_'"
);

-- The last message that is in it.
CREATE TABLE message_terms_marker (indexed INTEGER NOT NULL);
INSERT INTO message_terms_marker VALUES (0);
