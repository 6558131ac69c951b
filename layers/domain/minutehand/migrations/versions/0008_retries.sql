-- name: upgrade
ALTER TABLE publications
    ADD COLUMN retrying_since timestamptz; -- the first error of the current retries before the publish call

-- name: downgrade
ALTER TABLE publications DROP COLUMN retrying_since;
