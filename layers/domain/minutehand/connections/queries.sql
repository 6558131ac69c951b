-- The statements about the connections of one owner.

-- name: lock_platform
-- Allow only one transaction at a time to add or remove an owner's connections on a platform, or to change the default.
-- Therefore exactly one of the connections is the default.
SELECT pg_advisory_xact_lock(hashtextextended('connections:' || %(platform)s || ':' || %(owner_id)s, 0));

-- name: find_account
-- Return the owner's connection of an account on a platform, if there is one.
SELECT id FROM social_connections
WHERE owner_id = %(owner_id)s AND platform = %(platform)s AND account_id = %(account_id)s;

-- name: count_connections
-- Return the number of the owner's connections, up to %(limit)s.
SELECT count(*) AS count FROM (
    SELECT FROM social_connections WHERE owner_id = %(owner_id)s LIMIT %(limit)s
) AS counted;

-- name: connect
-- Add a connection, or update an existing one with the current name, server and limits, and make it active. An existing
-- connection keeps its id.
INSERT INTO social_connections (id, owner_id, platform, account_id, handle, base_url, limits, is_default, created_at,
                                updated_at)
VALUES (%(connection_id)s, %(owner_id)s, %(platform)s, %(account_id)s, %(handle)s, %(base_url)s, %(limits)s,
        NOT EXISTS (SELECT FROM social_connections
                    WHERE owner_id = %(owner_id)s AND platform = %(platform)s AND is_default),
        %(now)s, %(now)s)
ON CONFLICT ON CONSTRAINT social_connections_account_once DO UPDATE
SET handle = excluded.handle, base_url = excluded.base_url, limits = coalesce(excluded.limits, social_connections.limits),
    status = 'active', status_reason = NULL,
    updated_at = excluded.updated_at
RETURNING id;

-- name: set_lock_timeout
-- Limit the wait for a locked token. A refresh locks its token, and may take longer than a caller should wait.
SELECT set_config('lock_timeout', '8s', true);

-- name: lock_token
-- Lock the token of a connection. A transaction that changes both a connection and its token locks the token first,
-- which prevents deadlocks.
SELECT FROM social_account_tokens AS token
JOIN social_connections AS connection ON connection.id = token.connection_id
WHERE token.connection_id = %(connection_id)s AND connection.owner_id = %(owner_id)s
FOR UPDATE OF token;

-- name: save_token
-- Store the sealed token of a connection. The values are repeated, because `excluded` requires the privilege to read
-- the columns.
INSERT INTO social_account_tokens
    (connection_id, ciphertext, expires_at, refresh_at, refresh_expires_at, grant_id, updated_at)
SELECT id, %(ciphertext)s, %(expires_at)s, %(refresh_at)s, %(refresh_expires_at)s, %(grant_id)s, %(now)s
FROM social_connections
WHERE id = %(connection_id)s AND owner_id = %(owner_id)s
ON CONFLICT (connection_id) DO UPDATE
SET ciphertext = %(ciphertext)s, expires_at = %(expires_at)s, refresh_at = %(refresh_at)s,
    refresh_expires_at = %(refresh_expires_at)s, refresh_failures = 0, grant_id = %(grant_id)s, updated_at = %(now)s;

-- name: clear_default
-- Clear the default of a platform, unless the default is the connection %(connection_id)s. This is a separate statement
-- because the unique index is checked row by row.
UPDATE social_connections SET is_default = false, updated_at = %(now)s
WHERE owner_id = %(owner_id)s AND platform = %(platform)s AND is_default AND id <> %(connection_id)s;

-- name: set_default
-- Make a connection the default of its platform. The statement clear_default must run first.
UPDATE social_connections SET is_default = true, updated_at = %(now)s
WHERE id = %(connection_id)s AND owner_id = %(owner_id)s AND NOT is_default;

-- name: find
-- Return one connection.
SELECT {connections.shown}
WHERE connection.id = %(connection_id)s AND connection.owner_id = %(owner_id)s;

-- name: require_reconnect
-- Record that the platform no longer accepts the token, and that the account must therefore be connected again.
WITH changed AS (
    UPDATE social_connections AS connection
    SET status = 'reconnect_required', status_reason = %(reason)s, updated_at = %(now)s
    WHERE id = %(connection_id)s AND owner_id = %(owner_id)s AND status = 'active'
      -- An error about a replaced token does not apply to the new token.
      AND (%(refused)s::bytea IS NULL
           OR EXISTS (SELECT FROM social_account_tokens WHERE connection_id = connection.id AND ciphertext = %(refused)s))
    RETURNING id, owner_id, platform, handle, status_reason
), event AS (
    INSERT INTO events (connection_id, owner_id, actor, type, data, at)
    SELECT id, owner_id, %(actor)s, 'connection.reconnect_required',
           jsonb_build_object('platform', platform, 'handle', handle, 'reason', status_reason), %(now)s
    FROM changed
)
SELECT id FROM changed;

