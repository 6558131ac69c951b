-- name: upgrade
-- Most posts have no campaign, and no list filters by "no campaign".
DROP INDEX social_posts_by_owner_campaign_created;
CREATE INDEX social_posts_by_owner_campaign_created ON social_posts (owner_id, campaign, created_at, id)
    WHERE campaign IS NOT NULL;

-- For delete_expired_links.
CREATE INDEX connect_links_by_expiry ON connect_links (expires_at);

-- name: downgrade
DROP INDEX connect_links_by_expiry;
DROP INDEX social_posts_by_owner_campaign_created;
CREATE INDEX social_posts_by_owner_campaign_created ON social_posts (owner_id, campaign, created_at, id);
