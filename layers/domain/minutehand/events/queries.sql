-- The log of events. Most events are written by the statements that make the changes. A reader sees only numbered
-- events: see the function number_events of the database.

-- name: write
-- Write an event.
INSERT INTO events (owner_id, type, actor, actor_name, post_id, connection_id, data, at)
VALUES (%(owner_id)s, %(type)s, %(actor)s, %(actor_name)s, %(post_id)s, %(connection_id)s, %(data)s, %(now)s);

-- name: number
-- Assign numbers to up to %(max_events)s committed events of the owner that have no number yet.
SELECT number_events(%(owner_id)s, %(max_events)s);

-- name: list_after
-- Return up to %(take)s numbered events of the owner after the position %(after)s. If %(types)s is given, return only
-- events of these types. Each row also has the columns that follow. If there is no event to return, the statement
-- returns one row, in which only these columns have values. ``last``: the position of the owner's last numbered event.
-- ``first_scanned``, ``last_scanned``, ``scanned``: the first position, the last position and the number of the events
-- that were read. At most %(max_events)s events are read. ``matching``: the number of these events that have one of the
-- types. An event is omitted if the data of the events before it on the page has at least %(max_characters)s
-- characters.
WITH scanned AS MATERIALIZED (
    SELECT id, position, type, at, actor, actor_name, post_id, publication_id, connection_id, media_id, data,
           %(types)s::text[] IS NULL OR type = ANY(%(types)s::text[]) AS matches
    FROM events
    WHERE owner_id = %(owner_id)s AND position > 0 AND position > %(after)s
    ORDER BY position
    LIMIT %(max_events)s
), summary AS (
    SELECT coalesce((SELECT last FROM event_positions WHERE owner_id = %(owner_id)s), 0) AS last,
           min(position) AS first_scanned, max(position) AS last_scanned, count(*) AS scanned,
           count(*) FILTER (WHERE matches) AS matching
    FROM scanned
), page AS (
    SELECT *, sum(length(data::text)) OVER (ORDER BY position) - length(data::text) AS characters_before
    FROM (SELECT * FROM scanned WHERE matches ORDER BY position LIMIT %(take)s) AS first
)
SELECT summary.*, page.*
FROM summary
LEFT JOIN page ON page.characters_before = 0 OR page.characters_before < %(max_characters)s
ORDER BY page.position;

-- name: latest
-- Return the position of the owner's last numbered event, and whether there are events that are not numbered yet.
SELECT coalesce((SELECT last FROM event_positions WHERE owner_id = %(owner_id)s), 0) AS last,
       EXISTS (SELECT FROM events WHERE owner_id = %(owner_id)s AND position IS NULL) AS unnumbered;

-- name: prune_events
-- Delete up to %(limit)s events whose time is before %(before)s, and return their number.
SELECT prune_events(%(before)s, %(limit)s) AS deleted;

-- name: prune_attempts
-- Delete up to %(limit)s entries of the ledger whose time is before %(before)s, and return their number.
SELECT prune_attempts(%(before)s, %(limit)s) AS deleted;