-- name: find_sealed
-- Return a connection with its sealed token, for the function that may open tokens to read the values of options.
SELECT connection.id, connection.platform, connection.account_id, connection.handle, connection.base_url,
       connection.status, connection.status_reason, token.ciphertext, token.expires_at, token.refresh_at
FROM social_connections AS connection
LEFT JOIN social_account_tokens AS token ON token.connection_id = connection.id
WHERE connection.id = %(connection_id)s AND connection.owner_id = %(owner_id)s;

-- name: request_refresh
-- Let token_refresher refresh a token that has expired or that the platform has refused, unless a failed refresh has
-- postponed the next one. A locked token is skipped, because another transaction is already changing it.
WITH refused AS (
    SELECT token.connection_id FROM social_account_tokens AS token
    JOIN social_connections AS connection ON connection.id = token.connection_id
    WHERE token.connection_id = %(connection_id)s AND connection.owner_id = %(owner_id)s
      AND token.ciphertext = %(refused)s AND token.refresh_at > %(now)s AND token.refresh_failures = 0
    FOR UPDATE OF token SKIP LOCKED
)
UPDATE social_account_tokens AS token SET refresh_at = %(now)s
FROM refused WHERE token.connection_id = refused.connection_id;

-- name: list_all
-- Return all connections of an owner.
SELECT {connections.shown}
WHERE connection.owner_id = %(owner_id)s
ORDER BY connection.platform, connection.created_at, connection.id;

-- name: list_disconnected
-- Return the accounts of an owner that were disconnected and not connected again, the most recent first, up to
-- %(limit)s. At most the last 1,000 disconnections are read.
WITH recent AS (
    SELECT id, connection_id, data, at
    FROM events
    WHERE owner_id = %(owner_id)s AND type = 'connection.disconnected'
    ORDER BY id DESC
    LIMIT 1000
), last AS (
    SELECT DISTINCT ON (connection_id) id, connection_id, data, at
    FROM recent
    ORDER BY connection_id, id DESC
)
SELECT connection_id AS id, data ->> 'platform' AS platform, data ->> 'handle' AS handle, at AS disconnected_at
FROM last
WHERE NOT EXISTS (SELECT FROM social_connections AS connection
                  WHERE connection.id = last.connection_id AND connection.owner_id = %(owner_id)s)
ORDER BY last.id DESC
LIMIT %(limit)s;

-- name: shared_access
-- Return whether another owner keeps access to the account of a connection, whether another connection has the same
-- grant, and whether a person granted the access to the connection with OAuth.
SELECT EXISTS (SELECT FROM social_connections AS other
               WHERE other.platform = mine.platform AND other.account_id = mine.account_id
                 AND other.owner_id <> mine.owner_id) AS by_other_owner,
       EXISTS (SELECT FROM social_account_tokens AS token
               JOIN social_account_tokens AS other ON other.grant_id = token.grant_id
               WHERE token.connection_id = mine.id AND other.connection_id <> mine.id) AS by_same_grant,
       EXISTS (SELECT FROM social_account_tokens AS token
               WHERE token.connection_id = mine.id AND token.grant_id IS NOT NULL) AS granted
FROM social_connections AS mine
WHERE mine.id = %(connection_id)s AND mine.owner_id = %(owner_id)s;

-- name: keep_for_revocation
-- Keep the sealed token for token_refresher, which has the permission to decrypt it and revokes the token later.
SELECT keep_for_revocation(%(connection_id)s, %(owner_id)s, %(now)s);

-- name: remove
-- Delete a connection and its token. Open publications keep the connection's id. When they become due, they fail,
-- unless they are armed.
DELETE FROM social_connections
WHERE id = %(connection_id)s AND owner_id = %(owner_id)s
RETURNING is_default;

-- name: default_to_oldest
-- Make the owner's oldest connection on a platform the default.
UPDATE social_connections SET is_default = true, updated_at = %(now)s
WHERE owner_id = %(owner_id)s
  AND id = (SELECT id FROM social_connections
            WHERE owner_id = %(owner_id)s AND platform = %(platform)s
            ORDER BY created_at, id LIMIT 1);

-- name: make_sandbox_connections
-- Create a connection for each of the platforms, unless the owner has connections. Only owners of test data get such
-- connections.
INSERT INTO social_connections (id, owner_id, platform, account_id, handle, base_url, is_default, created_at, updated_at)
SELECT id, %(owner_id)s, platform, %(account_id)s, %(account_id)s, %(base_url)s, true, %(now)s, %(now)s
FROM unnest(%(ids)s::uuid[], %(platforms)s::text[]) AS each (id, platform)
WHERE starts_with(%(owner_id)s, 'test:')
  AND NOT EXISTS (SELECT FROM social_connections WHERE owner_id = %(owner_id)s)
ON CONFLICT DO NOTHING;
