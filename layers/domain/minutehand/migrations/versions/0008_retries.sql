-- name: upgrade
ALTER TABLE publications
    ADD COLUMN retrying_since timestamptz; -- when the current retries before the publish call began

-- name: downgrade
ALTER TABLE publications DROP COLUMN retrying_since;
