-- The responses to requests with an Idempotency-Key.

-- name: claim_key
-- Claim the key for this request; waits for an open transaction that claimed it. An expired key is replaced. No row:
-- the key was used before, and stored_response returns the response.
INSERT INTO idempotency_keys AS used (owner_id, operation, key, request_hash, expires_at)
VALUES (%(owner_id)s, %(operation)s, %(key)s, %(request_hash)s, %(expires_at)s)
ON CONFLICT (owner_id, operation, key) DO UPDATE
SET request_hash = excluded.request_hash, expires_at = excluded.expires_at, status_code = NULL, response = NULL
WHERE used.expires_at <= %(now)s
RETURNING used.key;

-- name: stored_response
-- Return the hash of the request and the response under this key, unless they have expired.
SELECT request_hash, status_code, response
FROM idempotency_keys
WHERE owner_id = %(owner_id)s AND operation = %(operation)s AND key = %(key)s AND expires_at > %(now)s;

-- name: store_response
-- Store the response, in the transaction of the work that it is the result of.
UPDATE idempotency_keys
SET status_code = %(status_code)s, response = %(response)s
WHERE owner_id = %(owner_id)s AND operation = %(operation)s AND key = %(key)s;
