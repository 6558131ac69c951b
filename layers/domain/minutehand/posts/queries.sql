-- Each statement that serves a caller filters by owner, so that the caller cannot read or change other owners' posts.
-- Each statement that changes a post also inserts the event of the change.

-- name: create
-- Create a post, which is scheduled if it has a time, and otherwise a draft. {fields} are the columns that
-- `minutehand.posts.forms.post` declares, and %(values)s has their values. The owner's settings provide the time zone
-- if the request has none, and may require an approval. Returns no row if the owner has at least %(max_open_posts)s
-- open posts.
WITH given AS (
    SELECT complete.*
    FROM {owners.settings} AS settings
    CROSS JOIN jsonb_populate_record(NULL::social_posts, %(values)s::jsonb) AS written
    CROSS JOIN jsonb_populate_record(written, jsonb_build_object(
        'timezone', coalesce(written.timezone, settings.timezone),
        'approval_required', written.approval_required OR settings.require_approval)) AS complete
), created AS (
    INSERT INTO social_posts ({fields}, connection_platforms, publish_on_approval, status, approval_status, created_by,
                              owner_id, created_at, updated_at)
    SELECT {fields}, connection_platforms, approval_required AND coalesce(publish_on_approval, false),
           CASE WHEN scheduled_at IS NULL THEN 'draft' ELSE 'scheduled' END,
           CASE WHEN approval_required THEN 'pending' END,
           %(actor)s, %(owner_id)s, %(now)s, %(now)s
    FROM given
    WHERE (SELECT count(*) FROM (
               SELECT FROM social_posts
               WHERE owner_id = %(owner_id)s AND status IN ('draft', 'scheduled', 'queued')
               LIMIT %(max_open_posts)s
           ) AS open) < %(max_open_posts)s
    RETURNING *
), event AS (
    INSERT INTO events (post_id, owner_id, actor, actor_name, type, data, at)
    SELECT id, owner_id, created_by, %(actor_name)s, 'post.created',
           jsonb_strip_nulls(jsonb_build_object('status', status, 'scheduledAt', scheduled_at)), %(now)s
    FROM created
)
SELECT post.*, resembling.neighbours
FROM created AS post
CROSS JOIN LATERAL {posts.neighbours} AS resembling;

