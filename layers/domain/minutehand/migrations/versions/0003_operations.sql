-- What operating it needs: windows, approvals with their reasons, pauses, paced catching up, queries of operators.

ALTER TABLE social_posts
    ADD COLUMN publish_within_seconds integer, -- what could not go out within it fails; null: the default of the deployment
    ADD COLUMN approval_comment       text,
    ADD COLUMN approval_by            text,    -- who last approved or rejected it
    ADD COLUMN approval_at            timestamptz,
    ADD CONSTRAINT social_posts_window_positive CHECK (publish_within_seconds > 0);
-- What the archiver asks: which posts went out long ago.
CREATE INDEX social_posts_published_by_time ON social_posts (posted_at) WHERE status = 'published';
CREATE INDEX social_posts_published_by_owner_time ON social_posts (owner_id, posted_at) WHERE status = 'published';

ALTER TABLE publications
    ADD COLUMN expires_at       timestamptz,   -- no publish call begins after it; null: it may go out whenever it can
    ADD COLUMN processing_since timestamptz;   -- since when its platform digests media without an interruption
-- What pacing asks: what of an account is to catch up.
CREATE INDEX publications_catching_up ON publications (owner_id, platform) WHERE state = 'queued';
CREATE INDEX publications_held ON publications (due_at) WHERE state = 'held';

ALTER TABLE queue_controls
    ADD COLUMN owner_id text NOT NULL DEFAULT ''; -- whose campaign is paused; empty: of every owner with one of that name
ALTER TABLE queue_controls
    DROP CONSTRAINT queue_controls_pkey,
    ADD PRIMARY KEY (scope, target, owner_id);

-- The pauses that hold what goes to this platform, for this owner, in this campaign. Returns rows rather than a truth, so
-- that Postgres plans it as a part of each query that asks.
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

-- What lists and counts of jobs ask. Transient or few, so that they cost the million posts nothing.
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
-- What the list of posts asks for a platform that few of them are for: otherwise all others would be looked through.
CREATE INDEX social_posts_by_platform ON social_posts USING gin (platforms) WITH (fastupdate = off);

-- What the last tick did: one row for those that the rule asked for, one for those that a person did.
CREATE TABLE ticks (
    caller     text        PRIMARY KEY,
    started_at timestamptz NOT NULL,
    ended_at   timestamptz NOT NULL,
    report     jsonb       NOT NULL,
    CONSTRAINT ticks_caller_known CHECK (caller IN ('rule', 'hand'))
);
