ALTER TABLE operations ADD COLUMN requester TEXT NOT NULL DEFAULT '';
CREATE INDEX operations_requester ON operations (requester) WHERE finished_at IS NULL;
