-- name: upgrade
CREATE TABLE connect_links (
    id          uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    owner_id    text        NOT NULL,
    created_by  text        NOT NULL,
    platforms   text[]      NOT NULL,
    return_to   text,                   -- the page to which the browser returns; null: a page of Minutehand
    secret_hash bytea       NOT NULL,   -- SHA-256
    attempts    integer     NOT NULL DEFAULT 0, -- the number of times that somebody has sent credentials
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,            -- when an authorization began, or an account was connected; only once
    CONSTRAINT connect_links_secret_once UNIQUE (secret_hash),
    CONSTRAINT connect_links_secret_is_hashed CHECK (octet_length(secret_hash) = 32),
    CONSTRAINT connect_links_have_platforms CHECK (cardinality(platforms) > 0),
    CONSTRAINT connect_links_expire_after_creation CHECK (expires_at > created_at)
);
CREATE INDEX connect_links_of_owner ON connect_links (owner_id, created_at, id);

ALTER TABLE oauth_states
    ADD COLUMN return_to text; -- the page to which the browser returns; null: a page of Minutehand

-- name: downgrade
ALTER TABLE oauth_states DROP COLUMN return_to;

DROP TABLE connect_links;
