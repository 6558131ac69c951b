-- The pieces of SQL that several statements about connections contain.

-- name: access_end
-- The end of the access that cannot be renewed, or null, as in the index social_account_tokens_ends.
(CASE WHEN token.refresh_at IS NULL THEN token.expires_at ELSE token.refresh_expires_at END)

-- name: shown
-- The columns of a connection that the API shows, with the lifetime of its token but without the token, and the tables.
connection.id, connection.owner_id, connection.platform, connection.account_id, connection.handle, connection.base_url,
       connection.status, connection.status_reason, connection.is_default, connection.created_at,
       token.expires_at, token.refresh_at, token.refresh_expires_at,
       coalesce(token.refresh_failures, 0) AS refresh_failures
FROM social_connections AS connection
LEFT JOIN social_account_tokens AS token ON token.connection_id = connection.id
