-- Core tables of the store, version 1. Analyzer tables are created from what each declares.
-- STRICT: a wrong type is an error, not a surprise in a chart. Referenced tables carry `name` or
-- `title` so that Datasette labels their foreign keys.

CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,                    -- file name, for people
    path TEXT NOT NULL UNIQUE,             -- where it was read from
    plugin TEXT NOT NULL,
    format TEXT NOT NULL DEFAULT '',
    content TEXT NOT NULL DEFAULT '',      -- SHA-256 of the file that was read last
    reading TEXT NOT NULL DEFAULT '',      -- JSON: columns, encoding, … it was read with
    since_run INTEGER NOT NULL DEFAULT 0   -- the first run that read these bytes
) STRICT;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,                    -- `2026-11-22 10:31 quejas.xlsx`
    started_at TEXT NOT NULL,              -- ISO 8601, UTC
    finished_at TEXT,
    status TEXT NOT NULL,                  -- running, ok, failed, interrupted
    version TEXT NOT NULL,                 -- of vocmine
    options TEXT NOT NULL,                 -- JSON
    read INTEGER NOT NULL DEFAULT 0,       -- records seen
    analysed INTEGER NOT NULL DEFAULT 0,
    new INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources(id),
    external_id TEXT NOT NULL,             -- the file's own id, or one derived from the content
    title TEXT NOT NULL,                   -- subject, or the first words
    text TEXT NOT NULL,
    lang TEXT NOT NULL REFERENCES labels_lang(code),
    created_at TEXT,                       -- ISO 8601
    channel TEXT NOT NULL DEFAULT '',
    author TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT '',
    score REAL,                            -- 1 to 5
    context TEXT NOT NULL DEFAULT '',      -- quoted replies, signatures: kept, not analysed
    extra TEXT NOT NULL DEFAULT '{}',      -- JSON: every other column of the export
    locator TEXT NOT NULL DEFAULT '',
    content_hash TEXT NOT NULL,            -- of what analysis reads
    record_hash TEXT NOT NULL,             -- of the whole record
    skip_reason TEXT,                      -- stored, but not analysed: no_words, no_comment, …
    run_id INTEGER NOT NULL REFERENCES runs(id),  -- that read it last as new or changed
    UNIQUE (source_id, external_id)
) STRICT;

-- A message may be in several exports, and in one of them no longer.
CREATE TABLE message_sources (
    message_id INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
    source_id INTEGER NOT NULL REFERENCES sources(id),
    run_id INTEGER NOT NULL REFERENCES runs(id),  -- the last that read it there
    PRIMARY KEY (message_id, source_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX message_sources_source_id ON message_sources(source_id, run_id);

CREATE INDEX messages_created_at ON messages(created_at);
CREATE INDEX messages_external_id ON messages(external_id);

CREATE TABLE segments (
    id INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
    start INTEGER NOT NULL,                -- characters (code points) into messages.text
    end INTEGER NOT NULL,
    title TEXT NOT NULL,                   -- text[start:end]
    CHECK (0 <= start AND start < end)
) STRICT;

CREATE INDEX segments_message_id ON segments(message_id);

CREATE TABLE analyses (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs(id),
    name TEXT NOT NULL,                    -- analyzer
    plugin TEXT NOT NULL,                  -- distribution
    version TEXT NOT NULL,                 -- of the analyzer
    model_sha256 TEXT NOT NULL DEFAULT '',
    fingerprint TEXT NOT NULL,             -- analyzer, version, model, encoder, segmenter, options
    status TEXT NOT NULL                   -- running, ok, failed, interrupted, outdated
) STRICT;

-- Tables that analyzers declared, so that a changed declaration is noticed.
CREATE TABLE analyzer_tables (
    name TEXT PRIMARY KEY,
    analyzer TEXT NOT NULL,
    per TEXT NOT NULL,
    definition TEXT NOT NULL               -- the CREATE TABLE it was made with
) STRICT;

-- Which analysis each message's rows come from; a message without a row here is still to do.
CREATE TABLE analysed (
    message_id INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
    analyzer TEXT NOT NULL,
    analysis_id INTEGER NOT NULL REFERENCES analyses(id),
    PRIMARY KEY (message_id, analyzer)
) STRICT, WITHOUT ROWID;

CREATE TABLE insights (
    id INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
    segment_id INTEGER NOT NULL REFERENCES segments(id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    quote TEXT NOT NULL,                   -- messages.text[start:end], exactly
    polarity INTEGER REFERENCES labels_polarity(code),
    friction TEXT REFERENCES labels_friction(code),
    phase TEXT REFERENCES labels_phase(code),
    stage TEXT REFERENCES labels_stage(code),
    pyramid TEXT REFERENCES labels_pyramid(code),
    touchpoint TEXT REFERENCES labels_touchpoint(code),
    confidence REAL NOT NULL
) STRICT;

CREATE INDEX insights_message_id ON insights(message_id);
CREATE INDEX insights_segment_id ON insights(segment_id);
CREATE INDEX insights_friction ON insights(friction, stage, touchpoint);

CREATE TABLE failures (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs(id),
    source_id INTEGER REFERENCES sources(id),
    message_id INTEGER REFERENCES messages(id) ON DELETE CASCADE,
    plugin TEXT NOT NULL,                  -- source or analyzer at fault
    locator TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL,                   -- one sentence
    raw TEXT NOT NULL DEFAULT '',
    traceback TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE skips (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs(id),
    source_id INTEGER REFERENCES sources(id),
    reason TEXT NOT NULL,
    records INTEGER NOT NULL,
    example TEXT NOT NULL DEFAULT ''       -- locator of the first
) STRICT;
