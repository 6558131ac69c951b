-- name: upgrade
-- Adds windows, comments on approvals, pauses of one owner's campaigns, catch-up, and indexes for operators' queries.

ALTER TABLE social_posts
    ADD COLUMN publish_within_seconds integer, -- the post's window; null: the deployment's default
    ADD COLUMN approval_comment       text,
    ADD COLUMN approval_by            text,    -- the person who last approved or rejected the post
    ADD COLUMN approval_at            timestamptz,
    ADD CONSTRAINT social_posts_window_positive CHECK (publish_within_seconds > 0);
-- For the archiver: old published posts.
CREATE INDEX social_posts_published_by_time ON social_posts (posted_at) WHERE status = 'published';
CREATE INDEX social_posts_published_by_owner_time ON social_posts (owner_id, posted_at) WHERE status = 'published';

ALTER TABLE publications
    ADD COLUMN expires_at       timestamptz,   -- no publish call begins later; null: no limit
    ADD COLUMN processing_since timestamptz;   -- when the current processing of media began
-- For catch-up: the queued publications of an owner on a platform.
CREATE INDEX publications_catching_up ON publications (owner_id, platform) WHERE state = 'queued';
CREATE INDEX publications_held ON publications (due_at) WHERE state = 'held';

ALTER TABLE queue_controls
    ADD COLUMN owner_id text NOT NULL DEFAULT ''; -- the campaign's owner; empty: every owner
ALTER TABLE queue_controls
    DROP CONSTRAINT queue_controls_pkey,
    ADD PRIMARY KEY (scope, target, owner_id);

-- Returns the pauses that apply to this platform, owner and campaign. The function returns rows instead of a boolean,
-- so that Postgres can inline it into each query.
CREATE FUNCTION pauses_on(platform text, owner_id text, campaign text) RETURNS SETOF queue_controls
LANGUAGE sql STABLE AS $$
    SELECT *
    FROM queue_controls AS control
    WHERE control.scope = 'all'
       OR (control.scope = 'platform' AND control.target = $1)
       OR (control.scope = 'owner' AND control.target = $2)
       OR (control.scope = 'campaign' AND control.target = $3 AND control.owner_id IN ('', $2))
$$;

ALTER TABLE publication_attempts
    DROP CONSTRAINT publication_attempts_event_known,
    ADD CONSTRAINT publication_attempts_event_known CHECK (event IN
        ('began', 'published', 'processing', 'transient', 'rate_limited', 'failed', 'in_doubt', 'not_landed',
         'unanswered', 'unknown', 'confirmed_not_published'));

-- For lists and counts of jobs.
CREATE INDEX social_posts_queued ON social_posts ((coalesce(scheduled_at, 'infinity'::timestamptz)), id)
    WHERE status = 'queued';
CREATE INDEX social_posts_failed ON social_posts (updated_at, id) WHERE status = 'failed' AND job_id IS NOT NULL;
CREATE INDEX social_posts_failed_by_owner ON social_posts (owner_id, updated_at, id)
    WHERE status = 'failed' AND job_id IS NOT NULL;
CREATE INDEX social_posts_by_job ON social_posts (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX social_posts_due_by_owner ON social_posts (owner_id, scheduled_at, id)
    WHERE status = 'scheduled' AND (NOT approval_required OR approval_status = 'approved');
CREATE INDEX publications_unknown ON publications (updated_at, id) INCLUDE (post_id) WHERE state = 'unknown';
CREATE INDEX publications_unknown_by_owner ON publications (owner_id, updated_at, id) INCLUDE (post_id)
    WHERE state = 'unknown';
-- For the list of posts on a rarely used platform. Without this index, the query would read all posts of the owner.
CREATE INDEX social_posts_by_platform ON social_posts USING gin (platforms) WITH (fastupdate = off);

-- The last tick of each caller: one row for the rule in EventBridge, and one for ticks that a person ran.
CREATE TABLE ticks (
    caller     text        PRIMARY KEY,
    started_at timestamptz NOT NULL,
    ended_at   timestamptz NOT NULL,
    report     jsonb       NOT NULL,
    CONSTRAINT ticks_caller_known CHECK (caller IN ('rule', 'hand'))
);

-- name: downgrade
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
