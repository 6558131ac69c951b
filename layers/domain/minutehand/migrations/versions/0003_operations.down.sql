DROP TABLE ticks;
DROP INDEX social_posts_by_platform, publications_unknown_by_owner, publications_unknown, social_posts_due_by_owner,
    social_posts_by_job, social_posts_failed_by_owner, social_posts_failed, social_posts_queued;

DELETE FROM publication_attempts WHERE event = 'confirmed_not_published';
ALTER TABLE publication_attempts
    DROP CONSTRAINT publication_attempts_event_known,
    ADD CONSTRAINT publication_attempts_event_known CHECK (event IN
        ('began', 'published', 'processing', 'transient', 'rate_limited', 'failed', 'in_doubt', 'not_landed', 'unanswered', 'unknown'));

DROP FUNCTION pauses_on;

DELETE FROM queue_controls WHERE owner_id <> '';
ALTER TABLE queue_controls
    DROP CONSTRAINT queue_controls_pkey,
    DROP COLUMN owner_id,
    ADD PRIMARY KEY (scope, target);

DROP INDEX publications_held, publications_catching_up;
ALTER TABLE publications DROP COLUMN expires_at, DROP COLUMN processing_since;

DROP INDEX social_posts_published_by_time, social_posts_published_by_owner_time;
ALTER TABLE social_posts
    DROP COLUMN publish_within_seconds,
    DROP COLUMN approval_comment,
    DROP COLUMN approval_by,
    DROP COLUMN approval_at;
