-- The pieces of SQL that several statements about connections contain.

-- name: access_end
-- The time at which the access ends, or null if the access has no known end. If the token is refreshed automatically,
-- the access ends when the refresh token expires. The index social_account_tokens_ends uses the same expression.
(CASE WHEN token.refresh_at IS NULL THEN token.expires_at ELSE token.refresh_expires_at END)

-- name: shown
-- The columns of a connection that the API shows, and the FROM clause. The columns include the lifetime of the token,
-- but not the token.
connection.id, connection.owner_id, connection.platform, connection.account_id, connection.handle, connection.base_url,
       connection.status, connection.status_reason, connection.is_default, connection.created_at,
       token.expires_at, token.refresh_at, token.refresh_expires_at,
       coalesce(token.refresh_failures, 0) AS refresh_failures
FROM social_connections AS connection
LEFT JOIN social_account_tokens AS token ON token.connection_id = connection.id
