-- The statements that owners and operators use to view and control the queue and the scheduler. %(owner_id)s: the
-- owner; null means all owners. A job is the scheduling of one post (see docs/adr/0003). The cost of a statement must
-- not grow with the number of posts.

-- name: jobs_delayed
-- Return the scheduled posts that do not wait for approval, in the order of their times.
SELECT *, scheduled_at AS listed_at, id AS listed_id
FROM social_posts
WHERE status = 'scheduled'
  AND {queue.approved}
  AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s) AND {operations.live_if_all}
  AND (%(after_id)s::uuid IS NULL OR (scheduled_at, id) > (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY scheduled_at, id
LIMIT %(limit)s;

-- name: jobs_waiting
-- Return queued posts whose jobs are waiting.
SELECT *, scheduled_at AS listed_at, id AS listed_id
FROM social_posts AS post
WHERE status = 'queued'
  AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s) AND {operations.live_if_all}
  AND {operations.waiting}
  AND (%(after_id)s::uuid IS NULL
       OR (coalesce(scheduled_at, 'infinity'::timestamptz), id) > (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz), id
LIMIT %(limit)s;

-- name: jobs_active
-- Return queued posts whose jobs are active.
SELECT *, scheduled_at AS listed_at, id AS listed_id
FROM social_posts AS post
WHERE status = 'queued'
  AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s) AND {operations.live_if_all}
  AND {operations.active}
  AND (%(after_id)s::uuid IS NULL
       OR (coalesce(scheduled_at, 'infinity'::timestamptz), id) > (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz), id
LIMIT %(limit)s;

-- name: jobs_held
-- Return queued posts whose jobs are held.
SELECT *, scheduled_at AS listed_at, id AS listed_id
FROM social_posts AS post
WHERE status = 'queued'
  AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s) AND {operations.live_if_all}
  AND {operations.held}
  AND (%(after_id)s::uuid IS NULL
       OR (coalesce(scheduled_at, 'infinity'::timestamptz), id) > (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz), id
LIMIT %(limit)s;

-- name: jobs_completed
-- Return published posts, most recently published first.
SELECT *, posted_at AS listed_at, id AS listed_id
FROM social_posts
WHERE status = 'published'
  AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s) AND {operations.live_if_all}
  AND (%(after_id)s::uuid IS NULL OR (posted_at, id) < (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY posted_at DESC, id DESC
LIMIT %(limit)s;

-- name: jobs_failed
-- Return failed posts with a job and without unknown publications, most recently failed first.
SELECT *, updated_at AS listed_at, id AS listed_id
FROM social_posts AS post
WHERE status = 'failed'
  AND job_id IS NOT NULL
  AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s) AND {operations.live_if_all}
  AND NOT {operations.unknown}
  AND (%(after_id)s::uuid IS NULL OR (updated_at, id) < (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY updated_at DESC, id DESC
LIMIT %(limit)s;

-- name: jobs_unknown
-- Return failed posts with a job and an unknown publication. The post with the newest unknown publication comes first.
-- Few publications are unknown, but many posts may have failed. The query therefore looks up the post of each unknown
-- publication, and LIMIT 1 keeps Postgres from reversing this order.
SELECT post.*, unknown.updated_at AS listed_at, unknown.id AS listed_id
FROM publications AS unknown
CROSS JOIN LATERAL (
    SELECT * FROM social_posts WHERE id = unknown.post_id AND status = 'failed' AND job_id IS NOT NULL LIMIT 1
) AS post
WHERE unknown.state = 'unknown'
  AND (%(owner_id)s::text IS NULL OR unknown.owner_id = %(owner_id)s)
  AND (%(owner_id)s::text IS NOT NULL OR NOT starts_with(unknown.owner_id, 'test:'))
  AND NOT EXISTS (
      SELECT FROM publications AS later
      WHERE later.post_id = unknown.post_id AND later.state = 'unknown'
        AND (later.updated_at, later.id) > (unknown.updated_at, unknown.id)
  )
  AND (%(after_id)s::uuid IS NULL OR (unknown.updated_at, unknown.id) < (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY unknown.updated_at DESC, unknown.id DESC
LIMIT %(limit)s;

-- name: job
-- Return the post of a job.
SELECT *
FROM social_posts
WHERE job_id = %(job_id)s AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s) AND {operations.live_if_all};

-- name: job_publications
-- Return the publications that count for these posts: all publications of their current jobs, and the published and
-- unknown publications of earlier jobs.
SELECT {posts.shown_publication}
FROM publications AS publication
JOIN social_posts AS post ON post.id = publication.post_id
WHERE post.id = ANY(%(post_ids)s)
  AND (%(owner_id)s::text IS NULL OR post.owner_id = %(owner_id)s)
  AND (publication.job_id = post.job_id OR publication.state IN {queue.counted})
ORDER BY publication.post_id, publication.platform, publication.part, publication.id;

-- name: job_counts
-- Return the number of jobs in each state. Each state is counted up to %(limit)s, so that the cost does not grow with
-- the number of jobs. Each ORDER BY matches an index, so that Postgres reads this index and stops at the limit,
-- regardless of its statistics.
SELECT
    (SELECT count(*) FROM (
        SELECT FROM social_posts
        WHERE status = 'scheduled' AND {queue.approved}
          AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s) AND {operations.live_if_all}
        ORDER BY scheduled_at, id
        LIMIT %(limit)s) AS counted) AS delayed,
    (SELECT count(*) FROM (
        SELECT FROM social_posts AS post
        WHERE status = 'queued' AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s) AND {operations.live_if_all}
          AND {operations.waiting}
        ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz), id
        LIMIT %(limit)s) AS counted) AS waiting,
    (SELECT count(*) FROM (
        SELECT FROM social_posts AS post
        WHERE status = 'queued' AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s) AND {operations.live_if_all}
          AND {operations.active}
        ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz), id
        LIMIT %(limit)s) AS counted) AS active,
    (SELECT count(*) FROM (
        SELECT FROM social_posts AS post
        WHERE status = 'queued' AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s) AND {operations.live_if_all}
          AND {operations.held}
        ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz), id
        LIMIT %(limit)s) AS counted) AS held,
    (SELECT count(*) FROM (
        SELECT FROM social_posts
        WHERE status = 'published' AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s) AND {operations.live_if_all}
        ORDER BY posted_at
        LIMIT %(limit)s) AS counted) AS completed,
    -- NOT IN, unlike NOT EXISTS, keeps Postgres from joining all failed posts. Few publications are unknown.
    (SELECT count(*) FROM (
        SELECT FROM social_posts
        WHERE status = 'failed' AND job_id IS NOT NULL AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s) AND {operations.live_if_all}
          AND id NOT IN (
              SELECT post_id FROM publications
              WHERE state = 'unknown' AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s))
        ORDER BY owner_id, updated_at, id
        LIMIT %(limit)s) AS counted) AS failed,
    (SELECT count(DISTINCT post_id) FROM (
        SELECT unknown.post_id
        FROM publications AS unknown
        CROSS JOIN LATERAL (
            SELECT FROM social_posts WHERE id = unknown.post_id AND status = 'failed' AND job_id IS NOT NULL LIMIT 1
        ) AS post
        WHERE unknown.state = 'unknown' AND (%(owner_id)s::text IS NULL OR unknown.owner_id = %(owner_id)s)
  AND (%(owner_id)s::text IS NOT NULL OR NOT starts_with(unknown.owner_id, 'test:'))
        LIMIT %(limit)s) AS counted) AS unknown;

