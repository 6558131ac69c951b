-- name: upgrade
ALTER TABLE oauth_states
    ADD COLUMN sealed_client bytea; -- encrypted with a key from the state; null: the operator registered the client

-- name: downgrade
ALTER TABLE oauth_states DROP COLUMN sealed_client;
