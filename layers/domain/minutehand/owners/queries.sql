-- The settings, the usage and the limits of an owner.

-- name: settings
-- Return the settings of an owner.
SELECT * FROM {owners.settings} AS settings;

-- name: change_settings
-- Change the settings in %(changes)s, and return all settings.
INSERT INTO owner_settings (owner_id, timezone, require_approval, spacing_minutes, updated_by, updated_at)
SELECT %(owner_id)s, changed.timezone, changed.require_approval, changed.spacing_minutes, %(actor)s, %(now)s
FROM {owners.settings} AS present
CROSS JOIN LATERAL jsonb_populate_record(
    NULL::owner_settings, to_jsonb(present) || %(changes)s::jsonb
) AS changed
ON CONFLICT (owner_id) DO UPDATE
SET timezone = coalesce(%(changes)s::jsonb ->> 'timezone', owner_settings.timezone),
    require_approval = coalesce((%(changes)s::jsonb -> 'require_approval')::boolean, owner_settings.require_approval),
    spacing_minutes = coalesce((%(changes)s::jsonb -> 'spacing_minutes')::integer, owner_settings.spacing_minutes),
    updated_by = excluded.updated_by, updated_at = excluded.updated_at
RETURNING timezone, require_approval, spacing_minutes, updated_by, updated_at;

-- name: count_exceptions
-- Return the number of scheduled and queued posts to which the setting requireApproval does not apply. If the setting
-- is on, these are the unapproved posts that do not require an approval. If the setting is off, these are the
-- unapproved posts that require an approval.
SELECT count(*) AS posts
FROM social_posts
WHERE owner_id = %(owner_id)s AND status IN ('scheduled', 'queued')
  AND approval_required <> %(require_approval)s AND approval_status IS DISTINCT FROM 'approved';

-- name: usage_of_posts
-- Return the number of posts whose times are at or after %(since)s and before %(until)s, and the outcomes of their
-- publications. ``key`` is null in the row with the totals, and otherwise identifies a group: a platform, or the
-- position in %(days)s of the beginning of a day. A failure does not count if the publication was retried. Posts
-- without an outcome do not count.
WITH scheduled AS (
    SELECT id, job_id, width_bucket(scheduled_at, %(days)s::timestamptz[]) AS day
    FROM social_posts
    WHERE owner_id = %(owner_id)s
      AND coalesce(scheduled_at, 'infinity'::timestamptz) >= %(since)s
      AND coalesce(scheduled_at, 'infinity'::timestamptz) < %(until)s
), counted AS (
    SELECT scheduled.id, outcome.published, outcome.failed, outcome.unknown,
           CASE %(group_by)s::text WHEN 'day' THEN scheduled.day::text WHEN 'platform' THEN outcome.platform END AS key
    FROM scheduled
    CROSS JOIN LATERAL ( -- an aggregate, so that no plan reads the publications of all posts
        SELECT platform,
               count(*) FILTER (WHERE state = 'published') AS published,
               count(*) FILTER (WHERE state = 'failed') AS failed,
               count(*) FILTER (WHERE state = 'unknown') AS unknown
        FROM publications
        WHERE post_id = scheduled.id
          AND (state IN {queue.counted} OR (state = 'failed' AND job_id = scheduled.job_id))
        GROUP BY platform
    ) AS outcome
)
SELECT key, count(DISTINCT id) AS posts, sum(published)::bigint AS published, sum(failed)::bigint AS failed,
       sum(unknown)::bigint AS unknown
FROM counted
GROUP BY GROUPING SETS ((), (key))
HAVING count(*) > 0 AND (GROUPING(key) = 1 OR key IS NOT NULL);

-- name: usage_of_media
-- Return the total size in bytes of the media items in the library that were uploaded in a period. For ``key``, see
-- usage_of_posts. Media items belong to no platform, so there are only groups by day.
SELECT key, sum(size_bytes)::bigint AS bytes
FROM (
    SELECT size_bytes,
           CASE WHEN %(group_by)s::text = 'day' THEN width_bucket(created_at, %(days)s::timestamptz[])::text END AS key
    FROM media
    WHERE owner_id = %(owner_id)s AND created_at >= %(since)s AND created_at < %(until)s AND status = 'ready'
) AS uploaded
GROUP BY GROUPING SETS ((), (key))
HAVING count(*) > 0 AND (GROUPING(key) = 1 OR key IS NOT NULL);

-- name: usage_of_paid_reads
-- Return the number of paid reads on the days of a period. For ``key``, see usage_of_posts. The days are in UTC.
SELECT key, sum(reads)::bigint AS reads
FROM (
    SELECT reads,
           CASE %(group_by)s::text WHEN 'day' THEN (day - %(first)s::date + 1)::text WHEN 'platform' THEN platform END
               AS key
    FROM paid_reads
    WHERE owner_id = %(owner_id)s AND day >= %(first)s AND day < %(end)s
) AS counted
GROUP BY GROUPING SETS ((), (key))
HAVING count(*) > 0 AND (GROUPING(key) = 1 OR key IS NOT NULL);

-- name: present_values
-- Return the current value for each limit of an owner. The numbers of posts, connections and authorizations are counted
-- up to the limit. The number of writing calls is that of the current minute.
SELECT (SELECT count(*) FROM (
            SELECT FROM social_posts
            WHERE owner_id = %(owner_id)s AND status IN ('draft', 'scheduled', 'queued')
            LIMIT %(open_posts)s
        ) AS open) AS open_posts,
       (SELECT count(*) FROM (
            SELECT FROM social_connections WHERE owner_id = %(owner_id)s LIMIT %(connections)s
        ) AS connected) AS connections,
       (SELECT count(*) FROM (
            SELECT FROM oauth_states
            WHERE owner_id = %(owner_id)s AND used_at IS NULL AND expires_at > %(now)s
            LIMIT %(pending_authorizations)s
        ) AS pending) AS pending_authorizations,
       coalesce((SELECT bytes FROM media_usage WHERE owner_id = %(owner_id)s), 0) AS media_bytes,
       coalesce((SELECT requests FROM request_counts
                 WHERE owner_id = %(owner_id)s AND minute = date_trunc('minute', %(now)s::timestamptz, 'UTC')), 0)
           AS writing_calls;