-- name: update
-- Change the given fields of an editable post. If no row is returned, the post was not changed, and the row that `find`
-- returns shows the reason. The post keeps its job while it stays scheduled. A change to a field in %(published)s
-- resets the approval to pending. If the owner's settings require an approval of every post, such a change also sets
-- this requirement for the post, and no change removes it. The event has up to %(max_characters)s characters of the old
-- values, and as many of the new values, divided equally among the changed fields. Longer values are truncated.
-- {fields} are the columns that `minutehand.posts.forms.post` declares, and %(values)s has the values of the given
-- fields.
WITH before AS (
    SELECT post
    FROM social_posts AS post
    WHERE id = %(post_id)s AND owner_id = %(owner_id)s AND status IN ('draft', 'scheduled')
      AND (%(version)s::integer IS NULL OR version = %(version)s)
      AND (%(assumed_timezone)s::text IS NULL OR timezone = %(assumed_timezone)s)
      AND (%(may_lift)s::boolean OR NOT approval_required
           OR coalesce((%(values)s::jsonb -> 'approval_required')::boolean, true))
    FOR UPDATE
), edited AS (
    SELECT edited.*, difference.*
    FROM before
    CROSS JOIN to_jsonb(before.post) AS old
    CROSS JOIN {owners.settings} AS settings
    CROSS JOIN jsonb_populate_record(before.post, %(values)s::jsonb) AS written
    CROSS JOIN jsonb_populate_record(written, jsonb_build_object(
        'approval_required', written.approval_required OR (settings.require_approval AND (
            (before.post).approval_required
            OR EXISTS (SELECT FROM unnest(%(columns)s::text[], %(names)s::text[]) AS field (key, name)
                       WHERE field.name = ANY(%(published)s::text[])
                         AND old -> field.key IS DISTINCT FROM to_jsonb(written) -> field.key))))) AS given
    CROSS JOIN jsonb_populate_record(given, jsonb_build_object(
        'platforms', given.platforms
            || ARRAY(SELECT DISTINCT named.platform -- the platforms of the connections in the new value
                     FROM jsonb_array_elements_text(%(values)s::jsonb -> 'connection_platforms') AS named (platform)
                     WHERE named.platform <> ALL(given.platforms)
                     ORDER BY named.platform),
        'publish_on_approval', given.publish_on_approval AND given.approval_required
                               AND NOT %(values)s::jsonb ? 'scheduled_at',
        'scheduled_at', CASE WHEN given.publish_on_approval AND NOT given.approval_required
                                  AND NOT %(values)s::jsonb ? 'scheduled_at' THEN %(now)s
                             ELSE given.scheduled_at END)) AS edited
    CROSS JOIN to_jsonb(edited) AS new
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(name ORDER BY position) FILTER (WHERE side = 'new'), ARRAY[]::text[]) AS changed,
               jsonb_object_agg(name, shown) FILTER (WHERE side = 'old') AS old_values,
               jsonb_object_agg(name, shown) FILTER (WHERE side = 'new') AS new_values
        FROM (
            SELECT field.name, field.position, old -> field.key AS old_value, new -> field.key AS new_value,
                   %(max_characters)s / count(*) OVER () AS max_length
            FROM unnest(%(columns)s::text[], %(names)s::text[]) WITH ORDINALITY AS field (key, name, position)
            WHERE old -> field.key IS DISTINCT FROM new -> field.key
        ) AS field
        CROSS JOIN LATERAL (VALUES ('old', old_value), ('new', new_value)) AS each (side, value)
        CROSS JOIN LATERAL (SELECT each.value #>> ARRAY[]::text[] AS text) AS written
        CROSS JOIN LATERAL (
            SELECT CASE WHEN length(text) > max_length THEN to_jsonb(left(text, max_length::integer - 1) || '…')
                        ELSE each.value END AS shown
        ) AS cut
    ) AS difference
), updated AS (
    UPDATE social_posts AS post
    SET ({fields}, connection_platforms, publish_on_approval)
            = (SELECT {fields}, connection_platforms, publish_on_approval FROM edited),
        status = CASE WHEN edited.scheduled_at IS NULL THEN 'draft' ELSE 'scheduled' END,
        job_id = CASE WHEN edited.scheduled_at IS NOT NULL THEN post.job_id END,
        approval_status = CASE
            WHEN NOT edited.approval_required THEN NULL
            WHEN edited.changed && %(published)s::text[] OR NOT post.approval_required THEN 'pending'
            ELSE post.approval_status END,
        version = CASE WHEN cardinality(edited.changed) > 0 THEN post.version + 1 ELSE post.version END,
        updated_at = CASE WHEN cardinality(edited.changed) > 0 THEN %(now)s ELSE post.updated_at END
    FROM edited
    WHERE post.id = edited.id AND post.owner_id = %(owner_id)s
    RETURNING post.*, edited.changed, edited.old_values, edited.new_values
), event AS (
    INSERT INTO events (post_id, owner_id, actor, actor_name, type, data, at)
    SELECT id, owner_id, %(actor)s, %(actor_name)s, 'post.updated',
           jsonb_build_object('changed', changed, 'old', old_values, 'new', new_values), %(now)s
    FROM updated
    WHERE cardinality(changed) > 0
)
SELECT post.*, resembling.neighbours
FROM updated AS post
CROSS JOIN LATERAL {posts.neighbours} AS resembling;

-- name: named_connections
-- Return the platforms of these connections. Connections of other owners are omitted.
SELECT id, platform FROM social_connections WHERE id = ANY(%(ids)s) AND owner_id = %(owner_id)s;

-- name: delete
-- Delete a draft, scheduled or failed post, unless one of its publications is public or may be public. If no row is
-- returned, the post was not deleted. Only queued posts are published, so the publications cannot change while a post
-- that is not queued is locked.
WITH doomed AS (
    SELECT id
    FROM social_posts AS post
    WHERE post.id = %(post_id)s AND post.owner_id = %(owner_id)s AND post.status IN ('draft', 'scheduled', 'failed')
      AND NOT EXISTS (
          SELECT FROM publications
          WHERE post_id = post.id AND state IN {queue.live}
      )
    FOR UPDATE
), deleted AS (
    DELETE FROM social_posts AS post
    USING doomed
    WHERE post.id = doomed.id
    RETURNING post.*
), event AS (
    INSERT INTO events (post_id, owner_id, actor, actor_name, type, data, at)
    SELECT id, owner_id, %(actor)s, %(actor_name)s, 'post.deleted',
           jsonb_strip_nulls(jsonb_build_object('status', status, 'scheduledAt', scheduled_at)), %(now)s
    FROM deleted
)
SELECT id FROM deleted;

