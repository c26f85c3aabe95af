-- What happened in operations, in the order in which it was stored: who reads it live goes on after the position that was seen last.
CREATE TABLE operation_events (
    position   INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid       TEXT NOT NULL REFERENCES operations ON DELETE CASCADE,
    kind       TEXT NOT NULL,            -- step, output, end
    body       TEXT NOT NULL,            -- JSON: what is told; of output its lines: [{"at", "text"}]
    step       TEXT,                     -- from here on, of output alone
    run        INTEGER,                  -- which run of the step, from 1 on
    run_id     TEXT,                     -- the worker's name of it
    first_line INTEGER,                  -- the number of its first line in the run, from 1 on
    lines      INTEGER,
    bytes      INTEGER,
    previous   INTEGER                   -- the position of the output of the step before it, which may be gone
);
CREATE INDEX operation_events_uuid ON operation_events (uuid, step, position);

-- How far events are gone with their operations, which are not kept for ever.
CREATE TABLE events_pruned (position INTEGER NOT NULL);
INSERT INTO events_pruned VALUES (0);
CREATE TRIGGER operation_pruned BEFORE DELETE ON operations BEGIN
    UPDATE events_pruned SET position = MAX(position, (SELECT IFNULL(MAX(position), 0) FROM operation_events WHERE uuid = OLD.uuid));
END;
