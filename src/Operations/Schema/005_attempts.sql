-- Where an operation is, for who asks: what was tried of its work, and which of its parts have not ended. Behind whom it waits for a plugin
-- is in plugin_turns, and follows from there.
ALTER TABLE operations ADD COLUMN attempts TEXT;     -- JSON: a list of {"message", "work", "begun", "postponed", "killed", "began_at", "next_try_at", "reason"}
ALTER TABLE operations ADD COLUMN parts TEXT;        -- JSON: a list of uuids
ALTER TABLE operations DROP COLUMN waits_for;

-- The id of the request that it is sent for: it travels with the message into the log of who works on it.
ALTER TABLE outbox ADD COLUMN request_id TEXT;

-- The Idempotency-Key that an operation was asked for with: the API finds it again by that.
CREATE TABLE operation_keys (
    uuid    TEXT PRIMARY KEY REFERENCES operations ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    key     TEXT NOT NULL,           -- a hash of requester and key
    number  INTEGER NOT NULL,        -- which operation of that key
    request TEXT NOT NULL,           -- a hash of what was asked for
    UNIQUE (key, number)
) WITHOUT ROWID;
