ALTER TABLE social_posts DROP COLUMN media_ids;
DROP FUNCTION media_named;
DROP TABLE media, revocations, oauth_states;
DROP INDEX social_connections_by_account;

ALTER TABLE social_connections DROP COLUMN limits;

ALTER TABLE social_account_tokens
    DROP COLUMN refresh_at,
    DROP COLUMN refresh_expires_at,
    DROP COLUMN refresh_failures,
    DROP COLUMN grant_id;

DELETE FROM publications WHERE segment > 0;
DROP INDEX publications_live_once;
ALTER TABLE publications
    DROP CONSTRAINT publications_once_per_job,
    DROP CONSTRAINT publications_state_known,
    DROP COLUMN segment,
    ADD CONSTRAINT publications_state_known CHECK (state IN
        ('queued', 'publishing', 'processing', 'published', 'failed', 'unknown', 'cancelled', 'held')),
    ADD CONSTRAINT publications_once_per_job UNIQUE NULLS NOT DISTINCT (job_id, platform, connection_id);
CREATE UNIQUE INDEX publications_live_once ON publications (post_id, platform, connection_id) NULLS NOT DISTINCT
    WHERE state IN ('publishing', 'processing', 'published', 'unknown');

ALTER TABLE social_posts
    DROP COLUMN alt_texts,
    DROP COLUMN platform_options,
    DROP COLUMN variants,
    DROP COLUMN connection_ids,
    DROP COLUMN connection_platforms;
