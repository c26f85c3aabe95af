CREATE TABLE operations (
    uuid        TEXT PRIMARY KEY,
    action      TEXT NOT NULL,
    state       TEXT NOT NULL,
    version     INTEGER NOT NULL,
    namespace   TEXT,
    name        TEXT,
    created_at  TEXT NOT NULL,
    finished_at TEXT,
    data        TEXT NOT NULL
);
CREATE INDEX operations_finished_at ON operations (finished_at) WHERE finished_at IS NOT NULL;
CREATE TABLE operation_steps (
    uuid        TEXT NOT NULL REFERENCES operations ON DELETE CASCADE,
    name        TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    output      TEXT NOT NULL,
    PRIMARY KEY (uuid, name)
);
