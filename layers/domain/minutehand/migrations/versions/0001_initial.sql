-- name: upgrade
-- The first schema. Named CHECK constraints and partial unique indexes enforce the invariants, so that no crash, race
-- or bug can violate them. States are text, so that a new state needs no change to a type.

CREATE TABLE social_connections (
    id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    owner_id     text        NOT NULL,
    platform     text        NOT NULL,
    account_id   text        NOT NULL,              -- the platform's id of the account, for example a DID
    handle       text        NOT NULL,              -- the account's name that people see
    base_url     text        NOT NULL,              -- the address of the account's server
    status       text        NOT NULL DEFAULT 'active',
    status_reason text,
    is_default   boolean     NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT social_connections_status_known CHECK (status IN ('active', 'reconnect_required')),
    CONSTRAINT social_connections_account_once UNIQUE (owner_id, platform, account_id)
);
CREATE UNIQUE INDEX social_connections_one_default ON social_connections (owner_id, platform) WHERE is_default;

CREATE TABLE social_account_tokens (
    connection_id uuid        PRIMARY KEY REFERENCES social_connections (id) ON DELETE CASCADE,
    ciphertext    bytea       NOT NULL,
    expires_at    timestamptz,
    updated_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE social_posts (
    id                uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    content           text        NOT NULL,
    platforms         text[]      NOT NULL DEFAULT '{}',
    status            text        NOT NULL DEFAULT 'draft',
    scheduled_at      timestamptz,
    posted_at         timestamptz,
    timezone          text        NOT NULL DEFAULT 'UTC',
    media_urls        text[]      NOT NULL DEFAULT '{}',
    campaign          text,
    notes             text,
    approval_required boolean     NOT NULL DEFAULT false,
    approval_status   text,
    failure_reason    text,
    created_by        text        NOT NULL,
    owner_id          text        NOT NULL,
    job_id            uuid,                          -- the current job
    version           integer     NOT NULL DEFAULT 1,
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT social_posts_content_not_blank CHECK (content ~ '\S'),
    CONSTRAINT social_posts_status_known
        CHECK (status IN ('draft', 'scheduled', 'queued', 'published', 'failed', 'archived')),
    CONSTRAINT social_posts_approval_known
        CHECK ((approval_required AND approval_status IN ('pending', 'approved', 'rejected'))
            OR (NOT approval_required AND approval_status IS NULL)),
    CONSTRAINT social_posts_draft_has_no_time CHECK (status <> 'draft' OR (scheduled_at IS NULL AND job_id IS NULL)),
    CONSTRAINT social_posts_scheduled_is_complete
        CHECK (status NOT IN ('scheduled', 'queued') OR (scheduled_at IS NOT NULL AND cardinality(platforms) > 0)),
    CONSTRAINT social_posts_queued_has_job CHECK (status <> 'queued' OR job_id IS NOT NULL),
    CONSTRAINT social_posts_published_has_moment CHECK (status <> 'published' OR posted_at IS NOT NULL),
    CONSTRAINT social_posts_failed_has_reason CHECK (status <> 'failed' OR failure_reason IS NOT NULL)
);
-- For claim_due: due posts. Posts without the approval that they require are excluded, because they would accumulate at
-- the start of the index.
CREATE INDEX social_posts_due ON social_posts (scheduled_at)
    WHERE status = 'scheduled' AND (NOT approval_required OR approval_status = 'approved');
-- For the list of posts, in each of its orders. The id makes the order of posts with equal times unique, so that a
-- cursor identifies one row.
CREATE INDEX social_posts_by_owner_created ON social_posts (owner_id, created_at, id);
CREATE INDEX social_posts_by_owner_status_created ON social_posts (owner_id, status, created_at, id);
CREATE INDEX social_posts_by_owner_campaign_created ON social_posts (owner_id, campaign, created_at, id);
CREATE INDEX social_posts_by_owner_scheduled
    ON social_posts (owner_id, (coalesce(scheduled_at, 'infinity'::timestamptz)), id);
CREATE INDEX social_posts_by_owner_status_scheduled
    ON social_posts (owner_id, status, (coalesce(scheduled_at, 'infinity'::timestamptz)), id);

-- A publication is one post on one connection within a job. Publications are the units of work and of retry.
CREATE TABLE publications (
    id              uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    post_id         uuid        NOT NULL REFERENCES social_posts (id) ON DELETE CASCADE,
    job_id          uuid        NOT NULL,
    owner_id        text        NOT NULL,
    platform        text        NOT NULL,
    connection_id   uuid,                             -- no foreign key: the row outlives the connection
    sandbox         boolean     NOT NULL DEFAULT false,
    state           text        NOT NULL DEFAULT 'queued',
    due_at          timestamptz NOT NULL,             -- the post's time; no publish call begins earlier
    next_attempt_at timestamptz NOT NULL,             -- the time of the next attempt
    queued_at       timestamptz NOT NULL,             -- when the publication was last queued
    sent_at         timestamptz,                      -- when SQS last accepted its message; null: not yet
    lease_token     uuid,                             -- identifies the publisher that holds the lease
    lease_until     timestamptz,                      -- no other publisher can lease the publication earlier
    leases          integer     NOT NULL DEFAULT 0,   -- leases since the last recorded outcome
    armed_at        timestamptz,                      -- not null: the publish call may have been made
    attempts        integer     NOT NULL DEFAULT 0,   -- attempts that count against the limit
    inquiries       integer     NOT NULL DEFAULT 0,   -- consecutive reconciliations without an answer
    checkpoint      jsonb       NOT NULL DEFAULT '{}',-- what an adapter saved, for example a container id
    started_at      timestamptz,                      -- when the first publish call began
    published_at    timestamptz,
    remote_id       text,
    permalink       text,
    failure_code    text,
    failure_reason  text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT publications_state_known CHECK (state IN
        ('queued', 'publishing', 'processing', 'published', 'failed', 'unknown', 'cancelled', 'held')),
    CONSTRAINT publications_never_early CHECK (started_at >= due_at),
    CONSTRAINT publications_published_has_moment CHECK (state <> 'published' OR published_at IS NOT NULL),
    CONSTRAINT publications_failed_has_reason
        CHECK (state NOT IN ('failed', 'unknown') OR (failure_code IS NOT NULL AND failure_reason IS NOT NULL)),
    CONSTRAINT publications_publishing_has_lease
        CHECK (state <> 'publishing' OR (lease_token IS NOT NULL AND lease_until IS NOT NULL)),
    CONSTRAINT publications_armed_is_in_hand 
        CHECK (armed_at IS NULL OR state IN ('publishing', 'processing', 'published', 'unknown', 'failed')),
    CONSTRAINT publications_once_per_job UNIQUE NULLS NOT DISTINCT (job_id, platform, connection_id)
);
-- Prevents duplicates, even if the code has a bug. Of the publications of one post on one connection, at most one may
-- be publishing, processing, published or unknown.
CREATE UNIQUE INDEX publications_live_once ON publications (post_id, platform, connection_id) NULLS NOT DISTINCT
    WHERE state IN ('publishing', 'processing', 'published', 'unknown');
CREATE INDEX publications_by_post ON publications (post_id);
CREATE INDEX publications_by_connection ON publications (connection_id) WHERE connection_id IS NOT NULL;
-- For requeue_lost: publications that may need a new message, by the time of their next attempt.
CREATE INDEX publications_open ON publications (next_attempt_at) WHERE state IN ('queued', 'publishing', 'processing');

-- The ledger: the attempts and their outcomes. Rows are added and never changed. The table has no foreign key, so that
-- the attempts are kept when the post is deleted.
CREATE TABLE publication_attempts (
    id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    publication_id uuid        NOT NULL,
    attempt        integer     NOT NULL,
    event          text        NOT NULL,
    code           text,
    reason         text,
    at             timestamptz NOT NULL,
    CONSTRAINT publication_attempts_event_known CHECK (event IN
        ('began', 'published', 'processing', 'transient', 'rate_limited', 'failed', 'in_doubt', 'not_landed', 'unanswered', 'unknown'))
);
CREATE INDEX publication_attempts_by_publication ON publication_attempts (publication_id, id);

-- The events of a post and their actors. The table has no foreign key, so that events outlive their post.
CREATE TABLE post_events (
    id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id  uuid        NOT NULL,
    owner_id text        NOT NULL,
    actor    text        NOT NULL,
    type     text        NOT NULL,
    data     jsonb       NOT NULL DEFAULT '{}',
    at       timestamptz NOT NULL
);
CREATE INDEX post_events_by_post ON post_events (post_id, id);

CREATE TABLE post_metrics (
    publication_id uuid        NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    name           text        NOT NULL,
    value          bigint      NOT NULL,
    measured_at    timestamptz NOT NULL,
    PRIMARY KEY (publication_id, name, measured_at)
);

CREATE TABLE queue_controls (
    scope      text        NOT NULL,
    target     text        NOT NULL DEFAULT '',
    reason     text        NOT NULL,
    actor      text        NOT NULL,
    paused_at  timestamptz NOT NULL,
    PRIMARY KEY (scope, target),
    CONSTRAINT queue_controls_scope_known CHECK (scope IN ('all', 'platform', 'owner', 'campaign'))
);

-- The responses to requests with an Idempotency-Key, so that a repeated request gets the stored response.
CREATE TABLE idempotency_keys (
    owner_id     text        NOT NULL,
    operation    text        NOT NULL,
    key          text        NOT NULL,
    request_hash bytea       NOT NULL,
    status_code  integer,
    response     jsonb,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (owner_id, operation, key)
);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);

-- name: downgrade
DROP TABLE idempotency_keys, queue_controls, post_metrics, post_events, publication_attempts, publications,
    social_posts, social_account_tokens, social_connections;
