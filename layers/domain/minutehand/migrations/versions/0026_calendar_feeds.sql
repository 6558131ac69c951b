-- name: upgrade
CREATE TABLE calendar_feeds (
    id          uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    owner_id    text        NOT NULL,
    created_by  text        NOT NULL,
    name        text        NOT NULL,
    secret_hash bytea       NOT NULL, -- SHA-256
    created_at  timestamptz NOT NULL,
    CONSTRAINT calendar_feeds_secret_once UNIQUE (secret_hash),
    CONSTRAINT calendar_feeds_secret_is_hashed CHECK (octet_length(secret_hash) = 32)
);
CREATE INDEX calendar_feeds_of_owner ON calendar_feeds (owner_id, created_at, id);

-- name: downgrade
DROP TABLE calendar_feeds;
