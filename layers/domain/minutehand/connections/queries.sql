-- Connections: the accounts of an owner at platforms. Whatever reads or changes one names its owner.

-- name: lock_platform
-- Connecting is done one after the other for an owner's platform, so that exactly one account is the default.
SELECT pg_advisory_xact_lock(hashtextextended('connections:' || %(platform)s || ':' || %(owner_id)s, 0));

-- name: find_account
SELECT id FROM social_connections
WHERE owner_id = %(owner_id)s AND platform = %(platform)s AND account_id = %(account_id)s;

-- name: connect
-- Add an account, or bring one back that is known already: its name, server and state are those of now.
INSERT INTO social_connections (owner_id, platform, account_id, handle, base_url, limits, is_default, created_at,
                                updated_at)
VALUES (%(owner_id)s, %(platform)s, %(account_id)s, %(handle)s, %(base_url)s, %(limits)s,
        NOT EXISTS (SELECT FROM social_connections
                    WHERE owner_id = %(owner_id)s AND platform = %(platform)s AND is_default),
        %(now)s, %(now)s)
ON CONFLICT ON CONSTRAINT social_connections_account_once DO UPDATE
SET handle = excluded.handle, base_url = excluded.base_url, limits = coalesce(excluded.limits, social_connections.limits),
    status = 'active', status_reason = NULL,
    updated_at = excluded.updated_at
RETURNING id;

-- name: wait_briefly
-- A token is held while its platform is asked for a new one. Nobody waits for that as long as it may take.
SELECT set_config('lock_timeout', '8s', true);

-- name: hold_token
-- Whoever changes a connection and its token holds the token first, so that nobody waits in a circle.
SELECT FROM social_account_tokens WHERE connection_id = %(connection_id)s FOR UPDATE;

-- name: save_token
INSERT INTO social_account_tokens
    (connection_id, ciphertext, expires_at, refresh_at, refresh_expires_at, grant_id, updated_at)
VALUES (%(connection_id)s, %(ciphertext)s, %(expires_at)s, %(refresh_at)s, %(refresh_expires_at)s, %(grant_id)s,
        %(now)s)
ON CONFLICT (connection_id) DO UPDATE
SET ciphertext = excluded.ciphertext, expires_at = excluded.expires_at, refresh_at = excluded.refresh_at,
    refresh_expires_at = excluded.refresh_expires_at, refresh_failures = 0, grant_id = excluded.grant_id,
    updated_at = excluded.updated_at;

-- name: clear_default
-- No account of the owner on this platform is the default any more. Its own statement: the unique index looks at each row.
UPDATE social_connections SET is_default = false, updated_at = %(now)s
WHERE owner_id = %(owner_id)s AND platform = %(platform)s AND is_default AND id <> %(connection_id)s;

-- name: set_default
UPDATE social_connections SET is_default = true, updated_at = %(now)s
WHERE id = %(connection_id)s AND owner_id = %(owner_id)s AND NOT is_default;

-- name: find
SELECT id, owner_id, platform, account_id, handle, base_url, status, status_reason, is_default, created_at
FROM social_connections
WHERE id = %(connection_id)s AND owner_id = %(owner_id)s;

-- name: default_connections
-- The account that a post goes to on each of these platforms.
SELECT id, owner_id, platform, account_id, handle, base_url, status, status_reason, is_default, created_at
FROM social_connections
WHERE owner_id = %(owner_id)s AND platform = ANY(%(platforms)s) AND is_default;

-- name: limits
-- What the servers allow that a post goes to on these platforms: those of the accounts that it names, else of the default.
SELECT platform, limits
FROM social_connections
WHERE owner_id = %(owner_id)s AND platform = ANY(%(platforms)s) AND limits IS NOT NULL
  AND (id = ANY(%(connection_ids)s::uuid[]) OR is_default AND platform <> ALL(%(connection_platforms)s::text[]));

-- name: require_reconnect
-- The platform does not accept the token any more: until the owner connects again, nothing is tried with it.
UPDATE social_connections
SET status = 'reconnect_required', status_reason = %(reason)s, updated_at = %(now)s
WHERE id = %(connection_id)s AND owner_id = %(owner_id)s AND status = 'active'
  -- What was said of a token that has been replaced since says nothing about the new one.
  AND (%(seen)s::bytea IS NULL
       OR EXISTS (SELECT FROM social_account_tokens WHERE connection_id = %(connection_id)s AND ciphertext = %(seen)s))
RETURNING id;

-- name: listed
SELECT id, owner_id, platform, account_id, handle, base_url, status, status_reason, is_default, created_at
FROM social_connections
WHERE owner_id = %(owner_id)s
ORDER BY platform, created_at, id;

-- name: keep_for_revocation
-- The platform is told later, by a function that may read the token.
INSERT INTO revocations
    (connection_id, owner_id, platform, account_id, base_url, grant_id, ciphertext, next_attempt_at)
SELECT connection.id, connection.owner_id, connection.platform, connection.account_id, connection.base_url,
       token.grant_id, token.ciphertext, %(now)s
FROM social_connections AS connection
JOIN social_account_tokens AS token ON token.connection_id = connection.id
WHERE connection.id = %(connection_id)s AND connection.owner_id = %(owner_id)s;

-- name: remove
-- The token goes with it. Publications keep its id, and fail when they are to be published on it.
DELETE FROM social_connections
WHERE id = %(connection_id)s AND owner_id = %(owner_id)s
RETURNING id, owner_id, platform, account_id, handle, base_url, status, status_reason, is_default, created_at;

-- name: default_to_oldest
UPDATE social_connections SET is_default = true, updated_at = %(now)s
WHERE id = (SELECT id FROM social_connections
            WHERE owner_id = %(owner_id)s AND platform = %(platform)s
            ORDER BY created_at, id LIMIT 1);
