-- The responses to requests with an Idempotency-Key, the number of each owner's requests in a minute, and the lock for
-- the limits of an owner.

-- name: claim_key
-- Claim the key for this request, replacing an expired entry. If an open transaction has claimed the key, wait until it
-- ends. Returns no row if the key was already used; `stored_response` then returns the response.
INSERT INTO idempotency_keys AS used (owner_id, operation, key, request_hash, expires_at)
VALUES (%(owner_id)s, %(operation)s, %(key)s, %(request_hash)s, %(expires_at)s)
ON CONFLICT (owner_id, operation, key) DO UPDATE
SET request_hash = excluded.request_hash, expires_at = excluded.expires_at, status_code = NULL, response = NULL
WHERE used.expires_at <= %(now)s
RETURNING used.key;

-- name: stored_response
-- Return the hash of the request and the response under this key, unless the key has expired.
SELECT request_hash, status_code, response
FROM idempotency_keys
WHERE owner_id = %(owner_id)s AND operation = %(operation)s AND key = %(key)s AND expires_at > %(now)s;

-- name: stored_steps
-- Return the results of steps of a request under this key, unless the key has expired.
SELECT operation, response
FROM idempotency_keys
WHERE owner_id = %(owner_id)s AND operation = ANY(%(operations)s) AND key = %(key)s AND expires_at > %(now)s;

-- name: store_response
-- Store the response, in the transaction of the work that produced it.
UPDATE idempotency_keys
SET status_code = %(status_code)s, response = %(response)s
WHERE owner_id = %(owner_id)s AND operation = %(operation)s AND key = %(key)s;

-- name: prune_idempotency_keys
-- Delete up to %(limit)s expired keys and their responses. Returns the number of deleted keys.
WITH deleted AS (
    DELETE FROM idempotency_keys
    WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM idempotency_keys WHERE expires_at < %(now)s
        ORDER BY expires_at
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
    ))
    RETURNING 1
)
SELECT count(*) AS deleted FROM deleted;

-- name: count_request
-- Count a request of the owner in this minute. The constraint request_counts_within_limit refuses the request if the
-- owner has already made %(limit)s requests in this minute. The number then does not change.
INSERT INTO request_counts AS counted (owner_id, minute, requests, allowed)
VALUES (%(owner_id)s, %(minute)s, 1, %(limit)s)
ON CONFLICT ON CONSTRAINT request_counts_pkey DO UPDATE
SET requests = counted.requests + 1, allowed = excluded.allowed
RETURNING requests;

-- name: prune_request_counts
-- Delete up to %(limit)s counts of minutes before %(before)s. Returns the number of deleted counts.
WITH deleted AS (
    DELETE FROM request_counts
    WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM request_counts WHERE minute < %(before)s
        ORDER BY minute
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
    ))
    RETURNING 1
)
SELECT count(*) AS deleted FROM deleted;

-- name: lock_owner
-- Allow only one transaction at a time to add to this owner's resources of a limited kind.
SELECT pg_advisory_xact_lock(hashtextextended('limit:' || %(limited)s || ':' || %(owner_id)s, 0));
