-- name: upgrade
-- Adds the parts of the schema that publishing to every platform needs: accounts, variants and options of a post,
-- threads, OAuth, token refresh and the media library. The previous release also works with this schema.

ALTER TABLE social_posts
    ADD COLUMN alt_texts            jsonb  NOT NULL DEFAULT '{}', -- descriptions of media, by URL
    ADD COLUMN platform_options     jsonb  NOT NULL DEFAULT '{}', -- by platform: options, thread and firstComment
    ADD COLUMN variants             jsonb  NOT NULL DEFAULT '{}', -- by platform: content, mediaUrls, altTexts
    ADD COLUMN connection_ids       uuid[] NOT NULL DEFAULT '{}', -- the connections that the post selects
    ADD COLUMN connection_platforms text[] NOT NULL DEFAULT '{}', -- the platform of each of these connections
    ADD CONSTRAINT social_posts_connections_have_platforms
        CHECK (cardinality(connection_ids) = cardinality(connection_platforms));

-- A thread is published in parts, and so is a post with a first comment. Each part is a separate publication. A later
-- part waits until the previous part is published.
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

-- The limits of the account's server, read when the account is connected. Servers of one platform may have different
-- limits.
ALTER TABLE social_connections ADD COLUMN limits jsonb;

-- The times for refreshing a token, and the number of consecutive failed refreshes.
ALTER TABLE social_account_tokens
    ADD COLUMN refresh_at         timestamptz,              -- when to refresh the token; null: it cannot be refreshed
    ADD COLUMN refresh_expires_at timestamptz,              -- when the refresh token expires; null: unknown or never
    ADD COLUMN refresh_failures   integer NOT NULL DEFAULT 0, -- consecutive transient failures
    ADD COLUMN grant_id           uuid;                     -- shared by the accounts of one authorization; null: none
CREATE INDEX social_account_tokens_by_refresh ON social_account_tokens (refresh_at) WHERE refresh_at IS NOT NULL;
CREATE INDEX social_account_tokens_by_grant ON social_account_tokens (grant_id) WHERE grant_id IS NOT NULL;

-- The authorizations that have begun. The state is a secret, so the table stores only its hash.
CREATE TABLE oauth_states (
    digest        bytea       PRIMARY KEY,
    owner_id      text        NOT NULL,
    actor         text        NOT NULL,
    platform      text        NOT NULL,
    redirect_uri  text        NOT NULL,
    verifier_salt bytea       NOT NULL,                 -- yields the code verifier only together with the state
    make_default  boolean     NOT NULL DEFAULT false,
    expires_at    timestamptz NOT NULL,
    used_at       timestamptz                           -- when the state was used; a state is accepted only once
);
CREATE INDEX oauth_states_by_expiry ON oauth_states (expires_at);

-- The tokens of disconnected accounts that are still to be revoked on the platform.
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
-- Finds other connections to the same account.
CREATE INDEX social_connections_by_account ON social_connections (platform, account_id);

-- The media library.
CREATE TABLE media (
    id               uuid        PRIMARY KEY,
    owner_id         text        NOT NULL,
    created_by       text        NOT NULL,
    filename         text        NOT NULL,
    content_type     text        NOT NULL,
    size_bytes       bigint      NOT NULL,
    object_key       text        NOT NULL,
    upload_id        text,                               -- S3's id of a multipart upload, valid until completion
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
-- For a new upload: the owner's earlier uploads that were never finished.
CREATE INDEX media_pending ON media (owner_id, created_at) WHERE status = 'pending';

-- Returns the ids of the media items that a post refers to in its media, options (including the parts of threads) and
-- variants. Postgres generates the column media_ids from these values, so that the column always matches them.
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
-- For deleting a media item: the posts that still need the item. The index does not grow with the number of published
-- posts.
CREATE INDEX social_posts_by_media ON social_posts USING gin (media_ids)
    WHERE status IN ('draft', 'scheduled', 'queued') AND media_ids <> '{}';

-- name: downgrade
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
