-- Version 5: what analyzers keep from one run to the next.

CREATE TABLE plugin_memory (
    plugin TEXT NOT NULL,                  -- the name that the analyzer is registered by
    key TEXT NOT NULL,
    value BLOB NOT NULL,                   -- its meaning is the plugin's own
    PRIMARY KEY (plugin, key)
) STRICT;
