-- Version 6: what each plugin took in a run.

CREATE TABLE plugin_costs (
    run_id INTEGER NOT NULL REFERENCES runs(id),
    kind TEXT NOT NULL,                    -- source, analyzer, encoder
    name TEXT NOT NULL,
    plugin TEXT NOT NULL,                  -- distribution and version
    calls INTEGER NOT NULL,                -- pieces of work: batches, blocks of records, opening
    seconds REAL NOT NULL,                 -- on the clock, of all threads and processes together
    memory INTEGER NOT NULL,               -- bytes by which it raised the peak of its process
    PRIMARY KEY (run_id, kind, name)
) STRICT, WITHOUT ROWID;
