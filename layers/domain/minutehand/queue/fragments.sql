-- Pieces of SQL that statements of several features contain: see minutehand.runtime.sql. The pieces are text, not
-- functions of the database. Postgres therefore plans them with the statements that contain them, and a deployment can
-- change them without a migration.

-- name: open
-- The states of a publication that has not ended.
('queued', 'waiting', 'publishing', 'processing', 'held')

-- name: sendable
-- The states of a publication that a publisher continues when a message arrives, as in the index publications_open.
-- Only a statement that also compares next_attempt_at can use this index.
('queued', 'publishing', 'processing')

-- name: active
-- The states of a publication that a publisher or the platform is working on.
('publishing', 'processing')

-- name: live
-- The states of a publication that is public or may be public, as in the index publications_live_once.
('publishing', 'processing', 'published', 'unknown')

-- name: failed
-- The states of a publication that failed or may have failed. Its failure_code and failure_reason state the cause.
('failed', 'unknown')

-- name: counted
-- The states in which a publication of an earlier job still counts, because it is or may be public.
('published', 'unknown')

-- name: publication_data
-- The data of the event that records the end of a publication, from the columns of the publication.
jsonb_strip_nulls(jsonb_build_object('jobId', job_id, 'platform', platform, 'part', part, 'remoteId', remote_id,
                                     'permalink', permalink, 'code', failure_code, 'reason', failure_reason))

-- name: approved
-- The condition that a post does not wait for approval, as in the index social_posts_due.
(NOT approval_required OR approval_status = 'approved')

-- name: part_count
-- The number of parts of a post on a platform: the number of parts of its thread, 2 if it has a first comment, and
-- otherwise 1. A row of the FROM clause must define the columns platform_options and platform.
(1 + CASE
    WHEN jsonb_typeof(platform_options -> platform -> 'thread') = 'array'
        THEN jsonb_array_length(platform_options -> platform -> 'thread')
    WHEN coalesce(platform_options -> platform ->> 'firstComment', '') <> '' THEN 1
    ELSE 0
END)

-- name: of_tests
-- The condition that a row belongs to an owner of test data.
starts_with(owner_id, 'test:')

-- name: destinations
-- The connections to which a post goes, to be joined with CROSS JOIN LATERAL. The FROM clause must define a row
-- ``post`` first, with the columns id, owner_id, platforms, connection_ids and connection_platforms. Returns, for each
-- of the post's platforms, the connections that the post names. On a platform without a named connection, returns the
-- connection on which an earlier job published a part or may have published it. If there is no such connection, returns
-- the default connection or, without a default, the oldest connection. ``problem`` is 'gone' if the connection no
-- longer exists, 'none' if the owner has no connection on the platform, and otherwise null. If an earlier job published
-- in the sandbox, the row of the platform has neither a connection nor a problem.
(
    SELECT wanted.platform, chosen.connection_id, chosen.problem
    FROM (SELECT DISTINCT unnest(post.platforms) AS platform) AS wanted
    CROSS JOIN LATERAL (
        SELECT named.connection_id, CASE WHEN connection.id IS NULL THEN 'gone' END AS problem
        FROM unnest(post.connection_ids, post.connection_platforms) AS named (connection_id, platform)
        LEFT JOIN social_connections AS connection
          ON connection.id = named.connection_id AND connection.owner_id = post.owner_id
        WHERE named.platform = wanted.platform
        UNION ALL
        SELECT CASE WHEN earlier.found THEN earlier.connection_id ELSE default_connection.id END,
               CASE WHEN earlier.connection_id IS NOT NULL AND earlier_connection.id IS NULL THEN 'gone'
                    WHEN earlier.found IS NULL AND default_connection.id IS NULL THEN 'none' END
        FROM (VALUES (NULL)) AS one
        LEFT JOIN LATERAL (
            SELECT connection_id, true AS found
            FROM publications
            WHERE post_id = post.id AND owner_id = post.owner_id AND platform = wanted.platform
              AND state IN {queue.counted}
            LIMIT 1
        ) AS earlier ON true
        LEFT JOIN social_connections AS earlier_connection
          ON earlier_connection.id = earlier.connection_id AND earlier_connection.owner_id = post.owner_id
        LEFT JOIN LATERAL (
            SELECT id
            FROM social_connections
            WHERE owner_id = post.owner_id AND platform = wanted.platform
            ORDER BY is_default DESC, created_at, id
            LIMIT 1
        ) AS default_connection ON true
        WHERE wanted.platform <> ALL(post.connection_platforms)
    ) AS chosen
)

-- name: accounts
-- The accounts to which a post goes, to be joined with CROSS JOIN LATERAL: see ``destinations``. Returns one row with
-- the platforms and the handles of the accounts, in the order of the post's platforms. An account that is no longer
-- connected is omitted.
(
    SELECT coalesce(jsonb_agg(jsonb_build_object('platform', connection.platform, 'handle', connection.handle)
                              ORDER BY array_position(post.platforms, destination.platform), connection.handle,
                                       connection.id), '[]') AS accounts
    FROM {queue.destinations} AS destination
    JOIN social_connections AS connection
      ON connection.id = destination.connection_id AND connection.owner_id = post.owner_id
)
