-- Messages are found by what they carry too: those that carry files are indexed again, with all after the first of them.
UPDATE message_terms_marker SET indexed = MIN(indexed, COALESCE(
    (SELECT MIN(m.rowid) - 1 FROM attachments a JOIN messages m ON m.conversation_id = a.conversation_id AND m.seq = a.seq),
    indexed));
DELETE FROM message_terms WHERE rowid > (SELECT indexed FROM message_terms_marker);
