-- name: upgrade
-- For list_disconnected: the accounts that an owner has disconnected, without reading the owner's other events.
DROP INDEX CONCURRENTLY IF EXISTS events_disconnected;
CREATE INDEX CONCURRENTLY events_disconnected ON events (owner_id, id) WHERE type = 'connection.disconnected';

-- name: downgrade
DROP INDEX events_disconnected;
