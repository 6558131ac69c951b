-- Authorizations, connect links, and the refreshes and revocations of tokens.

-- name: begin_authorization
-- Store an authorization. Returns no row if the owner has at least %(max_pending)s authorizations that are neither used
-- nor expired.
INSERT INTO oauth_states
    (digest, owner_id, actor, platform, redirect_uri, verifier_salt, sealed_client, make_default, expires_at,
     browser_digest, return_to)
SELECT %(digest)s, %(owner_id)s, %(actor)s, %(platform)s, %(redirect_uri)s, %(verifier_salt)s, %(sealed_client)s,
       %(make_default)s, %(expires_at)s, %(browser_digest)s, %(return_to)s
WHERE {oauth.has_room}
RETURNING digest;

-- name: confirm_authorization
-- Bind an authorization to the first browser in which a person confirms it.
UPDATE oauth_states SET browser_digest = %(browser_digest)s
WHERE digest = %(digest)s AND used_at IS NULL AND expires_at > %(now)s AND redirect_uri = %(callback_url)s
  AND (browser_digest IS NULL OR browser_digest = %(browser_digest)s)
RETURNING platform, redirect_uri, verifier_salt, sealed_client;

-- name: claim_authorization
-- Mark an authorization as used, and return it. A browser's redirect completes only authorizations for our callback URL
-- that were confirmed in this browser. A page completes only authorizations that its user began for other redirect
-- URIs.
UPDATE oauth_states SET used_at = %(now)s
WHERE digest = %(digest)s AND used_at IS NULL AND expires_at > %(now)s
  AND (redirect_uri <> %(callback_url)s) = %(from_page)s
  AND (%(from_page)s OR browser_digest = %(browser_digest)s)
  AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
  AND (%(actor)s::text IS NULL OR actor = %(actor)s)
RETURNING owner_id, actor, platform, redirect_uri, make_default, return_to, verifier_salt, sealed_client;

-- name: find_authorization
-- Return the authorization with this digest, even if it is used, expired, or confirmed in another browser or in none.
-- The callback URL, the owner and the actor must match as in claim_authorization.
SELECT owner_id, actor, platform, used_at, expires_at, browser_digest, verifier_salt, sealed_client FROM oauth_states
WHERE digest = %(digest)s
  AND (redirect_uri <> %(callback_url)s) = %(from_page)s
  AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
  AND (%(actor)s::text IS NULL OR actor = %(actor)s);

-- name: delete_expired_authorizations
-- Delete up to %(limit)s authorizations that expired before %(before)s. Returns the number of deleted authorizations.
WITH deleted AS (
    DELETE FROM oauth_states
    WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM oauth_states WHERE expires_at < %(before)s
        ORDER BY expires_at
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
    ))
    RETURNING 1
)
SELECT count(*) AS deleted FROM deleted;

-- name: use_client
-- Return the sealed client of an owner for a server and a redirect URI, and note its use.
UPDATE oauth_clients SET used_at = %(now)s
WHERE owner_id = %(owner_id)s AND server = %(server)s AND redirect_uri = %(redirect_uri)s
RETURNING ciphertext;

-- name: save_client
-- Store the sealed client of an owner, or replace an earlier one.
INSERT INTO oauth_clients (owner_id, server, redirect_uri, ciphertext, used_at)
VALUES (%(owner_id)s, %(server)s, %(redirect_uri)s, %(ciphertext)s, %(now)s)
ON CONFLICT (owner_id, server, redirect_uri) DO UPDATE SET ciphertext = excluded.ciphertext, used_at = excluded.used_at;

-- name: delete_unused_clients
-- Delete up to %(limit)s clients whose last use was before %(before)s. Returns the number of deleted clients.
WITH deleted AS (
    DELETE FROM oauth_clients
    WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM oauth_clients WHERE used_at < %(before)s
        ORDER BY used_at
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
    ))
    RETURNING 1
)
SELECT count(*) AS deleted FROM deleted;

-- name: has_room
-- Return whether the owner can begin another authorization.
SELECT {oauth.has_room} AS has_room;

-- name: create_link
-- Create a connect link. Returns no row if the owner has at least %(max_links)s links that are neither used nor
-- expired.
INSERT INTO connect_links (owner_id, created_by, platforms, return_to, secret_hash, created_at, expires_at)
SELECT %(owner_id)s, %(created_by)s, %(platforms)s, %(return_to)s, %(secret_hash)s, %(now)s, %(expires_at)s
WHERE (SELECT count(*) FROM (
           SELECT FROM connect_links
           WHERE owner_id = %(owner_id)s AND used_at IS NULL AND expires_at > %(now)s
           LIMIT %(max_links)s
       ) AS open) < %(max_links)s
