-- The fragments of SQL that several statements on posts contain. In each statement, ``post`` is the alias of
-- social_posts.

-- name: shown_publication
-- The columns of ``publication`` that `minutehand.posts.publications` reads, with the ids of its post and job.
publication.id, publication.post_id, publication.job_id, publication.platform, publication.connection_id,
publication.part, publication.sandbox, publication.state, publication.due_at, publication.started_at,
publication.published_at, publication.permalink, publication.remote_id, publication.attempts,
publication.retrying_since, publication.next_attempt_at, publication.lease_until, publication.failure_code,
publication.failure_reason

-- name: filters
-- The condition that a post belongs to the owner and matches the filters of the list. Two filters have conditions of
-- their own: the words of a search, and a list of several statuses. A filter whose value is null does not restrict the
-- list, and Postgres removes its condition from the plan.
post.owner_id = %(owner_id)s
  AND (%(status)s::text IS NULL OR post.status = %(status)s)
  AND (%(platform)s::text IS NULL OR post.platforms @> ARRAY[%(platform)s::text])
  AND (%(campaign)s::text IS NULL OR post.campaign = %(campaign)s)
  AND (%(approval_status)s::text IS NULL OR post.approval_status = %(approval_status)s)
  AND (%(since)s::timestamptz IS NULL
       OR coalesce(post.scheduled_at, 'infinity'::timestamptz) >= %(since)s::timestamptz)
  AND (%(until)s::timestamptz IS NULL
       OR coalesce(post.scheduled_at, 'infinity'::timestamptz) < %(until)s::timestamptz)
  AND (%(failure_code)s::text IS NULL OR (post.status = 'failed' AND (post.id, post.job_id) IN (
      SELECT post_id, job_id
      FROM publications
      WHERE owner_id = %(owner_id)s AND failure_code = %(failure_code)s AND state IN {queue.failed})))
  AND (%(connection_id)s::uuid IS NULL
       OR EXISTS (
           SELECT FROM publications
           WHERE post_id = post.id AND connection_id = %(connection_id)s
             AND (job_id = post.job_id OR state IN {queue.counted}))
       OR (post.status IN ('draft', 'scheduled')
           AND {posts.may_go_to_connection}
           AND EXISTS (
               SELECT FROM {queue.destinations} AS destination
               WHERE destination.connection_id = %(connection_id)s)))
  AND (%(substrings)s::text[] IS NULL
       OR (SELECT bool_and(strpos(lower(concat_ws(E'\n', post.campaign, post.notes, post.content)), lower(part)) > 0)
           FROM unnest(%(substrings)s::text[]) AS part))

-- name: default_platform
-- An array with the platform whose default connection is the connection of the filter, or an empty array. The array
-- does not depend on the post, so Postgres evaluates it once for each statement. The array is never null, because
-- with a null array Postgres resolves the destinations of every draft and scheduled post.
ARRAY(
    SELECT connection.platform
    FROM social_connections AS connection
    WHERE connection.id = %(connection_id)s::uuid AND connection.owner_id = %(owner_id)s
      AND connection.id = (
          SELECT id
          FROM social_connections
          WHERE owner_id = connection.owner_id AND platform = connection.platform
          ORDER BY is_default DESC, created_at, id
          LIMIT 1))

-- name: may_go_to_connection
-- The condition that a draft or a scheduled post may go to the connection of the filter. Either the post names this
-- connection, or the connection is the default on a platform of the post, and the post names no connection on this
-- platform.
(%(connection_id)s::uuid = ANY(post.connection_ids)
 OR (post.platforms && {posts.default_platform} AND NOT post.connection_platforms && {posts.default_platform}))

-- name: candidates
-- The posts that contain all words of a search or, if the search has no words, the posts with a publication on the
-- connection of the filter. A post may occur more than once.
(
    SELECT post_id
    FROM post_words
    WHERE owner_id = %(owner_id)s AND words @@ owner_words_query(%(owner_id)s, %(words)s)
    UNION ALL
    SELECT post_id
    FROM publications
    WHERE %(words)s::text IS NULL AND owner_id = %(owner_id)s AND connection_id = %(connection_id)s::uuid
)

-- name: open_candidates
-- If the search has no words, the drafts and the scheduled posts that may go to the connection of the filter. The
-- owner's limit on open posts bounds their number.
(
    SELECT post.id AS post_id
    FROM social_posts AS post
    WHERE %(words)s::text IS NULL AND post.owner_id = %(owner_id)s AND post.status IN ('draft', 'scheduled')
      AND {posts.may_go_to_connection}
)

