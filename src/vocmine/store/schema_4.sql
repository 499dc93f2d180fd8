-- Version 4: what segments mean in few bytes, so that topics are learned without encoding again.

CREATE TABLE sketches (
    message_id INTEGER PRIMARY KEY REFERENCES messages(id) ON DELETE CASCADE,
    encoder TEXT NOT NULL,                 -- fingerprint of the encoder they were made with
    segments BLOB NOT NULL                 -- int8, a row for each segment, by where it starts
) STRICT;
