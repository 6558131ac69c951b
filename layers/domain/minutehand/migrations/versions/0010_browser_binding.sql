-- name: upgrade
ALTER TABLE oauth_states
    ADD COLUMN browser_digest bytea; -- digest of the secret in the cookie of the browser; null: not confirmed yet

-- name: downgrade
ALTER TABLE oauth_states DROP COLUMN browser_digest;