-- name: find
-- Return one post.
SELECT * FROM social_posts WHERE id = %(post_id)s AND owner_id = %(owner_id)s;

-- name: publications
-- Return the publications of these posts: all publications of the current job, and the published and unknown
-- publications of earlier jobs.
SELECT {posts.shown_publication}
FROM unnest(%(post_ids)s::uuid[]) AS wanted (id)
-- OFFSET 0 keeps Postgres from merging the subqueries, so that no plan reads the posts or publications of all owners
CROSS JOIN LATERAL (
    SELECT id, job_id FROM social_posts WHERE id = wanted.id AND owner_id = %(owner_id)s OFFSET 0
) AS post
CROSS JOIN LATERAL (
    SELECT *
    FROM publications
    WHERE post_id = post.id AND (job_id = post.job_id OR state IN {queue.counted})
    OFFSET 0
) AS publication
ORDER BY publication.post_id, publication.platform, publication.connection_id, publication.part, publication.id;

-- name: destinations
-- Return the connections to which a post goes.
SELECT destination.connection_id
FROM social_posts AS post
CROSS JOIN LATERAL {queue.destinations} AS destination
WHERE post.id = %(post_id)s AND post.owner_id = %(owner_id)s AND destination.connection_id IS NOT NULL;

-- name: accounts
-- Return the accounts to which each of these posts goes.
SELECT post.id AS post_id, going.accounts
FROM unnest(%(post_ids)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT id, owner_id, platforms, connection_ids, connection_platforms
    FROM social_posts
    WHERE id = wanted.id AND owner_id = %(owner_id)s
    OFFSET 0
) AS post
CROSS JOIN LATERAL {queue.accounts} AS going;

-- name: limits
-- For each connection to which a post goes, return the limits of its server, or NULL if they are unknown. The post's
-- values are parameters, because the post may be unsaved.
SELECT destination.platform, connection.limits
FROM (
    SELECT %(post_id)s::uuid AS id, %(owner_id)s::text AS owner_id, %(platforms)s::text[] AS platforms,
           %(connection_ids)s::uuid[] AS connection_ids, %(connection_platforms)s::text[] AS connection_platforms
) AS post
CROSS JOIN LATERAL {queue.destinations} AS destination
JOIN social_connections AS connection
  ON connection.id = destination.connection_id AND connection.owner_id = post.owner_id;

-- name: neighbours
-- Return the other posts of the owner that resemble a post. The post's values are parameters, because the post may be
-- unsaved.
SELECT resembling.neighbours
FROM (
    SELECT %(post_id)s::uuid AS id, %(owner_id)s::text AS owner_id, %(platforms)s::text[] AS platforms,
           %(connection_ids)s::uuid[] AS connection_ids, %(connection_platforms)s::text[] AS connection_platforms,
           %(content)s::text AS content, %(scheduled_at)s::timestamptz AS scheduled_at
) AS post
CROSS JOIN LATERAL {posts.neighbours} AS resembling;

-- name: list_newest
-- Return a page of posts, newest first.
SELECT post.*
FROM social_posts AS post
WHERE {posts.filters}
  AND {posts.after_newest}
ORDER BY post.created_at DESC, post.id DESC
LIMIT %(limit)s OFFSET %(skip)s;

-- name: list_oldest
-- Return a page of posts, oldest first.
SELECT post.*
FROM social_posts AS post
WHERE {posts.filters}
  AND {posts.after_oldest}
ORDER BY post.created_at, post.id
LIMIT %(limit)s OFFSET %(skip)s;

-- name: list_scheduled
-- Return a page of posts, in the order of their scheduled times. Posts without a scheduled time come last.
SELECT post.*
FROM social_posts AS post
WHERE {posts.filters}
  AND {posts.after_scheduled}
ORDER BY coalesce(post.scheduled_at, 'infinity'::timestamptz), post.id
LIMIT %(limit)s OFFSET %(skip)s;

-- name: list_latest
-- Return a page of posts, with the latest scheduled time first. Posts without a scheduled time come before all
-- others.
SELECT post.*
FROM social_posts AS post
WHERE {posts.filters}
  AND {posts.after_latest}
ORDER BY coalesce(post.scheduled_at, 'infinity'::timestamptz) DESC, post.id DESC
LIMIT %(limit)s OFFSET %(skip)s;

