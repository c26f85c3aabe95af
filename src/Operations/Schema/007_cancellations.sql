-- What was to be cancelled and was not: what has not come yet, which ends as it begins; and what could not be, for who has asked.
CREATE TABLE cancellations (
    uuid    TEXT PRIMARY KEY,
    at      TEXT NOT NULL,
    refusal TEXT                         -- why it could not be; NULL for what has not come
) WITHOUT ROWID;
