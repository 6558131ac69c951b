-- API tokens. Only the hash and the beginning of a secret are stored.

-- name: use_token
-- Return the token with this hash. If it has not expired, record its use, unless it was used after %(unused_since)s.
WITH found AS (
    SELECT id, owner_id, created_by, mode, scopes, expires_at
    FROM api_tokens
    WHERE secret_hash = %(secret_hash)s
), used AS (
    UPDATE api_tokens AS token
    SET last_used_at = %(now)s
    FROM found
    WHERE token.id = found.id AND found.expires_at > %(now)s
      AND (token.last_used_at IS NULL OR token.last_used_at <= %(unused_since)s)
)
SELECT id, owner_id, created_by, mode, scopes, expires_at FROM found;

-- name: create
-- Create a token. Returns no row if the owner has at least %(max_tokens)s tokens.
WITH created AS (
    INSERT INTO api_tokens (owner_id, created_by, name, mode, scopes, beginning, secret_hash, created_at, expires_at)
    SELECT %(owner_id)s, %(actor)s, %(name)s, %(mode)s, %(scopes)s, %(beginning)s, %(secret_hash)s, %(now)s,
           %(expires_at)s
    WHERE (SELECT count(*) FROM (
               SELECT FROM api_tokens WHERE owner_id = %(owner_id)s LIMIT %(max_tokens)s
           ) AS counted) < %(max_tokens)s
    RETURNING id, owner_id, created_by, name, mode, scopes, beginning, created_at, expires_at, last_used_at
), event AS (
    INSERT INTO events (owner_id, actor, actor_name, type, data, at)
    SELECT owner_id, created_by, %(actor_name)s, 'token.created',
           jsonb_build_object('tokenId', id, 'name', name, 'mode', mode, 'scopes', scopes, 'expiresAt', expires_at),
           created_at
    FROM created
)
SELECT * FROM created;

-- name: page
-- Return a page of an owner's tokens, newest first: all, or those of one creator.
SELECT id, created_by, name, mode, scopes, beginning, created_at, expires_at, last_used_at
FROM api_tokens
WHERE owner_id = %(owner_id)s
  AND (%(created_by)s::text IS NULL OR created_by = %(created_by)s)
  AND (%(after_id)s::uuid IS NULL OR (created_at, id) < (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY created_at DESC, id DESC
LIMIT %(limit)s;

-- name: revoke
-- Delete a token, and write an event. If %(created_by)s is not null, only a token of this creator is deleted.
WITH revoked AS (
    DELETE FROM api_tokens
    WHERE id = %(token_id)s AND owner_id = %(owner_id)s
      AND (%(created_by)s::text IS NULL OR created_by = %(created_by)s)
    RETURNING id, owner_id, created_by, name
), event AS (
    INSERT INTO events (owner_id, actor, actor_name, type, data, at)
    SELECT owner_id, %(actor)s, %(actor_name)s, 'token.revoked',
           jsonb_build_object('tokenId', id, 'name', name, 'createdBy', created_by), %(now)s
    FROM revoked
)
SELECT id FROM revoked;