-- name: several_newest
-- Return a page of the posts with one of several statuses, newest first. The inner query reads a page for each status,
-- in the order of an index by status. The inner query compares the status with BETWEEN, so that no other index provides
-- this order. With an equals sign, a plan could read all posts of the owner for a status that is missing in the
-- statistics.
SELECT page.*
FROM unnest(%(statuses)s::text[]) AS wanted (status)
CROSS JOIN LATERAL (
    SELECT post.*
    FROM social_posts AS post
    WHERE {posts.filters}
      AND post.status BETWEEN wanted.status AND wanted.status
      AND (%(after_id)s::uuid IS NULL
           OR (post.status, post.created_at, post.id) < (wanted.status, %(after_at)s::timestamptz, %(after_id)s))
    ORDER BY post.status DESC, post.created_at DESC, post.id DESC
    LIMIT %(limit)s::bigint + %(skip)s::bigint
) AS page
ORDER BY page.created_at DESC, page.id DESC
LIMIT %(limit)s OFFSET %(skip)s;

-- name: several_oldest
-- Return a page of the posts with one of several statuses, oldest first; see several_newest.
SELECT page.*
FROM unnest(%(statuses)s::text[]) AS wanted (status)
CROSS JOIN LATERAL (
    SELECT post.*
    FROM social_posts AS post
    WHERE {posts.filters}
      AND post.status BETWEEN wanted.status AND wanted.status
      AND (%(after_id)s::uuid IS NULL
           OR (post.status, post.created_at, post.id) > (wanted.status, %(after_at)s::timestamptz, %(after_id)s))
    ORDER BY post.status, post.created_at, post.id
    LIMIT %(limit)s::bigint + %(skip)s::bigint
) AS page
ORDER BY page.created_at, page.id
LIMIT %(limit)s OFFSET %(skip)s;

-- name: several_scheduled
-- Return a page of the posts with one of several statuses, in the order of their scheduled times; see
-- several_newest. Posts without a scheduled time come last.
SELECT page.*
FROM unnest(%(statuses)s::text[]) AS wanted (status)
CROSS JOIN LATERAL (
    SELECT post.*
    FROM social_posts AS post
    WHERE {posts.filters}
      AND post.status BETWEEN wanted.status AND wanted.status
      AND (%(after_id)s::uuid IS NULL
           OR (post.status, coalesce(post.scheduled_at, 'infinity'::timestamptz), post.id)
            > (wanted.status, coalesce(%(after_at)s::timestamptz, 'infinity'::timestamptz), %(after_id)s))
    ORDER BY post.status, coalesce(post.scheduled_at, 'infinity'::timestamptz), post.id
    LIMIT %(limit)s::bigint + %(skip)s::bigint
) AS page
ORDER BY coalesce(page.scheduled_at, 'infinity'::timestamptz), page.id
LIMIT %(limit)s OFFSET %(skip)s;

-- name: several_latest
-- Return a page of the posts with one of several statuses, with the latest scheduled time first; see
-- several_newest. Posts without a scheduled time come before all others.
SELECT page.*
FROM unnest(%(statuses)s::text[]) AS wanted (status)
CROSS JOIN LATERAL (
    SELECT post.*
    FROM social_posts AS post
    WHERE {posts.filters}
      AND post.status BETWEEN wanted.status AND wanted.status
      AND (%(after_id)s::uuid IS NULL
           OR (post.status, coalesce(post.scheduled_at, 'infinity'::timestamptz), post.id)
            < (wanted.status, coalesce(%(after_at)s::timestamptz, 'infinity'::timestamptz), %(after_id)s))
    ORDER BY post.status DESC, coalesce(post.scheduled_at, 'infinity'::timestamptz) DESC, post.id DESC
    LIMIT %(limit)s::bigint + %(skip)s::bigint
) AS page
ORDER BY coalesce(page.scheduled_at, 'infinity'::timestamptz) DESC, page.id DESC
LIMIT %(limit)s OFFSET %(skip)s;

