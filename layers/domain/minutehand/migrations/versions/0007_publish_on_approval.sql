-- name: upgrade
ALTER TABLE social_posts
    ADD COLUMN publish_on_approval boolean NOT NULL DEFAULT false; -- the approval sets the time of the post

-- name: downgrade
ALTER TABLE social_posts DROP COLUMN publish_on_approval;