-- name: matches
-- The condition that a post contains all words of a search; see the function owner_words_query of the database.
post.id IN (
    SELECT post_id
    FROM post_words
    WHERE owner_id = %(owner_id)s AND words @@ owner_words_query(%(owner_id)s, %(words)s))

-- name: after_newest
-- The condition that a post comes after the cursor in a list that begins with the newest post.
(%(after_id)s::uuid IS NULL OR (post.created_at, post.id) < (%(after_at)s::timestamptz, %(after_id)s))

-- name: after_oldest
-- The condition that a post comes after the cursor in a list that begins with the oldest post.
(%(after_id)s::uuid IS NULL OR (post.created_at, post.id) > (%(after_at)s::timestamptz, %(after_id)s))

-- name: after_scheduled
-- The condition that a post comes after the cursor in a list in the order of the scheduled times.
(%(after_id)s::uuid IS NULL
 OR (coalesce(post.scheduled_at, 'infinity'::timestamptz), post.id)
  > (coalesce(%(after_at)s::timestamptz, 'infinity'::timestamptz), %(after_id)s))

-- name: after_latest
-- The condition that a post comes after the cursor in a list that begins with the latest scheduled time.
(%(after_id)s::uuid IS NULL
 OR (coalesce(post.scheduled_at, 'infinity'::timestamptz), post.id)
  < (coalesce(%(after_at)s::timestamptz, 'infinity'::timestamptz), %(after_id)s))

-- name: neighbours
-- The owner's posts with the same text as a post or too close to its time, to be joined with CROSS JOIN LATERAL. The
-- FROM clause must define a row ``post`` first, with content, scheduled_at and the columns that {queue.destinations} needs.
-- Returns one row with the column ``neighbours``: for each connection of the post, the nearest post with the same text
-- within 30 days, and the nearest post within the spacing in the owner's settings. At most 20 posts of each kind are
-- considered.
(
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'code', nearest.code, 'postId', nearest.id, 'scheduledAt', nearest.scheduled_at,
               'platform', nearest.platform, 'spacing', nearest.spacing_minutes)
               ORDER BY nearest.code DESC, nearest.platform, nearest.connection_id), '[]') AS neighbours
    FROM (
        SELECT DISTINCT ON (near.code, mine.connection_id)
               near.code, near.id, near.scheduled_at, near.spacing_minutes, mine.platform, mine.connection_id
        FROM (
            SELECT equal.*, NULL::integer AS spacing_minutes
            FROM (
                SELECT 'same_content' AS code, other.id, other.platforms, other.connection_ids,
                       other.connection_platforms, other.scheduled_at
                FROM post_words AS word
                JOIN social_posts AS other ON other.id = word.post_id
                WHERE word.owner_id = %(owner_id)s AND word.text_hash = text_hash(post.content)
                  AND other.id IS DISTINCT FROM post.id
                  AND other.status IN ('scheduled', 'queued', 'published', 'archived')
                  AND other.failure_reason IS NULL -- an archived post may have failed
                  AND other.scheduled_at BETWEEN post.scheduled_at - interval '30 days'
                                             AND post.scheduled_at + interval '30 days'
                LIMIT 20
            ) AS equal
            UNION ALL
            SELECT close.*, settings.spacing_minutes
            FROM {owners.settings} AS settings
            CROSS JOIN LATERAL (
                SELECT 'close_to_another' AS code, other.id, other.platforms, other.connection_ids,
                       other.connection_platforms, other.scheduled_at
                FROM social_posts AS other
                WHERE other.owner_id = %(owner_id)s AND other.id IS DISTINCT FROM post.id
                  AND other.status IN ('scheduled', 'queued', 'published')
                  AND coalesce(other.scheduled_at, 'infinity'::timestamptz)
                      > post.scheduled_at - settings.spacing_minutes * interval '1 minute'
                  AND coalesce(other.scheduled_at, 'infinity'::timestamptz)
                      < post.scheduled_at + settings.spacing_minutes * interval '1 minute'
                LIMIT 20
            ) AS close
            WHERE settings.spacing_minutes > 0
        ) AS near
        CROSS JOIN LATERAL (
            SELECT theirs.connection_id
            FROM (SELECT near.id, %(owner_id)s::text AS owner_id, near.platforms, near.connection_ids,
                         near.connection_platforms) AS post
            CROSS JOIN LATERAL {queue.destinations} AS theirs
        ) AS theirs
        JOIN LATERAL (
            SELECT destination.platform, destination.connection_id
            FROM {queue.destinations} AS destination
        ) AS mine ON mine.connection_id = theirs.connection_id
        ORDER BY near.code, mine.connection_id, abs(extract(epoch FROM near.scheduled_at - post.scheduled_at)), near.id
    ) AS nearest
)
