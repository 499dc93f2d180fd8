-- Version 2: categories of a team's own, and corrections that people made.

CREATE TABLE categories (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,                    -- in Spanish
    name_pt TEXT NOT NULL,
    name_en TEXT NOT NULL,
    friction TEXT NOT NULL REFERENCES labels_friction(code),  -- that it is a kind of
    position INTEGER NOT NULL
) STRICT;

ALTER TABLE insights ADD COLUMN category TEXT REFERENCES categories(code);
ALTER TABLE insights ADD COLUMN corrected INTEGER NOT NULL DEFAULT 0 CHECK (corrected IN (0, 1));

CREATE INDEX insights_category ON insights(category);

-- Kept for ever: one row for each time that somebody corrected something. Those that were neither
-- undone nor replaced count, and are applied again whenever their message is analysed.
CREATE TABLE corrections (
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources(id),
    external_id TEXT NOT NULL,             -- of the message, which may come and go
    text_sha256 TEXT NOT NULL,             -- of the words that were judged
    start INTEGER,                         -- of the insight in them; empty for the message itself
    end INTEGER,
    quote TEXT,
    field TEXT NOT NULL,                   -- pqrs, sentiment, …, friction, …, or insight
    value TEXT NOT NULL,                   -- code; several joined with `; `; of insight: yes or no
    before TEXT,                           -- what was there when it was corrected
    applied INTEGER NOT NULL DEFAULT 0 CHECK (applied IN (0, 1)),
    author TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    made_at TEXT NOT NULL,                 -- ISO 8601, UTC
    undone_at TEXT,
    replaced_by INTEGER REFERENCES corrections(id)  -- a later one of the same thing
) STRICT;

CREATE INDEX corrections_message ON corrections(external_id, source_id);

-- What the model said of a message that was corrected, so that a correction can be undone.
CREATE TABLE predictions (
    message_id INTEGER PRIMARY KEY REFERENCES messages(id) ON DELETE CASCADE,
    content TEXT NOT NULL                  -- JSON: labels with their confidence, and insights
) STRICT;

CREATE VIEW category_points AS
SELECT
    c.code AS category, c.name AS category_name,
    c.friction, f.name AS friction_name,
    count(i.id) AS insights,
    count(DISTINCT i.message_id) AS messages,
    round(avg(i.polarity), 3) AS mean_polarity
FROM categories AS c
JOIN labels_friction AS f ON f.code = c.friction
LEFT JOIN insights AS i ON i.category = c.code
GROUP BY c.code
ORDER BY c.position;
