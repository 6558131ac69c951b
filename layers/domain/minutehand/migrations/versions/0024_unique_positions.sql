-- name: upgrade
DROP INDEX events_by_position;
CREATE UNIQUE INDEX events_by_position ON events (owner_id, position) WHERE position > 0;

-- As in revision 0016, but lock the events before they are numbered, and skip events that prune_events is deleting.
-- Otherwise, an event that is deleted in the meantime would get a number without being counted, and the next call would
-- give the last number to a second event.
CREATE OR REPLACE FUNCTION number_events(owner text, max_events integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
    before bigint;
    amount bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM events WHERE owner_id = owner AND position IS NULL) THEN
        RETURN;
    END IF;
    INSERT INTO event_positions (owner_id, last) VALUES (owner, 0) ON CONFLICT DO NOTHING;
    SELECT last INTO before FROM event_positions WHERE owner_id = owner FOR UPDATE;
    WITH unnumbered AS MATERIALIZED (
        SELECT id
        FROM events
        WHERE owner_id = owner AND position IS NULL
        ORDER BY id
        LIMIT max_events
        FOR UPDATE SKIP LOCKED
    ), numbered AS (
        SELECT id, row_number() OVER (ORDER BY id) AS number FROM unnumbered
    )
    UPDATE events SET position = before + numbered.number FROM numbered WHERE events.id = numbered.id;
    GET DIAGNOSTICS amount = ROW_COUNT;
    UPDATE event_positions SET last = before + amount WHERE owner_id = owner;
EXCEPTION
    WHEN lock_not_available THEN
        NULL; -- the call that holds the lock numbers the events
END
$$;

-- name: downgrade
DROP INDEX events_by_position;
CREATE INDEX events_by_position ON events (owner_id, position) WHERE position > 0;

CREATE OR REPLACE FUNCTION number_events(owner text, max_events integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
    before bigint;
    amount bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM events WHERE owner_id = owner AND position IS NULL) THEN
        RETURN;
    END IF;
    INSERT INTO event_positions (owner_id, last) VALUES (owner, 0) ON CONFLICT DO NOTHING;
    SELECT last INTO before FROM event_positions WHERE owner_id = owner FOR UPDATE;
    WITH unnumbered AS (
        SELECT id FROM events WHERE owner_id = owner AND position IS NULL ORDER BY id LIMIT max_events
    ), numbered AS (
        SELECT id, row_number() OVER (ORDER BY id) AS number FROM unnumbered
    )
    UPDATE events SET position = before + numbered.number FROM numbered WHERE events.id = numbered.id;
    GET DIAGNOSTICS amount = ROW_COUNT;
    UPDATE event_positions SET last = before + amount WHERE owner_id = owner;
EXCEPTION
    WHEN lock_not_available THEN
        NULL; -- the call that holds the lock numbers the events
END
$$;
