-- What is to be sent, in order. A message stays until its answer is taken, so that it can be sent again; an event until the broker has it.
CREATE TABLE outbox (
    position    INTEGER PRIMARY KEY AUTOINCREMENT,
    operation   TEXT NOT NULL,
    id          TEXT NOT NULL UNIQUE,    -- the message's id, the same each time that it is sent
    destination TEXT NOT NULL,           -- a queue; "events", "ended", or "workspace" for what is done here
    type        TEXT NOT NULL,
    body        TEXT NOT NULL,           -- JSON, no credentials
    requester   TEXT NOT NULL,           -- whose turn it takes, where several wait for one queue
    sent_at     TEXT,                    -- when the broker had it; NULL before
    not_before  TEXT,
    tries       INTEGER NOT NULL DEFAULT 0,
    kills       INTEGER NOT NULL DEFAULT 0,
    alone       INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX outbox_operation ON outbox (operation);

-- The messages that an operation has taken, until it ends.
CREATE TABLE inbox (
    operation TEXT NOT NULL,
    id        TEXT NOT NULL,
    PRIMARY KEY (operation, id)
) WITHOUT ROWID;

-- Credentials of an operation's url, encrypted with a key that only the orchestrator's user can read, until it ends.
CREATE TABLE secrets (
    operation TEXT NOT NULL,
    url       TEXT NOT NULL,             -- without them
    value     BLOB NOT NULL,
    PRIMARY KEY (operation, url)
) WITHOUT ROWID;

-- One operation at a time works on a plugin; the others wait in a line.
CREATE TABLE plugin_turns (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    plugin   TEXT NOT NULL,
    uuid     TEXT NOT NULL,
    parent   TEXT,
    UNIQUE (plugin, uuid)
);
CREATE INDEX plugin_turns_uuid ON plugin_turns (uuid);
