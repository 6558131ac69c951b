-- name: upgrade
ALTER TABLE publications
    ADD COLUMN retrying_since timestamptz; -- when the first error before the publish call occurred

-- name: downgrade
ALTER TABLE publications DROP COLUMN retrying_since;
