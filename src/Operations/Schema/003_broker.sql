-- Requests whose clients were told that they are refused, though the broker may have them: should one come, it is dropped.
CREATE TABLE withdrawn (
    uuid TEXT PRIMARY KEY,
    at   TEXT NOT NULL
) WITHOUT ROWID;

-- Destinations of the outbox that take nothing now, for who asks why an operation does not go on.
CREATE TABLE outbox_pauses (
    destination TEXT PRIMARY KEY,
    since       TEXT NOT NULL,
    reason      TEXT NOT NULL
) WITHOUT ROWID;

-- Few at a time: what waits at its destination is not looked through for them.
CREATE INDEX outbox_requests ON outbox (operation) WHERE destination = 'plugind-requests';