-- name: search_newest
-- Return a page of the posts that match a filter by words, by connection or by both, newest first. If there are fewer
-- than %(max_found)s candidates, the statement finds and sorts the candidates, and compares them with the filters until
-- the page is full. Otherwise, the statement reads the list in its order until the page is full.
WITH found AS MATERIALIZED (
    SELECT post_id FROM {posts.candidates} AS candidate LIMIT %(max_found)s
)
SELECT page.*
FROM (
    (SELECT post.*
     FROM (
         SELECT *
         FROM social_posts
         WHERE owner_id = %(owner_id)s AND (SELECT count(*) FROM found) < %(max_found)s
           AND id = ANY(ARRAY(SELECT post_id FROM found UNION ALL {posts.open_candidates}))
         ORDER BY created_at DESC, id DESC
     ) AS post
     WHERE {posts.filters}
       AND (%(statuses)s::text[] IS NULL OR post.status = ANY(%(statuses)s))
       AND {posts.after_newest}
     ORDER BY post.created_at DESC, post.id DESC
     LIMIT %(limit)s::bigint + %(skip)s::bigint)
    UNION ALL
    (SELECT post.*
     FROM social_posts AS post
     WHERE {posts.filters}
       AND (SELECT count(*) FROM found) = %(max_found)s
       AND (%(statuses)s::text[] IS NULL OR post.status = ANY(%(statuses)s))
       AND (%(words)s::text IS NULL
            OR (SELECT words @@ owner_words_query(%(owner_id)s, %(words)s) FROM post_words WHERE post_id = post.id))
       AND {posts.after_newest}
     ORDER BY post.created_at DESC, post.id DESC
     LIMIT %(limit)s::bigint + %(skip)s::bigint)
) AS page
ORDER BY page.created_at DESC, page.id DESC
LIMIT %(limit)s OFFSET %(skip)s;

-- name: search_oldest
-- Return a page of the posts that match a filter by words, by connection or by both, oldest first; see search_newest.
WITH found AS MATERIALIZED (
    SELECT post_id FROM {posts.candidates} AS candidate LIMIT %(max_found)s
)
SELECT page.*
FROM (
    (SELECT post.*
     FROM (
         SELECT *
         FROM social_posts
         WHERE owner_id = %(owner_id)s AND (SELECT count(*) FROM found) < %(max_found)s
           AND id = ANY(ARRAY(SELECT post_id FROM found UNION ALL {posts.open_candidates}))
         ORDER BY created_at, id
     ) AS post
     WHERE {posts.filters}
       AND (%(statuses)s::text[] IS NULL OR post.status = ANY(%(statuses)s))
       AND {posts.after_oldest}
     ORDER BY post.created_at, post.id
     LIMIT %(limit)s::bigint + %(skip)s::bigint)
    UNION ALL
    (SELECT post.*
     FROM social_posts AS post
     WHERE {posts.filters}
       AND (SELECT count(*) FROM found) = %(max_found)s
       AND (%(statuses)s::text[] IS NULL OR post.status = ANY(%(statuses)s))
       AND (%(words)s::text IS NULL
            OR (SELECT words @@ owner_words_query(%(owner_id)s, %(words)s) FROM post_words WHERE post_id = post.id))
       AND {posts.after_oldest}
     ORDER BY post.created_at, post.id
     LIMIT %(limit)s::bigint + %(skip)s::bigint)
) AS page
ORDER BY page.created_at, page.id
LIMIT %(limit)s OFFSET %(skip)s;

-- name: search_scheduled
-- Return a page of the posts that match a filter by words, by connection or by both, in the order of their scheduled
-- times; see search_newest. Posts without a scheduled time come last.
WITH found AS MATERIALIZED (
    SELECT post_id FROM {posts.candidates} AS candidate LIMIT %(max_found)s
)
SELECT page.*
FROM (
    (SELECT post.*
     FROM (
         SELECT *
         FROM social_posts
         WHERE owner_id = %(owner_id)s AND (SELECT count(*) FROM found) < %(max_found)s
           AND id = ANY(ARRAY(SELECT post_id FROM found UNION ALL {posts.open_candidates}))
         ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz), id
     ) AS post
     WHERE {posts.filters}
       AND (%(statuses)s::text[] IS NULL OR post.status = ANY(%(statuses)s))
       AND {posts.after_scheduled}
     ORDER BY coalesce(post.scheduled_at, 'infinity'::timestamptz), post.id
     LIMIT %(limit)s::bigint + %(skip)s::bigint)
    UNION ALL
    (SELECT post.*
     FROM social_posts AS post
     WHERE {posts.filters}
       AND (SELECT count(*) FROM found) = %(max_found)s
       AND (%(statuses)s::text[] IS NULL OR post.status = ANY(%(statuses)s))
       AND (%(words)s::text IS NULL
            OR (SELECT words @@ owner_words_query(%(owner_id)s, %(words)s) FROM post_words WHERE post_id = post.id))
       AND {posts.after_scheduled}
     ORDER BY coalesce(post.scheduled_at, 'infinity'::timestamptz), post.id
     LIMIT %(limit)s::bigint + %(skip)s::bigint)
) AS page
ORDER BY coalesce(page.scheduled_at, 'infinity'::timestamptz), page.id
LIMIT %(limit)s OFFSET %(skip)s;

