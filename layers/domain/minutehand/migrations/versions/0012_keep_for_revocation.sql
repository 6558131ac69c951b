-- name: upgrade
-- Keep the sealed token of a connection, so that token_refresher can revoke it later. The function runs with the
-- privileges of the owner of the tables, so that its caller does not need the privilege to read sealed tokens.
CREATE FUNCTION keep_for_revocation(connection_id uuid, owner_id text, now timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO revocations
        (connection_id, owner_id, platform, account_id, base_url, grant_id, ciphertext, next_attempt_at)
    SELECT connection.id, connection.owner_id, connection.platform, connection.account_id, connection.base_url,
           token.grant_id, token.ciphertext, $3
    FROM social_connections AS connection
    JOIN social_account_tokens AS token ON token.connection_id = connection.id
    WHERE connection.id = $1 AND connection.owner_id = $2
$$;
REVOKE EXECUTE ON FUNCTION keep_for_revocation FROM PUBLIC;

-- name: downgrade
DROP FUNCTION keep_for_revocation;