-- name: oldest_due
-- Return the time of the oldest publication or unclaimed post that is overdue, or null. Held publications and waiting
-- parts are omitted. Publications in processing are considered only if their next attempt is due.
SELECT least(
    (SELECT min(due_at) FROM publications
     WHERE state IN {queue.sendable} AND next_attempt_at > '-infinity' AND due_at <= %(now)s
       AND (state <> 'processing' OR next_attempt_at <= %(now)s)
       AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s) AND {operations.live_if_all}),
    (SELECT min(scheduled_at) FROM social_posts
     WHERE status = 'scheduled' AND {queue.approved} AND scheduled_at <= %(now)s
       AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s) AND {operations.live_if_all})
) AS due_at;

-- name: status_counts
-- Return the numbers of approved scheduled posts, queued posts, published posts and failed posts with a job. Each
-- number is counted up to %(limit)s, as in job_counts. Test data is omitted.
SELECT
    (SELECT count(*) FROM (
        SELECT FROM social_posts
        WHERE status = 'scheduled' AND {queue.approved} AND NOT {queue.of_tests}
        ORDER BY scheduled_at
        LIMIT %(limit)s) AS counted) AS scheduled,
    (SELECT count(*) FROM (
        SELECT FROM social_posts
        WHERE status = 'queued' AND NOT {queue.of_tests}
        ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz), id
        LIMIT %(limit)s) AS counted) AS queued,
    (SELECT count(*) FROM (
        SELECT FROM social_posts
        WHERE status = 'published' AND NOT {queue.of_tests}
        ORDER BY posted_at
        LIMIT %(limit)s) AS counted) AS published,
    (SELECT count(*) FROM (
        SELECT FROM social_posts
        WHERE status = 'failed' AND job_id IS NOT NULL AND NOT {queue.of_tests}
        ORDER BY updated_at, id
        LIMIT %(limit)s) AS counted) AS failed;

