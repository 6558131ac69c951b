-- name: upgrade
ALTER TABLE publications
    ADD COLUMN retrying_since timestamptz; -- the first of the errors before the publish call that are being retried

-- name: downgrade
ALTER TABLE publications DROP COLUMN retrying_since;
