-- What people ask first, as views: browse them in Datasette or read them with any SQLite client.

CREATE VIEW friction_points AS
SELECT
    i.friction, f.name AS friction_name,
    i.phase, i.stage, s.name AS stage_name,
    i.touchpoint, t.name AS touchpoint_name,
    count(*) AS insights,
    count(DISTINCT i.message_id) AS messages,
    round(1.0 * count(DISTINCT i.message_id)
          / (SELECT count(*) FROM messages WHERE skip_reason IS NULL), 4) AS share,
    round(avg(i.polarity), 3) AS mean_polarity,
    min(m.created_at) AS first_seen,
    max(m.created_at) AS last_seen
FROM insights AS i
JOIN messages AS m ON m.id = i.message_id
JOIN labels_friction AS f ON f.code = i.friction
JOIN labels_stage AS s ON s.code = i.stage
JOIN labels_touchpoint AS t ON t.code = i.touchpoint
WHERE i.polarity < 0 AND i.friction <> 'none'
GROUP BY i.friction, i.stage, i.touchpoint
ORDER BY messages DESC, i.friction, i.stage, i.touchpoint;

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
LEFT JOIN insights AS i ON i.stage = s.code
GROUP BY s.code
ORDER BY s.position;

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
LEFT JOIN insights AS i ON i.pyramid = p.code
WHERE p.code <> 'none'
GROUP BY p.code
ORDER BY p.position;