-- name: clear_failed
-- Clear the jobs of up to %(limit)s posts that failed before %(before)s. The posts keep their reasons and attempts. A
-- post with an unknown publication also keeps its job until a person has checked the platform.
WITH finished AS (
    SELECT id, job_id
    FROM social_posts AS post
    WHERE status = 'failed'
      AND job_id IS NOT NULL
      AND updated_at < %(before)s
      AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s) AND {operations.live_if_all}
      AND (%(platform)s::text IS NULL OR platforms @> ARRAY[%(platform)s::text])
      AND (%(campaign)s::text IS NULL OR campaign = %(campaign)s)
      AND NOT {operations.unknown}
    ORDER BY updated_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), cleared AS (
    UPDATE social_posts AS post
    SET job_id = NULL, version = version + 1, updated_at = %(now)s
    FROM finished
    WHERE post.id = finished.id
    RETURNING post.id, post.owner_id, finished.job_id
), noted AS (
    INSERT INTO events (post_id, owner_id, actor, actor_name, type, data, at)
    SELECT id, owner_id, %(actor)s, %(actor_name)s, 'post.job_cleared', jsonb_build_object('jobId', job_id), %(now)s
    FROM cleared
)
SELECT id FROM cleared;

-- name: kept_unknown
-- Return the number of jobs that clear_failed keeps because of unknown publications. The statement counts at most
-- %(limit)s of these publications.
SELECT count(DISTINCT post_id) AS kept
FROM (
    SELECT unknown.post_id
    FROM publications AS unknown
    CROSS JOIN LATERAL (
        SELECT
        FROM social_posts
        WHERE id = unknown.post_id
          AND status = 'failed'
          AND job_id IS NOT NULL
          AND updated_at < %(before)s
          AND (%(platform)s::text IS NULL OR platforms @> ARRAY[%(platform)s::text])
          AND (%(campaign)s::text IS NULL OR campaign = %(campaign)s)
        LIMIT 1
    ) AS post
    WHERE unknown.state = 'unknown' AND (%(owner_id)s::text IS NULL OR unknown.owner_id = %(owner_id)s)
  AND (%(owner_id)s::text IS NOT NULL OR NOT starts_with(unknown.owner_id, 'test:'))
    LIMIT %(limit)s
) AS counted;

-- name: dead_lettered
-- Return publications whose messages became dead letters, each with its state and its last row in the ledger.
SELECT publication.id, publication.state, last.event, last.code, last.reason
FROM publications AS publication
LEFT JOIN LATERAL (
    SELECT event, code, reason FROM publication_attempts WHERE publication_id = publication.id ORDER BY id DESC LIMIT 1
) AS last ON true
WHERE publication.id = ANY(%(ids)s);

-- name: redrive
-- Mark each of these publications as unsent if it is queued or processing, or if its lease has expired, so that a new
-- message is sent.
WITH open AS (
    SELECT id
    FROM publications
    WHERE id = ANY(%(ids)s)
      AND (state IN ('queued', 'processing') OR (state = 'publishing' AND lease_until <= %(now)s))
    ORDER BY id
    FOR UPDATE
)
UPDATE publications AS publication
SET queued_at = %(now)s, sent_at = NULL, leases = 0
FROM open
WHERE publication.id = open.id
RETURNING publication.id, publication.job_id, publication.owner_id, publication.next_attempt_at;

-- name: record_tick
-- Record the last tick of this caller: the rule, or a person.
INSERT INTO ticks (caller, started_at, ended_at, report)
VALUES (%(caller)s, %(started_at)s, %(ended_at)s, %(report)s)
ON CONFLICT ON CONSTRAINT ticks_pkey DO UPDATE
SET started_at = excluded.started_at, ended_at = excluded.ended_at, report = excluded.report
WHERE ticks.started_at <= excluded.started_at;

-- name: latest_ticks
-- Return the last tick of each caller, the newest first.
SELECT caller, started_at, ended_at, report FROM ticks ORDER BY started_at DESC;

-- name: alive
-- Return a row if Postgres responds.
SELECT 1 AS alive;

-- name: limit_lock
-- Limit the time for which the statement lock_rule waits, and the time for which the transaction may be idle
-- afterwards. The idle limit equals the timeout of the function that controls the scheduler (template.yaml), so that a
-- killed function does not keep the lock.
SELECT set_config('lock_timeout', '5s', true), set_config('idle_in_transaction_session_timeout', '25s', true);

-- name: lock_rule
-- Allow only one operator at a time to change the rule. The lock is advisory, because the rule is in EventBridge and
-- has no row.
SELECT pg_advisory_xact_lock(hashtextextended('scheduler rule', 0));