-- name: search_latest
-- Return a page of the posts that match a filter by words, by connection or by both, with the latest scheduled
-- time first; see search_newest. Posts without a scheduled time come before all others.
WITH found AS MATERIALIZED (
    SELECT post_id FROM {posts.candidates} AS candidate LIMIT %(max_found)s
)
SELECT page.*
FROM (
    (SELECT post.*
     FROM (
         SELECT *
         FROM social_posts
         WHERE owner_id = %(owner_id)s AND (SELECT count(*) FROM found) < %(max_found)s
           AND id = ANY(ARRAY(SELECT post_id FROM found UNION ALL {posts.open_candidates}))
         ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz) DESC, id DESC
     ) AS post
     WHERE {posts.filters}
       AND (%(statuses)s::text[] IS NULL OR post.status = ANY(%(statuses)s))
       AND {posts.after_latest}
     ORDER BY coalesce(post.scheduled_at, 'infinity'::timestamptz) DESC, post.id DESC
     LIMIT %(limit)s::bigint + %(skip)s::bigint)
    UNION ALL
    (SELECT post.*
     FROM social_posts AS post
     WHERE {posts.filters}
       AND (SELECT count(*) FROM found) = %(max_found)s
       AND (%(statuses)s::text[] IS NULL OR post.status = ANY(%(statuses)s))
       AND (%(words)s::text IS NULL
            OR (SELECT words @@ owner_words_query(%(owner_id)s, %(words)s) FROM post_words WHERE post_id = post.id))
       AND {posts.after_latest}
     ORDER BY coalesce(post.scheduled_at, 'infinity'::timestamptz) DESC, post.id DESC
     LIMIT %(limit)s::bigint + %(skip)s::bigint)
) AS page
ORDER BY coalesce(page.scheduled_at, 'infinity'::timestamptz) DESC, page.id DESC
LIMIT %(limit)s OFFSET %(skip)s;

-- name: plan
-- Return a page of the posts that are to be published in a period, in the order of their times. Each post has its
-- destinations and its neighbours: see the fragment ``neighbours``.
SELECT post.*, going.destinations, resembling.neighbours
FROM (
    SELECT post.*
    FROM social_posts AS post
    WHERE post.owner_id = %(owner_id)s AND post.status IN ('scheduled', 'queued')
      AND coalesce(post.scheduled_at, 'infinity'::timestamptz) >= %(since)s
      AND coalesce(post.scheduled_at, 'infinity'::timestamptz) < %(until)s
      AND {posts.after_scheduled}
    ORDER BY coalesce(post.scheduled_at, 'infinity'::timestamptz), post.id
    LIMIT %(limit)s
) AS post
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'platform', destination.platform, 'connectionId', destination.connection_id,
               'problem', destination.problem, 'limits', connection.limits)
               ORDER BY destination.platform, destination.connection_id), '[]') AS destinations
    FROM {queue.destinations} AS destination
    LEFT JOIN social_connections AS connection
      ON connection.id = destination.connection_id AND connection.owner_id = %(owner_id)s
) AS going
CROSS JOIN LATERAL {posts.neighbours} AS resembling
ORDER BY coalesce(post.scheduled_at, 'infinity'::timestamptz), post.id;

-- name: calendar
-- Return a page of the posts with a time in a period, in the order of their times. Each row has the data that a
-- calendar shows: the beginning of the text, the number of media items, a thumbnail, and the states, the connections and
-- the first failure of the publications.
SELECT post.id, post.status, post.scheduled_at, post.timezone, post.platforms, post.connection_ids,
       left(post.content, %(max_characters)s) AS text, cardinality(post.media_urls) AS media_count,
       post.approval_status, post.campaign, post.version, shown.failure_code, shown.states,
       shown.published_on, thumbnail.id AS thumbnail_id
