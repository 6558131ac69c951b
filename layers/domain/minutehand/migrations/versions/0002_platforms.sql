-- What publishing to every platform needs: accounts named by a post, its variants and options, threads in parts,
-- OAuth, tokens that are refreshed, and the media library. Only adds: the release before works on this schema too.

ALTER TABLE social_posts
    ADD COLUMN alt_texts            jsonb  NOT NULL DEFAULT '{}', -- what media show, in words, by their URL
    ADD COLUMN platform_options     jsonb  NOT NULL DEFAULT '{}', -- by platform: its own choices, thread and firstComment
    ADD COLUMN variants             jsonb  NOT NULL DEFAULT '{}', -- by platform: content, mediaUrls and altTexts in its own form
    ADD COLUMN connection_ids       uuid[] NOT NULL DEFAULT '{}', -- the accounts it names; elsewhere the default is meant
    ADD COLUMN connection_platforms text[] NOT NULL DEFAULT '{}', -- of each of those: known even when the account is gone
    ADD CONSTRAINT social_posts_connections_have_platforms
        CHECK (cardinality(connection_ids) = cardinality(connection_platforms));

-- A thread goes out in parts, as does a post with a first comment: each part is a publication of its own, which waits
-- until the one before it is published.
ALTER TABLE publications
    ADD COLUMN segment smallint NOT NULL DEFAULT 0,
    ADD CONSTRAINT publications_segment_counts_from_zero CHECK (segment >= 0),
    DROP CONSTRAINT publications_state_known,
    ADD CONSTRAINT publications_state_known CHECK (state IN
        ('queued', 'waiting', 'publishing', 'processing', 'published', 'failed', 'unknown', 'cancelled', 'held')),
    DROP CONSTRAINT publications_once_per_job,
    ADD CONSTRAINT publications_once_per_job UNIQUE NULLS NOT DISTINCT (job_id, platform, connection_id, segment);
DROP INDEX publications_live_once;
CREATE UNIQUE INDEX publications_live_once
    ON publications (post_id, platform, connection_id, segment) NULLS NOT DISTINCT
    WHERE state IN ('publishing', 'processing', 'published', 'unknown');

-- Servers of one platform may differ in what they allow: told when the account is connected.
ALTER TABLE social_connections ADD COLUMN limits jsonb;

-- Tokens: when they are to be refreshed, and what has come of it.
ALTER TABLE social_account_tokens
    ADD COLUMN refresh_at         timestamptz,              -- when to refresh it ahead of its end; null: it cannot be
    ADD COLUMN refresh_expires_at timestamptz,              -- when the refresh token itself ends; null: unknown or never
    ADD COLUMN refresh_failures   integer NOT NULL DEFAULT 0, -- passing failures in a row
    ADD COLUMN grant_id           uuid;                     -- the same for all accounts that one consent brought; null: none did
CREATE INDEX social_account_tokens_by_refresh ON social_account_tokens (refresh_at) WHERE refresh_at IS NOT NULL;
CREATE INDEX social_account_tokens_by_grant ON social_account_tokens (grant_id) WHERE grant_id IS NOT NULL;

-- An authorisation that was begun. The state itself is a secret of the browser: only its digest is kept.
CREATE TABLE oauth_states (
    digest        bytea       PRIMARY KEY,
    owner_id      text        NOT NULL,
    actor         text        NOT NULL,
    platform      text        NOT NULL,
    redirect_uri  text        NOT NULL,
    verifier_salt bytea       NOT NULL,                 -- with the state it makes the code verifier; alone, nothing
    make_default  boolean     NOT NULL DEFAULT false,
    expires_at    timestamptz NOT NULL,
    used_at       timestamptz                           -- a state is good for one answer
);
CREATE INDEX oauth_states_by_expiry ON oauth_states (expires_at);

-- Tokens of accounts that were disconnected, until the platform has revoked them.
CREATE TABLE revocations (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    connection_id   uuid        NOT NULL,
    owner_id        text        NOT NULL,
    platform        text        NOT NULL,
    account_id      text        NOT NULL,
    base_url        text        NOT NULL,
    grant_id        uuid,
    ciphertext      bytea       NOT NULL,
    attempts        integer     NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL
);
CREATE INDEX revocations_by_next_attempt ON revocations (next_attempt_at);
-- Whether anybody is connected to the same account still, or again.
CREATE INDEX social_connections_by_account ON social_connections (platform, account_id);

-- The media library: files that owners have uploaded for their posts.
CREATE TABLE media (
    id               uuid        PRIMARY KEY,
    owner_id         text        NOT NULL,
    created_by       text        NOT NULL,
    filename         text        NOT NULL,
    content_type     text        NOT NULL,
    size_bytes       bigint      NOT NULL,
    object_key       text        NOT NULL,
    upload_id        text,                               -- of an upload in parts; S3 forgets it when it is complete
    status           text        NOT NULL DEFAULT 'pending',
    width            integer,
    height           integer,
    duration_seconds double precision,
    created_at       timestamptz NOT NULL,
    CONSTRAINT media_status_known CHECK (status IN ('pending', 'ready')),
    CONSTRAINT media_size_positive CHECK (size_bytes > 0),
    CONSTRAINT media_object_once UNIQUE (object_key)
);
CREATE INDEX media_by_owner ON media (owner_id, created_at, id);
-- What a new upload asks: which of its owner's earlier ones were never finished.
CREATE INDEX media_pending ON media (owner_id, created_at) WHERE status = 'pending';

-- The items of the media library that a post names, in its media, options (parts of threads too) and variants. Worked out
-- by Postgres from those, so that it is never out of step with them.
CREATE FUNCTION media_named(media_urls text[], platform_options jsonb, variants jsonb) RETURNS uuid[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (
        SELECT coalesce(array_agg(DISTINCT named.parts[1]::uuid), '{}')
        FROM (SELECT unnest(media_urls) UNION ALL SELECT platform_options::text UNION ALL SELECT variants::text)
                 AS field (written),
             regexp_matches(field.written, 'media:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})', 'g') AS named (parts)
    );
ALTER TABLE social_posts
    ADD COLUMN media_ids uuid[] NOT NULL GENERATED ALWAYS AS (
        CASE WHEN cardinality(media_urls) = 0 AND platform_options = '{}' AND variants = '{}' THEN '{}' -- most posts
             ELSE media_named(media_urls, platform_options, variants) END) STORED;
-- What deleting an item asks: which posts still want it. Only those are in the index, however many have gone out.
CREATE INDEX social_posts_by_media ON social_posts USING gin (media_ids)
    WHERE status IN ('draft', 'scheduled', 'queued') AND media_ids <> '{}';
