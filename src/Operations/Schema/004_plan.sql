-- Operations that only say what would be done.
ALTER TABLE operations ADD COLUMN dry_run INTEGER NOT NULL DEFAULT 0;
ALTER TABLE operations ADD COLUMN plan TEXT;         -- JSON, once it has ended well
