-- What owners and operators see and do of the queue and the scheduler. %(owner_id)s: whose; null means everybody's.
-- A job is the scheduling of one post (see docs/adr/0003): lists and counts go over posts, and over the partial indexes
-- of publications that are open, held or in doubt. Nothing here may cost more with the number of posts that are there.

-- name: jobs_delayed
-- Posts that wait for their time, the next one first.
SELECT *, scheduled_at AS listed_at, id AS listed_id
FROM social_posts
WHERE status = 'scheduled'
  AND (NOT approval_required OR approval_status = 'approved')
  AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
  AND (%(after_id)s::uuid IS NULL OR (scheduled_at, id) > (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY scheduled_at, id
LIMIT %(limit)s;

-- name: jobs_waiting
-- Queued posts of which something is to be sent, and nothing is in hand.
SELECT *, scheduled_at AS listed_at, id AS listed_id
FROM social_posts AS post
WHERE status = 'queued'
  AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
  AND EXISTS (SELECT FROM publications WHERE post_id = post.id AND state = 'queued')
  AND NOT EXISTS (SELECT FROM publications WHERE post_id = post.id AND state IN ('publishing', 'processing'))
  AND (%(after_id)s::uuid IS NULL
       OR (coalesce(scheduled_at, 'infinity'::timestamptz), id) > (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz), id
LIMIT %(limit)s;

-- name: jobs_active
-- Queued posts of which something is in hand: a publisher works on it, or the platform digests it.
SELECT *, scheduled_at AS listed_at, id AS listed_id
FROM social_posts AS post
WHERE status = 'queued'
  AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
  AND EXISTS (SELECT FROM publications WHERE post_id = post.id AND state IN ('publishing', 'processing'))
  AND (%(after_id)s::uuid IS NULL
       OR (coalesce(scheduled_at, 'infinity'::timestamptz), id) > (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz), id
LIMIT %(limit)s;

-- name: jobs_held
-- Queued posts of which all that is left is held by a pause.
SELECT *, scheduled_at AS listed_at, id AS listed_id
FROM social_posts AS post
WHERE status = 'queued'
  AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
  AND EXISTS (SELECT FROM publications WHERE post_id = post.id AND state = 'held')
  AND NOT EXISTS (
      SELECT FROM publications WHERE post_id = post.id AND state IN ('queued', 'publishing', 'processing')
  )
  AND (%(after_id)s::uuid IS NULL
       OR (coalesce(scheduled_at, 'infinity'::timestamptz), id) > (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz), id
LIMIT %(limit)s;

-- name: jobs_completed
-- Published posts, the last one first.
SELECT *, posted_at AS listed_at, id AS listed_id
FROM social_posts
WHERE status = 'published'
  AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
  AND (%(after_id)s::uuid IS NULL OR (posted_at, id) < (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY posted_at DESC, id DESC
LIMIT %(limit)s;

-- name: jobs_failed
-- Failed posts whose outcome is known everywhere, the last one first.
SELECT *, updated_at AS listed_at, id AS listed_id
FROM social_posts AS post
WHERE status = 'failed'
  AND job_id IS NOT NULL
  AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
  AND NOT EXISTS (SELECT FROM publications WHERE post_id = post.id AND state = 'unknown')
  AND (%(after_id)s::uuid IS NULL OR (updated_at, id) < (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY updated_at DESC, id DESC
LIMIT %(limit)s;

-- name: jobs_unknown
-- Failed posts of which something may be out though nobody knows, the last one first: by the last doubt about each.
-- Doubts are few, failures may be many: so each doubt looks for its post, which the limit of one keeps the planner to.
SELECT post.*, doubt.updated_at AS listed_at, doubt.id AS listed_id
FROM publications AS doubt
CROSS JOIN LATERAL (
    SELECT * FROM social_posts WHERE id = doubt.post_id AND status = 'failed' AND job_id IS NOT NULL LIMIT 1
) AS post
WHERE doubt.state = 'unknown'
  AND (%(owner_id)s::text IS NULL OR doubt.owner_id = %(owner_id)s)
  AND NOT EXISTS (
      SELECT FROM publications AS later
      WHERE later.post_id = doubt.post_id AND later.state = 'unknown'
        AND (later.updated_at, later.id) > (doubt.updated_at, doubt.id)
  )
  AND (%(after_id)s::uuid IS NULL OR (doubt.updated_at, doubt.id) < (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY doubt.updated_at DESC, doubt.id DESC
LIMIT %(limit)s;

-- name: job
-- The post that a job is the scheduling of.
SELECT *
FROM social_posts
WHERE job_id = %(job_id)s AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s);

-- name: job_publications
-- What counts of the publications of these posts, which have been read for whoever asks.
SELECT publication.*
FROM publications AS publication
JOIN social_posts AS post ON post.id = publication.post_id
WHERE post.id = ANY(%(post_ids)s)
  AND (publication.job_id = post.job_id OR publication.state IN ('published', 'unknown'))
ORDER BY publication.post_id, publication.platform, publication.part, publication.id;

-- name: job_counts
-- How many jobs are in each state, each counted up to %(limit)s: what is there beyond costs nothing. The orders are those
-- of the indexes, so that nothing else is read however the planner judges what is there.
SELECT
    (SELECT count(*) FROM (
        SELECT FROM social_posts
        WHERE status = 'scheduled' AND (NOT approval_required OR approval_status = 'approved')
          AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
        ORDER BY scheduled_at, id
        LIMIT %(limit)s) AS counted) AS delayed,
    (SELECT count(*) FROM (
        SELECT FROM social_posts AS post
        WHERE status = 'queued' AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
          AND EXISTS (SELECT FROM publications WHERE post_id = post.id AND state = 'queued')
          AND NOT EXISTS (SELECT FROM publications WHERE post_id = post.id AND state IN ('publishing', 'processing'))
        ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz), id
        LIMIT %(limit)s) AS counted) AS waiting,
    (SELECT count(*) FROM (
        SELECT FROM social_posts AS post
        WHERE status = 'queued' AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
          AND EXISTS (SELECT FROM publications WHERE post_id = post.id AND state IN ('publishing', 'processing'))
        ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz), id
        LIMIT %(limit)s) AS counted) AS active,
    (SELECT count(*) FROM (
        SELECT FROM social_posts AS post
        WHERE status = 'queued' AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
          AND EXISTS (SELECT FROM publications WHERE post_id = post.id AND state = 'held')
          AND NOT EXISTS (
              SELECT FROM publications WHERE post_id = post.id AND state IN ('queued', 'publishing', 'processing'))
        ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz), id
        LIMIT %(limit)s) AS counted) AS held,
    (SELECT count(*) FROM (
        SELECT FROM social_posts
        WHERE status = 'published' AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
        ORDER BY posted_at
        LIMIT %(limit)s) AS counted) AS completed,
    (SELECT count(*) FROM (
        SELECT FROM (
            SELECT id FROM social_posts
            WHERE status = 'failed' AND job_id IS NOT NULL AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
            ORDER BY updated_at, id
            OFFSET 0 -- read in this order and no further than the limit, rather than joined as a whole
        ) AS post
        WHERE NOT EXISTS (SELECT FROM publications WHERE post_id = post.id AND state = 'unknown')
        LIMIT %(limit)s) AS counted) AS failed,
    (SELECT count(DISTINCT post_id) FROM (
        SELECT doubt.post_id
        FROM publications AS doubt
        CROSS JOIN LATERAL (
            SELECT FROM social_posts WHERE id = doubt.post_id AND status = 'failed' AND job_id IS NOT NULL LIMIT 1
        ) AS post
        WHERE doubt.state = 'unknown' AND (%(owner_id)s::text IS NULL OR doubt.owner_id = %(owner_id)s)
        LIMIT %(limit)s) AS counted) AS unknown;

-- name: oldest_due
-- The oldest moment at which something was due that is neither out nor held: queued, or not even taken by a tick. What
-- a platform digests is not late as long as it is asked in time.
SELECT least(
    (SELECT min(due_at) FROM publications
     WHERE state IN ('queued', 'publishing', 'processing') AND due_at <= %(now)s
       AND (state <> 'processing' OR next_attempt_at <= %(now)s)
       AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)),
    (SELECT min(scheduled_at) FROM social_posts
     WHERE status = 'scheduled' AND (NOT approval_required OR approval_status = 'approved') AND scheduled_at <= %(now)s
       AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s))
) AS due_at;

-- name: status_counts
-- How many posts have each status, each counted up to %(limit)s, as in `job_counts`.
SELECT
    (SELECT count(*) FROM (
        SELECT FROM social_posts
        WHERE status = 'scheduled' AND (NOT approval_required OR approval_status = 'approved')
        ORDER BY scheduled_at
        LIMIT %(limit)s) AS counted) AS scheduled,
    (SELECT count(*) FROM (
        SELECT FROM social_posts
        WHERE status = 'queued'
        ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz), id
        LIMIT %(limit)s) AS counted) AS queued,
    (SELECT count(*) FROM (
        SELECT FROM social_posts WHERE status = 'published' ORDER BY posted_at LIMIT %(limit)s) AS counted) AS published,
    (SELECT count(*) FROM (
        SELECT FROM social_posts
        WHERE status = 'failed' AND job_id IS NOT NULL
        ORDER BY updated_at, id
        LIMIT %(limit)s) AS counted) AS failed;

-- name: clear_failed
-- Take up to %(limit)s failed posts out of the queue that ended before %(before)s: they lose their job and stay, with
-- their reason and what was tried. What may be out stays in the queue until a person has looked.
WITH finished AS (
    SELECT id, job_id
    FROM social_posts AS post
    WHERE status = 'failed'
      AND job_id IS NOT NULL
      AND updated_at < %(before)s
      AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
      AND (%(platform)s::text IS NULL OR platforms @> ARRAY[%(platform)s::text])
      AND (%(campaign)s::text IS NULL OR campaign = %(campaign)s)
      AND NOT EXISTS (SELECT FROM publications WHERE post_id = post.id AND state = 'unknown')
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
    INSERT INTO post_events (post_id, owner_id, actor, type, data, at)
    SELECT id, owner_id, %(actor)s, 'post.job_cleared', jsonb_build_object('jobId', job_id), %(now)s FROM cleared
)
SELECT id FROM cleared;

-- name: kept_unknown
-- How many jobs `clear_failed` leaves because something of them may be out; counted up to %(limit)s doubts.
SELECT count(DISTINCT post_id) AS kept
FROM (
    SELECT doubt.post_id
    FROM publications AS doubt
    CROSS JOIN LATERAL (
        SELECT
        FROM social_posts
        WHERE id = doubt.post_id
          AND status = 'failed'
          AND job_id IS NOT NULL
          AND updated_at < %(before)s
          AND (%(platform)s::text IS NULL OR platforms @> ARRAY[%(platform)s::text])
          AND (%(campaign)s::text IS NULL OR campaign = %(campaign)s)
        LIMIT 1
    ) AS post
    WHERE doubt.state = 'unknown' AND (%(owner_id)s::text IS NULL OR doubt.owner_id = %(owner_id)s)
    LIMIT %(limit)s
) AS counted;

-- name: dead_publications
-- What is known of publications whose messages died: their state, and what the ledger says last.
SELECT publication.id, publication.state, last.event, last.code, last.reason
FROM publications AS publication
LEFT JOIN LATERAL (
    SELECT event, code, reason FROM publication_attempts WHERE publication_id = publication.id ORDER BY id DESC LIMIT 1
) AS last ON true
WHERE publication.id = ANY(%(ids)s);

-- name: redrive
-- Let those of these that are open, and in nobody's hands, be sent once more, as if they never had been.
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
-- Keep what the last tick did, of those that the rule asked for and of those that a person did.
INSERT INTO ticks (caller, started_at, ended_at, report, schema_revision)
VALUES (%(caller)s, %(started_at)s, %(ended_at)s, %(report)s, %(schema_revision)s)
ON CONFLICT ON CONSTRAINT ticks_pkey DO UPDATE
SET started_at = excluded.started_at, ended_at = excluded.ended_at, report = excluded.report,
    schema_revision = excluded.schema_revision
WHERE ticks.started_at <= excluded.started_at;

-- name: latest_ticks
-- The last tick of each caller, the newest first.
SELECT caller, started_at, ended_at, report FROM ticks ORDER BY started_at DESC;

-- name: alive
-- Whether Postgres answers.
SELECT 1 AS alive;

-- name: wait_for_rule
-- How long the next statement waits, and how long we may stand still without losing the lock: as long as the function
-- that controls the scheduler lives (template.yaml), so that one that was ended in between does not keep it.
SELECT set_config('lock_timeout', '5s', true), set_config('idle_in_transaction_session_timeout', '25s', true);

-- name: lock_rule
-- The rule that ticks is changed by one after the other. It is no row: what it says stands in EventBridge alone.
SELECT pg_advisory_xact_lock(hashtextextended('scheduler rule', 0));
