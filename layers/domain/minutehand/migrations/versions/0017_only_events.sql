-- name: upgrade
-- Contract: no function uses the name post_events.
DROP VIEW post_events;

-- name: downgrade
CREATE VIEW post_events AS
    SELECT id, post_id, owner_id, actor, type, data, at FROM events WHERE post_id IS NOT NULL;
