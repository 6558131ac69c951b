-- name: upgrade
-- The publications without a lease since their last recorded outcome, by owner: see the statement list_due.
CREATE INDEX publications_unleased ON publications (owner_id, next_attempt_at)
    WHERE leases = 0 AND state IN ('queued', 'publishing', 'processing');

-- name: downgrade
DROP INDEX publications_unleased;
