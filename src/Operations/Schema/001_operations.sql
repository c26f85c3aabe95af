-- What was asked for, and what became of it. The columns are what the API shows; "data" is the worker's alone.
CREATE TABLE operations (
    uuid             TEXT PRIMARY KEY,
    kind             TEXT NOT NULL,      -- whose saga works on it: install, uninstall, update-all, plan
    action           TEXT NOT NULL,      -- install, uninstall, update
    status           TEXT NOT NULL,      -- running, waiting, completed, error
    namespace        TEXT,
    name             TEXT,
    version          TEXT,
    method           TEXT,
    options          TEXT,               -- JSON, the keys of the API, no credentials
    revision         TEXT,               -- the source's own word: a commit, a hash
    reinstall        INTEGER,
    current_step     TEXT,
    step_started_at  TEXT,
    waits_for        TEXT,
    created_at       TEXT NOT NULL,
    finished_at      TEXT,
    parent           TEXT,
    requester        TEXT,               -- JSON: {"user_uuid", "tenant_uuid"}
    removed_packages TEXT,               -- JSON: a list of names
    error            TEXT,               -- JSON: {"error_id", "message", "details"}
    data             TEXT NOT NULL
);
CREATE INDEX operations_finished_at ON operations (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX operations_unfinished ON operations (created_at) WHERE finished_at IS NULL;
CREATE INDEX operations_created_at ON operations (created_at);
CREATE INDEX operations_status ON operations (status, created_at);
CREATE INDEX operations_parent ON operations (parent) WHERE parent IS NOT NULL;

CREATE TABLE operation_steps (
    uuid        TEXT NOT NULL REFERENCES operations ON DELETE CASCADE,
    name        TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    finished_at TEXT,                    -- NULL while it is under way
    PRIMARY KEY (uuid, name)
);
