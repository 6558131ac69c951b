-- name: upgrade
-- The OAuth clients that Minutehand has registered with the servers that people named.
CREATE TABLE oauth_clients (
    owner_id     text        NOT NULL,
    server       text        NOT NULL, -- the address of the server
    redirect_uri text        NOT NULL,
    ciphertext   bytea       NOT NULL, -- the id and the secret of the client, sealed for the server and the owner
    used_at      timestamptz NOT NULL,
    PRIMARY KEY (owner_id, server, redirect_uri)
);
CREATE INDEX oauth_clients_by_use ON oauth_clients (used_at);
ALTER TABLE oauth_states
    ADD COLUMN sealed_client bytea; -- encrypted with a key from the state; null: the operator registered the client

-- name: downgrade
ALTER TABLE oauth_states DROP COLUMN sealed_client;
DROP TABLE oauth_clients;
