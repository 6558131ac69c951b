-- name: upgrade
-- Leave room on each page for new versions of its rows. A version on the same page needs no entries in the indexes,
-- unless a column of an index has changed. The setting does not change existing pages.
ALTER TABLE publications SET (fillfactor = 50);

-- The statement arm changes armed_at and updated_at, so no index contains them.
DROP INDEX CONCURRENTLY IF EXISTS publications_active;
CREATE INDEX CONCURRENTLY publications_active ON publications (connection_id)
    WHERE state IN ('publishing', 'processing');
DROP INDEX CONCURRENTLY IF EXISTS publications_armed;

DROP INDEX CONCURRENTLY IF EXISTS publications_unknown_new;
CREATE INDEX CONCURRENTLY publications_unknown_new ON publications (owner_id, id) INCLUDE (post_id)
    WHERE state = 'unknown';
DROP INDEX CONCURRENTLY IF EXISTS publications_unknown;
DROP INDEX CONCURRENTLY IF EXISTS publications_unknown_by_owner;
ALTER INDEX publications_unknown_new RENAME TO publications_unknown;

-- next_attempt_at is never null. A statement that does not compare next_attempt_at would read the whole index. The
-- condition keeps Postgres from using the index for such a statement.
DROP INDEX CONCURRENTLY IF EXISTS publications_open_new;
CREATE INDEX CONCURRENTLY publications_open_new ON publications (next_attempt_at)
    WHERE state IN ('queued', 'publishing', 'processing') AND next_attempt_at IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS publications_open;
ALTER INDEX publications_open_new RENAME TO publications_open;

-- name: downgrade
ALTER TABLE publications RESET (fillfactor);
DROP INDEX publications_active, publications_unknown, publications_open;
CREATE INDEX publications_armed ON publications (connection_id)
    WHERE state IN ('publishing', 'processing') AND armed_at IS NOT NULL;
CREATE INDEX publications_unknown ON publications (updated_at, id) INCLUDE (post_id) WHERE state = 'unknown';
CREATE INDEX publications_unknown_by_owner ON publications (owner_id, updated_at, id) INCLUDE (post_id)
    WHERE state = 'unknown';
CREATE INDEX publications_open ON publications (next_attempt_at) WHERE state IN ('queued', 'publishing', 'processing');
