-- What was answered to requests that named an Idempotency-Key.

-- name: claim_key
-- Take the key for this request; whoever holds it in an open transaction is waited for. An expired one is replaced.
-- No row: the key was used before, and `remembered_answer` tells for what.
INSERT INTO idempotency_keys AS used (owner_id, operation, key, request_hash, expires_at)
VALUES (%(owner_id)s, %(operation)s, %(key)s, %(request_hash)s, %(expires_at)s)
ON CONFLICT (owner_id, operation, key) DO UPDATE
SET request_hash = excluded.request_hash, expires_at = excluded.expires_at, status_code = NULL, response = NULL
WHERE used.expires_at <= %(now)s
RETURNING used.key;

-- name: remembered_answer
-- What was asked and answered under this key, while that is remembered.
SELECT request_hash, status_code, response
FROM idempotency_keys
WHERE owner_id = %(owner_id)s AND operation = %(operation)s AND key = %(key)s AND expires_at > %(now)s;

-- name: remember_answer
-- Keep the answer, in the transaction of the work that it tells of.
UPDATE idempotency_keys
SET status_code = %(status_code)s, response = %(response)s
WHERE owner_id = %(owner_id)s AND operation = %(operation)s AND key = %(key)s;
