ALTER TABLE operations ADD COLUMN parent TEXT;
CREATE INDEX operations_parent ON operations (parent) WHERE parent IS NOT NULL;
CREATE INDEX operations_created_at ON operations (created_at);
CREATE TABLE plugin_turns (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    plugin   TEXT NOT NULL,
    uuid     TEXT NOT NULL,
    parent   TEXT,
    passed   INTEGER NOT NULL DEFAULT 0,
    UNIQUE (plugin, uuid)
);
CREATE INDEX plugin_turns_uuid ON plugin_turns (uuid);
