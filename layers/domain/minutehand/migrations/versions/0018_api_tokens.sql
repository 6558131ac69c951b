-- name: upgrade
CREATE TABLE api_tokens (
    id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    owner_id     text        NOT NULL,
    created_by   text        NOT NULL,
    name         text        NOT NULL,
    mode         text        NOT NULL,
    scopes       text[]      NOT NULL,
    beginning    text        NOT NULL, -- the part of the secret that lists show
    secret_hash  bytea       NOT NULL, -- SHA-256
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    CONSTRAINT api_tokens_secret_once UNIQUE (secret_hash),
    CONSTRAINT api_tokens_secret_is_hashed CHECK (octet_length(secret_hash) = 32),
    CONSTRAINT api_tokens_mode_known CHECK (mode IN ('live', 'test')),
    CONSTRAINT api_tokens_scopes_known CHECK (
        scopes <@ ARRAY['read', 'write', 'approve', 'operate', 'act_as'] AND cardinality(scopes) > 0
    ),
    CONSTRAINT api_tokens_test_does_not_operate CHECK (mode = 'live' OR 'operate' <> ALL (scopes)),
    CONSTRAINT api_tokens_expire_after_creation CHECK (expires_at > created_at)
);
CREATE INDEX api_tokens_of_owner ON api_tokens (owner_id, created_at, id);

-- name: downgrade
DROP TABLE api_tokens;
