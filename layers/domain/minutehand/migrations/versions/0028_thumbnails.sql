-- name: upgrade
ALTER TABLE media
    ADD COLUMN has_thumbnail boolean NOT NULL DEFAULT false; -- the thumbnail is in the bucket, next to the file

-- name: downgrade
ALTER TABLE media DROP COLUMN has_thumbnail;