RETURNING id, owner_id, created_by, platforms, return_to, created_at, expires_at, used_at;

-- name: list_links
-- Return a page of an owner's connect links, newest first.
SELECT id, owner_id, created_by, platforms, return_to, created_at, expires_at, used_at
FROM connect_links
WHERE owner_id = %(owner_id)s
  AND (%(after_id)s::uuid IS NULL OR (created_at, id) < (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY created_at DESC, id DESC
LIMIT %(limit)s;

-- name: revoke_link
-- Delete a connect link. Returns no row if the owner has no such link.
DELETE FROM connect_links WHERE id = %(link_id)s AND owner_id = %(owner_id)s RETURNING id;

-- name: delete_expired_links
-- Delete up to %(limit)s connect links that expired before %(before)s. Returns the number of deleted links.
WITH deleted AS (
    DELETE FROM connect_links
    WHERE id = ANY(ARRAY(
        SELECT id FROM connect_links WHERE expires_at < %(before)s
        ORDER BY expires_at
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
    ))
    RETURNING 1
)
SELECT count(*) AS deleted FROM deleted;

-- name: find_link
-- Return the connect link with this secret, even if it is used or expired.
SELECT id, owner_id, created_by, platforms, return_to, created_at, expires_at, used_at, attempts
FROM connect_links WHERE secret_hash = %(secret_hash)s;

-- name: count_attempt
-- Count an attempt to connect an account. Returns no row if the link does not permit the attempt.
UPDATE connect_links SET attempts = attempts + 1
WHERE secret_hash = %(secret_hash)s AND used_at IS NULL AND expires_at > %(now)s AND %(platform)s = ANY (platforms)
  AND attempts < %(max_attempts)s
RETURNING id;

-- name: use_link
-- Mark a connect link as used. Only one of several concurrent calls returns a row.
UPDATE connect_links SET used_at = %(now)s
WHERE secret_hash = %(secret_hash)s AND used_at IS NULL AND expires_at > %(now)s AND %(platform)s = ANY (platforms)
RETURNING id, owner_id, created_by, platforms, return_to, created_at, expires_at, used_at;

-- name: set_timeouts
-- Limit the wait for a locked token, and the time for which an idle transaction keeps a token locked. A process that is
-- frozen during a refresh therefore loses its lock.
SELECT set_config('lock_timeout', '10s', true), set_config('idle_in_transaction_session_timeout', '60s', true);

-- name: lock_token
-- Lock the token of one connection, and return it. Wait if another transaction has locked the token.
SELECT token.connection_id, connection.owner_id, connection.platform, connection.status, connection.status_reason,
       token.ciphertext, token.expires_at, token.refresh_at, token.refresh_expires_at, token.refresh_failures
FROM social_account_tokens AS token
JOIN social_connections AS connection ON connection.id = token.connection_id
WHERE token.connection_id = %(connection_id)s AND connection.owner_id = %(owner_id)s
FOR UPDATE OF token;

-- name: lock_due_token
-- Lock the unlocked token whose refresh has been due the longest, and return it.
SELECT token.connection_id, connection.owner_id, connection.platform, connection.status, connection.status_reason,
       token.ciphertext, token.expires_at, token.refresh_at, token.refresh_expires_at, token.refresh_failures
FROM social_account_tokens AS token
JOIN social_connections AS connection ON connection.id = token.connection_id
WHERE token.refresh_at <= %(now)s AND connection.status = 'active'
ORDER BY token.refresh_at
LIMIT 1
FOR UPDATE OF token SKIP LOCKED;

-- name: save_refreshed
-- Replace the token only if it is still the one that was refreshed. The new token proves that the platform grants
-- access, even if a call with the old token has marked the connection as `reconnect_required` in the meantime.
WITH saved AS (
    UPDATE social_account_tokens AS token
    SET ciphertext = %(ciphertext)s, expires_at = %(expires_at)s, refresh_at = %(refresh_at)s,
        refresh_expires_at = coalesce(%(refresh_expires_at)s, token.refresh_expires_at), refresh_failures = 0,
        updated_at = %(now)s
    FROM social_connections AS connection
    WHERE token.connection_id = %(connection_id)s AND token.ciphertext = %(seen)s
      AND connection.id = token.connection_id AND connection.owner_id = %(owner_id)s
    RETURNING token.connection_id
), reactivated AS (
    UPDATE social_connections AS connection
    SET status = 'active', status_reason = NULL, updated_at = %(now)s
    FROM saved
    WHERE connection.id = saved.connection_id AND connection.status <> 'active'
    RETURNING connection.id, connection.owner_id, connection.platform, connection.handle
), event AS (
    INSERT INTO events (connection_id, owner_id, actor, type, data, at)
    SELECT id, owner_id, 'token_refresher', 'connection.connected',
           jsonb_build_object('platform', platform, 'handle', handle, 'added', false), %(now)s
    FROM reactivated
)
SELECT connection_id FROM saved;

-- name: postpone_refresh
-- Keep the token and retry its refresh later. The connection's status does not change.
UPDATE social_account_tokens AS token
SET refresh_failures = token.refresh_failures + 1, refresh_at = %(refresh_at)s, updated_at = %(now)s
FROM social_connections AS connection
WHERE token.connection_id = %(connection_id)s
  AND connection.id = token.connection_id AND connection.owner_id = %(owner_id)s;

-- name: stop_refreshing
-- Remove the time of the next refresh of a token.
UPDATE social_account_tokens AS token
SET refresh_at = NULL, updated_at = %(now)s
FROM social_connections AS connection
WHERE token.connection_id = %(connection_id)s
  AND connection.id = token.connection_id AND connection.owner_id = %(owner_id)s;

-- name: note_expiring
-- Write the event connection.expiring for up to %(limit)s connections whose access ends by %(until)s, once for each
-- time at which the access ends. Returns the number of events.
WITH expiring AS (
    SELECT token.connection_id, connection.owner_id, connection.platform, connection.handle,
           {connections.access_end} AS ends_at
    FROM social_account_tokens AS token
    JOIN social_connections AS connection ON connection.id = token.connection_id
    WHERE {connections.access_end} > %(now)s
      AND {connections.access_end} <= %(until)s
      AND token.noted_end IS DISTINCT FROM {connections.access_end}
      AND connection.status = 'active'
    ORDER BY {connections.access_end}
    LIMIT %(limit)s
    FOR UPDATE OF token SKIP LOCKED
), noted AS (
    UPDATE social_account_tokens AS token
    SET noted_end = expiring.ends_at
    FROM expiring
    WHERE token.connection_id = expiring.connection_id
), event AS (
    INSERT INTO events (connection_id, owner_id, actor, type, data, at)
    SELECT connection_id, owner_id, 'token_refresher', 'connection.expiring',
           jsonb_build_object('platform', platform, 'handle', handle, 'expiresAt', ends_at), %(now)s
    FROM expiring
)
SELECT count(*) AS noted FROM expiring;

-- name: lock_due_revocation
-- Return the revocation that has been due the longest among those that no transaction has locked, and lock it.
-- ``in_use``: whether its grant is still in use. Some platforms have one grant for each account, and revoke all tokens
-- of the grant together. Therefore the token of a grant that is still in use is not revoked. On a platform with
-- separate grants, each owner has a separate grant, so another owner's connection does not use the same grant.
SELECT revocation.id, revocation.connection_id, revocation.owner_id, revocation.platform, revocation.base_url,
       revocation.ciphertext, revocation.attempts,
       EXISTS (SELECT FROM social_connections AS connection
               WHERE connection.platform = revocation.platform AND connection.account_id = revocation.account_id
                 AND (connection.owner_id = revocation.owner_id
                      OR revocation.platform <> ALL (%(separate_grants)s)))
           OR EXISTS (SELECT FROM social_account_tokens AS token WHERE token.grant_id = revocation.grant_id) AS in_use
FROM revocations AS revocation
WHERE revocation.next_attempt_at <= %(now)s
ORDER BY revocation.next_attempt_at
LIMIT 1
FOR UPDATE OF revocation SKIP LOCKED;

-- name: delete_revocation
-- Delete a revocation that has succeeded, is not needed, or has failed too often.
DELETE FROM revocations WHERE id = %(id)s AND owner_id = %(owner_id)s;

-- name: postpone_revocation
-- Keep the revocation for a later attempt.
UPDATE revocations SET attempts = attempts + 1, next_attempt_at = %(next_attempt_at)s
WHERE id = %(id)s AND owner_id = %(owner_id)s;