FROM (
    SELECT post.*
    FROM social_posts AS post
    WHERE {posts.filters}
      AND (%(statuses)s::text[] IS NULL OR post.status = ANY(%(statuses)s))
      AND (%(words)s::text IS NULL OR {posts.matches})
      AND {posts.after_scheduled}
    ORDER BY coalesce(post.scheduled_at, 'infinity'::timestamptz), post.id
    LIMIT %(limit)s
) AS post
CROSS JOIN LATERAL (
    SELECT (array_agg(failure_code ORDER BY platform, connection_id, part, id)
                FILTER (WHERE state IN {queue.failed}))[1] AS failure_code,
           coalesce(array_agg(DISTINCT state), '{}') AS states,
           coalesce(array_agg(DISTINCT connection_id) FILTER (WHERE connection_id IS NOT NULL), '{}') AS published_on
    FROM publications
    WHERE post_id = post.id AND (job_id = post.job_id OR state IN {queue.counted})
) AS shown
LEFT JOIN LATERAL (
    SELECT media.id, array_position(post.media_urls, 'media:' || media.id) AS position
    FROM media
    WHERE media.id = ANY (post.media_ids) AND media.owner_id = %(owner_id)s AND media.has_thumbnail
    ORDER BY position
    LIMIT 1
) AS thumbnail ON thumbnail.position IS NOT NULL -- the media items of options have no position
ORDER BY coalesce(post.scheduled_at, 'infinity'::timestamptz), post.id;

-- name: lock
-- Return one post and lock it until the transaction ends.
SELECT * FROM social_posts WHERE id = %(post_id)s AND owner_id = %(owner_id)s FOR UPDATE;

-- name: decide
-- Approve or reject a post whose row is locked. The approval of a scheduled post with publish_on_approval sets the time
-- of the post to now. An approval stores the connections on which the post will be published, so that a new default
-- connection does not change them.
WITH fixed AS (
    SELECT coalesce(array_agg(connection_id ORDER BY position, platform, connection_id), '{}') AS ids,
           coalesce(array_agg(platform ORDER BY position, platform, connection_id), '{}') AS platforms
    FROM (
        SELECT destination.connection_id, destination.platform,
               array_position(post.connection_ids, destination.connection_id) AS position
        FROM social_posts AS post
        CROSS JOIN LATERAL {queue.destinations} AS destination
        WHERE post.id = %(post_id)s AND post.owner_id = %(owner_id)s AND destination.connection_id IS NOT NULL
    ) AS destinations
), decided AS (
    UPDATE social_posts
    SET approval_status = %(approval_status)s,
        approval_by = %(actor)s,
        approval_at = %(now)s,
        approval_comment = %(comment)s,
        scheduled_at = CASE WHEN %(approval_status)s = 'approved' AND publish_on_approval AND status = 'scheduled'
                            THEN %(now)s ELSE scheduled_at END,
        connection_ids = CASE WHEN %(approval_status)s = 'approved' THEN fixed.ids ELSE connection_ids END,
        connection_platforms = CASE WHEN %(approval_status)s = 'approved' THEN fixed.platforms
                                    ELSE connection_platforms END,
        version = version + 1,
        updated_at = %(now)s
    FROM fixed
    WHERE id = %(post_id)s AND owner_id = %(owner_id)s AND approval_required
    RETURNING id, owner_id, scheduled_at, connection_ids, connection_platforms
), event AS (
    INSERT INTO events (post_id, owner_id, actor, actor_name, type, data, at)
    SELECT id, owner_id, %(actor)s, %(actor_name)s, 'post.' || %(approval_status)s::text,
           jsonb_strip_nulls(jsonb_build_object(
               'version', %(version)s::integer, 'comment', %(comment)s::text,
               'connectionIds', CASE WHEN %(approval_status)s = 'approved' THEN connection_ids END)),
           %(now)s
    FROM decided
)
SELECT scheduled_at, connection_platforms FROM decided;

-- name: archive
-- Archive a published or failed post, unless one of its publications is unknown, and delete its link cards. If no row
-- is returned, the post was not archived. Only queued posts are published, so the publications cannot change while a
-- post that is not queued is locked.
WITH ended AS (
    SELECT id
    FROM social_posts AS post
    WHERE post.id = %(post_id)s AND post.owner_id = %(owner_id)s AND post.status IN ('published', 'failed')
      AND NOT EXISTS (SELECT FROM publications WHERE post_id = post.id AND state = 'unknown')
    FOR UPDATE
), archived AS (
    UPDATE social_posts AS post
    SET status = 'archived', version = post.version + 1, updated_at = %(now)s
    FROM ended
    WHERE post.id = ended.id
    RETURNING post.id, post.owner_id
), cards AS (
    DELETE FROM link_cards USING archived WHERE link_cards.post_id = archived.id
), event AS (
    INSERT INTO events (post_id, owner_id, actor, actor_name, type, at)
    SELECT id, owner_id, %(actor)s, %(actor_name)s, 'post.archived', %(now)s FROM archived
)
SELECT id FROM archived;

