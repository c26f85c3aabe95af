ALTER TABLE operations ADD COLUMN kind TEXT NOT NULL DEFAULT 'InstallState';
UPDATE operations SET kind = 'UninstallState' WHERE action = 'uninstall';
CREATE INDEX operations_unfinished ON operations (created_at) WHERE finished_at IS NULL;
