-- name: upgrade
-- For list_pauses: the held publications of a platform, and those of an owner.
DROP INDEX CONCURRENTLY IF EXISTS publications_held_by_platform;
CREATE INDEX CONCURRENTLY publications_held_by_platform ON publications (platform, owner_id) INCLUDE (post_id)
    WHERE state = 'held';
DROP INDEX CONCURRENTLY IF EXISTS publications_held_by_owner;
CREATE INDEX CONCURRENTLY publications_held_by_owner ON publications (owner_id) INCLUDE (post_id)
    WHERE state = 'held';

-- For list_pauses and count_planned: the queued and the scheduled posts of a campaign, of one owner or of all owners.
DROP INDEX CONCURRENTLY IF EXISTS social_posts_planned;
CREATE INDEX CONCURRENTLY social_posts_planned ON social_posts (status, campaign, owner_id)
    WHERE status IN ('scheduled', 'queued');

-- name: downgrade
DROP INDEX publications_held_by_platform, publications_held_by_owner, social_posts_planned;
