-- name: upgrade
-- Delete up to max_rows events from before ``before``, and return their number. The ids grow with time, so the primary
-- key serves as an index on the time: each call reads the 10 * max_rows events with the lowest ids. Locked events are
-- skipped. No role may delete events, so the function runs with the privileges of the owner of the tables, and keeps at
-- least the events of the last seven days.
CREATE FUNCTION prune_events(before timestamptz, max_rows integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH deleted AS (
        DELETE FROM events
        WHERE id = ANY(ARRAY(
            SELECT id
            FROM events
            WHERE at < least(before, now() - interval '7 days')
              AND id <= (SELECT max(id) FROM (SELECT id FROM events ORDER BY id LIMIT 10 * max_rows) AS oldest)
            ORDER BY id
            LIMIT max_rows
            FOR UPDATE SKIP LOCKED
        ))
        RETURNING 1
    )
    SELECT count(*) FROM deleted
$$;
REVOKE EXECUTE ON FUNCTION prune_events FROM PUBLIC;

-- Delete entries of the ledger in the same way.
CREATE FUNCTION prune_attempts(before timestamptz, max_rows integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH deleted AS (
        DELETE FROM publication_attempts
        WHERE id = ANY(ARRAY(
            SELECT id
            FROM publication_attempts
            WHERE at < least(before, now() - interval '7 days')
              AND id <= (SELECT max(id)
                         FROM (SELECT id FROM publication_attempts ORDER BY id LIMIT 10 * max_rows) AS oldest)
            ORDER BY id
            LIMIT max_rows
            FOR UPDATE SKIP LOCKED
        ))
        RETURNING 1
    )
    SELECT count(*) FROM deleted
$$;
REVOKE EXECUTE ON FUNCTION prune_attempts FROM PUBLIC;

-- name: downgrade
DROP FUNCTION prune_attempts;
DROP FUNCTION prune_events;
