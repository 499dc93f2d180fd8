-- Version 3: copies of messages, which figures count once, and what belongs to the store itself.

CREATE TABLE settings (
    name TEXT PRIMARY KEY,                 -- author_salt
    value TEXT NOT NULL
) STRICT;

-- Messages of which there are copies, and the copies; every other message stands for itself.
CREATE TABLE duplicates (
    message_id INTEGER PRIMARY KEY REFERENCES messages(id) ON DELETE CASCADE,
    first_id INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,  -- read first of the group
    kind TEXT NOT NULL CHECK (kind IN ('first', 'exact', 'near'))
) STRICT;

CREATE INDEX duplicates_first ON duplicates(first_id);

-- What copies have in common, so that a run compares new messages without reading the old ones.
CREATE TABLE text_keys (
    message_id INTEGER PRIMARY KEY REFERENCES messages(id) ON DELETE CASCADE,
    exact INTEGER,                         -- the same for exact copies; empty for short messages
    bands BLOB                             -- 16 little-endian uint32; near copies share one
) STRICT;

CREATE VIEW counted_messages AS
SELECT * FROM messages
WHERE skip_reason IS NULL
    AND id NOT IN (SELECT message_id FROM duplicates WHERE message_id <> first_id);

DROP VIEW IF EXISTS friction_points;
CREATE VIEW friction_points AS
SELECT
    i.friction, f.name AS friction_name,
    i.phase, i.stage, s.name AS stage_name,
    i.touchpoint, t.name AS touchpoint_name,
    count(*) AS insights,
    count(DISTINCT i.message_id) AS messages,
    round(1.0 * count(DISTINCT i.message_id)
          / (SELECT count(*) FROM counted_messages), 4) AS share,
    round(avg(i.polarity), 3) AS mean_polarity,
    min(m.created_at) AS first_seen,
    max(m.created_at) AS last_seen
FROM insights AS i
JOIN counted_messages AS m ON m.id = i.message_id
JOIN labels_friction AS f ON f.code = i.friction
JOIN labels_stage AS s ON s.code = i.stage
JOIN labels_touchpoint AS t ON t.code = i.touchpoint
WHERE i.polarity < 0 AND i.friction <> 'none'
GROUP BY i.friction, i.stage, i.touchpoint
ORDER BY messages DESC, i.friction, i.stage, i.touchpoint;

CREATE VIEW counted_insights AS
SELECT i.* FROM insights AS i JOIN counted_messages AS m ON m.id = i.message_id;

DROP VIEW IF EXISTS journey_map;
CREATE VIEW journey_map AS
SELECT
    s.parent AS phase, s.code AS stage, s.name AS stage_name,
    count(i.id) AS insights,
    count(DISTINCT i.message_id) AS messages,
    coalesce(sum(i.polarity < 0), 0) AS negative,
    coalesce(sum(i.polarity = 0), 0) AS neutral,
    coalesce(sum(i.polarity > 0), 0) AS positive,
    round(avg(i.polarity), 3) AS mean_polarity
FROM labels_stage AS s
LEFT JOIN counted_insights AS i ON i.stage = s.code
GROUP BY s.code
ORDER BY s.position;

DROP VIEW IF EXISTS pyramid;
CREATE VIEW pyramid AS
SELECT
    p.code AS level, p.name AS level_name,
    count(i.id) AS insights,
    coalesce(sum(i.polarity < 0), 0) AS missed,
    coalesce(sum(i.polarity > 0), 0) AS met,
    round(1.0 * coalesce(sum(i.polarity > 0), 0)
          / nullif(coalesce(sum(i.polarity <> 0), 0), 0), 4) AS share_met,
    round(avg(i.polarity), 3) AS mean_polarity
FROM labels_pyramid AS p
LEFT JOIN counted_insights AS i ON i.pyramid = p.code
WHERE p.code <> 'none'
GROUP BY p.code
ORDER BY p.position;

DROP VIEW IF EXISTS category_points;
CREATE VIEW category_points AS
SELECT
    c.code AS category, c.name AS category_name,
    c.friction, f.name AS friction_name,
    count(i.id) AS insights,
    count(DISTINCT i.message_id) AS messages,
    round(avg(i.polarity), 3) AS mean_polarity
FROM categories AS c
JOIN labels_friction AS f ON f.code = c.friction
LEFT JOIN counted_insights AS i ON i.category = c.code
GROUP BY c.code
ORDER BY c.position;
