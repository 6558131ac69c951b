-- name: upgrade
-- Expand: rename post_events, and add the columns for other events. Functions of the previous release read and insert
-- events through the view post_events. Revision 0017 removes the view.
ALTER TABLE post_events RENAME TO events;
ALTER TABLE events RENAME CONSTRAINT post_events_pkey TO events_pkey;
ALTER INDEX post_events_by_post RENAME TO events_by_post;
ALTER SEQUENCE post_events_id_seq RENAME TO events_id_seq;
ALTER TABLE events
    ALTER COLUMN post_id DROP NOT NULL,
    ADD COLUMN publication_id uuid,
    ADD COLUMN connection_id  uuid,
    ADD COLUMN media_id       uuid,
    ADD COLUMN actor_name     text,
    -- The position of the event among the events of its owner, or null until number_events assigns a position. The
    -- existing events keep 0: they have no position, and stay in the history of their posts.
    ADD COLUMN position       bigint DEFAULT 0;
ALTER TABLE events ALTER COLUMN position DROP DEFAULT;
CREATE INDEX events_unnumbered ON events (owner_id, id) WHERE position IS NULL;
CREATE INDEX events_by_position ON events (owner_id, position) WHERE position > 0;

CREATE VIEW post_events AS
    SELECT id, post_id, owner_id, actor, type, data, at FROM events WHERE post_id IS NOT NULL;
-- The roles of the previous release keep their privileges.
DO $$
DECLARE
    privilege record;
BEGIN
    FOR privilege IN
        SELECT privilege_type AS name, grantee::regrole AS role
        FROM pg_class, aclexplode(relacl)
        WHERE oid = 'events'::regclass AND grantee NOT IN (0, relowner)
    LOOP
        EXECUTE 'GRANT ' || privilege.name || ' ON post_events TO ' || privilege.role;
    END LOOP;
END
$$;

-- The position of the last numbered event of each owner. The events of an owner are numbered without gaps.
CREATE TABLE event_positions (
    owner_id text   PRIMARY KEY,
    last     bigint NOT NULL,
    CONSTRAINT event_positions_not_negative CHECK (last >= 0)
);

-- Assign numbers to up to max_events committed events of an owner. Each call locks the owner's row until its
-- transaction ends, so a transaction that sees a number also sees every lower number. After waiting for another call, a
-- call sees the numbers that the other call assigned, because each statement of the function sees all earlier commits.
-- If the wait takes a second, the call numbers no events. Transactions that write events never wait for this lock. The
-- function runs with the privileges of the owner of the tables, so that no role needs the privilege to change events.
CREATE FUNCTION number_events(owner text, max_events integer) RETURNS void
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
REVOKE EXECUTE ON FUNCTION number_events FROM PUBLIC;

-- name: downgrade
DROP FUNCTION number_events;
DROP TABLE event_positions;
DROP VIEW post_events;
DROP INDEX events_by_position, events_unnumbered;
DELETE FROM events WHERE post_id IS NULL;
ALTER TABLE events
    DROP COLUMN position,
    DROP COLUMN actor_name,
    DROP COLUMN media_id,
    DROP COLUMN connection_id,
    DROP COLUMN publication_id,
    ALTER COLUMN post_id SET NOT NULL;
ALTER SEQUENCE events_id_seq RENAME TO post_events_id_seq;
ALTER INDEX events_by_post RENAME TO post_events_by_post;
ALTER TABLE events RENAME CONSTRAINT events_pkey TO post_events_pkey;
ALTER TABLE events RENAME TO post_events;