-- name: archive_older
-- Archive up to %(limit)s posts that were published before %(before)s, of one owner or of all owners, and delete their
-- link cards. Concurrent statements never archive the same post.
WITH old AS (
    SELECT id
    FROM social_posts
    WHERE status = 'published'
      AND posted_at < %(before)s
      AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
    ORDER BY posted_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), archived AS (
    UPDATE social_posts AS post
    SET status = 'archived', version = version + 1, updated_at = %(now)s
    FROM old
    WHERE post.id = old.id
    RETURNING post.id, post.owner_id
), cards AS (
    DELETE FROM link_cards USING archived WHERE link_cards.post_id = archived.id
), event AS (
    INSERT INTO events (post_id, owner_id, actor, actor_name, type, data, at)
    SELECT id, owner_id, %(actor)s, %(actor_name)s, 'post.archived', jsonb_build_object('daysOld', %(days_old)s::integer), %(now)s
    FROM archived
)
SELECT id FROM archived;

-- name: history
-- Return the events of a post, newest first.
SELECT type, actor, actor_name, at, data
FROM events
WHERE post_id = %(post_id)s AND owner_id = %(owner_id)s
ORDER BY id DESC
LIMIT %(limit)s;

-- name: attempts
-- Return the ledger of a post's publications in all its jobs, newest first.
SELECT attempt.publication_id, publication.job_id, publication.platform, publication.part, attempt.attempt,
       attempt.event, attempt.code, attempt.reason, attempt.at
FROM publications AS publication
JOIN publication_attempts AS attempt ON attempt.publication_id = publication.id
WHERE publication.post_id = %(post_id)s AND publication.owner_id = %(owner_id)s
ORDER BY attempt.id DESC
LIMIT %(limit)s;

-- name: metrics
-- Return the metrics of a post's publications, newest first: those that the collector has read, and those that the
-- operator has imported.
WITH publication AS (
    SELECT id, owner_id, platform FROM publications WHERE post_id = %(post_id)s AND owner_id = %(owner_id)s
), measured AS (
    SELECT publication.id AS publication_id, publication.platform, metric.key AS name, metric.value -> 'value' AS value,
           metric.value ->> 'unit' AS unit, metric.value ->> 'name' AS platform_name, snapshot.taken_at AS at
    FROM publication
    JOIN metric_snapshots AS snapshot
      ON snapshot.publication_id = publication.id AND snapshot.owner_id = publication.owner_id
    CROSS JOIN LATERAL jsonb_each(snapshot.metrics) AS metric
    UNION ALL
    SELECT publication.id, publication.platform, imported.name, to_jsonb(imported.value), NULL, NULL,
           imported.measured_at
    FROM publication
    JOIN post_metrics AS imported ON imported.publication_id = publication.id
)
SELECT * FROM measured
ORDER BY at DESC, publication_id, name
LIMIT %(limit)s;

-- name: metric_sums
-- For each of these posts that has metrics, return the time of the newest metric. Also return, for each count in
-- %(metric_names)s, the sum of the newest values of the post's publications.
SELECT measured.post_id, measured.as_of, metric.name, metric.value
FROM unnest(%(post_ids)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT post_id, max(taken_at) AS as_of
    FROM publication_metrics
    WHERE post_id = wanted.id AND owner_id = %(owner_id)s AND taken_at IS NOT NULL
    GROUP BY post_id
) AS measured
LEFT JOIN LATERAL (
    SELECT metric.key AS name, to_jsonb(sum((metric.value ->> 'value')::numeric)) AS value
    FROM publication_metrics AS newest
    CROSS JOIN LATERAL jsonb_each(newest.metrics) AS metric
    WHERE newest.post_id = wanted.id AND newest.owner_id = %(owner_id)s
      AND metric.key = ANY(%(metric_names)s::text[]) AND metric.value ->> 'unit' = 'count'
    GROUP BY metric.key
) AS metric ON true;
