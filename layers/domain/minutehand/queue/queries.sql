-- Lock order, everywhere: a post's row before the rows of its publications, and each kind in the order of its id.

-- name: claim_due
-- Queue up to %(limit)s posts that fall due until %(until)s, each with a publication for every platform that does
-- not have the post yet. Two ticks at once never claim the same post. With %(post_id)s: that post alone.
WITH due AS (
    SELECT id
    FROM social_posts
    WHERE status = 'scheduled'
      AND (NOT approval_required OR approval_status = 'approved')
      AND scheduled_at <= %(until)s
      AND (%(post_id)s::uuid IS NULL OR id = %(post_id)s)
    ORDER BY scheduled_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE social_posts AS post
    SET status = 'queued',
        job_id = coalesce(post.job_id, gen_random_uuid()),
        failure_reason = NULL,
        version = post.version + 1,
        updated_at = %(now)s
    FROM due
    WHERE post.id = due.id
    RETURNING post.id, post.owner_id, post.job_id, post.platforms, post.scheduled_at
), targets AS (
    SELECT claimed.id AS post_id, claimed.owner_id, claimed.job_id, claimed.scheduled_at,
           wanted.platform, connection.id AS connection_id,
           connection.id IS NULL AND %(unconnected)s = 'reject' AS refused
    FROM claimed
    CROSS JOIN LATERAL (SELECT DISTINCT unnest(claimed.platforms) AS platform) AS wanted
    LEFT JOIN LATERAL (
        SELECT id
        FROM social_connections
        WHERE owner_id = claimed.owner_id AND platform = wanted.platform
        ORDER BY is_default DESC, created_at, id
        LIMIT 1
    ) AS connection ON true
    WHERE NOT EXISTS (
        SELECT FROM publications AS live
        WHERE live.post_id = claimed.id
          AND live.platform = wanted.platform
          AND live.connection_id IS NOT DISTINCT FROM connection.id
          AND live.state IN ('publishing', 'processing', 'published', 'unknown')
    )
), made AS (
    INSERT INTO publications (post_id, job_id, owner_id, platform, connection_id, sandbox, state, due_at,
                              next_attempt_at, queued_at, failure_code, failure_reason, created_at, updated_at)
    SELECT post_id, job_id, owner_id, platform, connection_id, connection_id IS NULL AND NOT refused,
           CASE WHEN refused THEN 'failed' ELSE 'queued' END, scheduled_at, scheduled_at, %(now)s,
           CASE WHEN refused THEN 'not_connected' END,
           CASE WHEN refused THEN format('No %%s account is connected.', %(names)s::jsonb ->> platform) END,
           %(now)s, %(now)s
    FROM targets
    RETURNING id, post_id, job_id, owner_id, next_attempt_at, state
), noted AS (
    INSERT INTO post_events (post_id, owner_id, actor, type, data, at)
    SELECT id, owner_id, 'scheduler', 'post.queued', jsonb_build_object('jobId', job_id), %(now)s
    FROM claimed
)
SELECT claimed.id AS post_id, made.id, made.job_id, made.owner_id, made.next_attempt_at, made.state
FROM claimed
LEFT JOIN made ON made.post_id = claimed.id;

-- name: take_lost
-- Take in hand up to %(limit)s open publications that no message will bring to the publisher: those that were never
-- sent, those whose message must have been lost, and those whose publisher died (their lease has run out).
WITH lost AS (
    SELECT id
    FROM publications
    WHERE state IN ('queued', 'publishing', 'processing')
      AND next_attempt_at <= %(until)s
      AND CASE
              WHEN state = 'publishing' AND lease_until > %(now)s THEN false
              WHEN sent_at IS NULL THEN queued_at <= %(unsent_since)s
              ELSE sent_at <= %(lost_since)s AND next_attempt_at <= %(lost_since)s
          END
    ORDER BY next_attempt_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE publications AS publication
SET queued_at = %(now)s, sent_at = NULL
FROM lost
WHERE publication.id = lost.id
RETURNING publication.id, publication.job_id, publication.owner_id, publication.next_attempt_at;

-- name: mark_sent
-- SQS has accepted a message for each of these.
WITH open AS (
    SELECT id
    FROM publications
    WHERE id = ANY(%(ids)s) AND state IN ('queued', 'publishing', 'processing')
      AND queued_at <= %(now)s -- not what has been queued anew in the meantime
    ORDER BY id
    FOR UPDATE
)
UPDATE publications AS publication
SET sent_at = %(now)s
FROM open
WHERE publication.id = open.id;

-- name: lock_posts
-- Whoever ends publications holds the post meanwhile: otherwise two that end at once would each see the other as open.
SELECT id FROM social_posts WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE;

-- name: settle_posts
-- End each of these posts whose publications have all ended.
WITH queued AS MATERIALIZED (
    SELECT id, job_id FROM social_posts WHERE id = ANY(%(ids)s) AND status = 'queued'
), tally AS (
    SELECT queued.id, counted.*
    FROM queued
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE state IN ('queued', 'publishing', 'processing', 'held')) AS open,
               count(*) FILTER (WHERE state <> 'published') AS missing,
               max(published_at) AS posted_at,
               string_agg(failure_reason, ' ' ORDER BY platform)
                   FILTER (WHERE state IN ('failed', 'unknown')) AS failures,
               string_agg(%(names)s::jsonb ->> platform, ', ' ORDER BY platform)
                   FILTER (WHERE state = 'cancelled') AS cancelled,
               string_agg(%(names)s::jsonb ->> platform, ', ' ORDER BY platform)
                   FILTER (WHERE state = 'published') AS published
        FROM publications
        WHERE post_id = queued.id AND (job_id = queued.job_id OR state IN ('published', 'unknown'))
    ) AS counted
), settled AS (
    UPDATE social_posts AS post
    SET status = CASE WHEN tally.missing = 0 THEN 'published' ELSE 'failed' END,
        posted_at = CASE WHEN tally.missing = 0 THEN tally.posted_at END,
        failure_reason = CASE WHEN tally.missing > 0 THEN concat_ws(' ',
            tally.failures,
            'Cancelled before it went out on ' || tally.cancelled || '.',
            'Published on ' || tally.published || '.') END,
        version = post.version + 1,
        updated_at = %(now)s
    FROM tally
    WHERE post.id = tally.id AND tally.open = 0
    RETURNING post.id, post.owner_id, post.status, post.failure_reason, post.job_id
), noted AS (
    INSERT INTO post_events (post_id, owner_id, actor, type, data, at)
    SELECT id, owner_id, 'publisher', 'post.' || status,
           jsonb_strip_nulls(jsonb_build_object('jobId', job_id, 'failureReason', failure_reason)), %(now)s
    FROM settled
)
SELECT id, status FROM settled;

-- name: lock_post
-- The post of this owner, held until the transaction ends.
SELECT id, status, scheduled_at, platforms, job_id, approval_required, approval_status
FROM social_posts
WHERE id = %(post_id)s AND owner_id = %(owner_id)s
FOR UPDATE;

-- name: missing_connections
-- Which of these platforms the owner has no account on.
SELECT wanted.platform
FROM unnest(%(platforms)s::text[]) AS wanted (platform)
WHERE NOT EXISTS (
    SELECT FROM social_connections AS connection
    WHERE connection.owner_id = %(owner_id)s AND connection.platform = wanted.platform
)
ORDER BY wanted.platform;

-- name: start_job
-- Give a scheduled post its job.
WITH started AS (
    UPDATE social_posts
    SET job_id = gen_random_uuid(), version = version + 1, updated_at = %(now)s
    WHERE id = %(post_id)s AND status = 'scheduled' AND job_id IS NULL
    RETURNING id, owner_id, job_id
), noted AS (
    INSERT INTO post_events (post_id, owner_id, actor, type, data, at)
    SELECT id, owner_id, %(actor)s, 'post.scheduled', jsonb_build_object('jobId', job_id), %(now)s
    FROM started
)
SELECT job_id FROM started;

-- name: job_states
-- In which states the publications of a job are.
SELECT DISTINCT state FROM publications WHERE job_id = %(job_id)s;

-- name: cancel_publications
-- Cancel those of a job's publications whose publish call has not begun, and say what became of all of them.
WITH held AS (
    SELECT id, state, armed_at FROM publications WHERE job_id = %(job_id)s ORDER BY id FOR UPDATE
), cancelled AS (
    UPDATE publications AS publication
    SET state = 'cancelled', lease_token = NULL, lease_until = NULL, updated_at = %(now)s
    FROM held
    WHERE publication.id = held.id
      AND held.state IN ('queued', 'held', 'processing', 'publishing')
      AND held.armed_at IS NULL
    RETURNING publication.id
)
SELECT held.id, cancelled.id IS NOT NULL AS cancelled
FROM held
LEFT JOIN cancelled ON cancelled.id = held.id;

-- name: return_to_draft
-- Take back a post of which nothing has gone out. No row: something of it, in this job or an earlier one, is out or in doubt.
WITH returned AS (
    UPDATE social_posts AS post
    SET status = 'draft', scheduled_at = NULL, job_id = NULL, version = version + 1, updated_at = %(now)s
    WHERE post.id = %(post_id)s
      AND NOT EXISTS (
          SELECT FROM publications
          WHERE post_id = %(post_id)s AND state NOT IN ('cancelled', 'failed')
      )
    RETURNING post.id
)
SELECT id FROM returned;

-- name: note_cancelled
-- Who cancelled which job, and when it was due.
INSERT INTO post_events (post_id, owner_id, actor, type, data, at)
VALUES (%(post_id)s, %(owner_id)s, %(actor)s, 'post.cancelled',
        jsonb_strip_nulls(jsonb_build_object('jobId', %(job_id)s::uuid, 'scheduledAt', %(scheduled_at)s::timestamptz)),
        %(now)s);

-- name: last_event
-- What last happened to a post, and when.
SELECT type, at FROM post_events WHERE post_id = %(post_id)s AND owner_id = %(owner_id)s ORDER BY id DESC LIMIT 1;

-- name: posts_of
-- The posts of these publications.
SELECT DISTINCT post_id FROM publications WHERE id = ANY(%(ids)s);

-- name: look_at_dead
-- What the ledger knows of publications whose messages died. Locked, so that a publisher at work is waited for.
SELECT id, post_id, job_id, owner_id, platform, state, attempts, leases, armed_at, lease_until
FROM publications
WHERE id = ANY(%(ids)s)
ORDER BY id
FOR UPDATE;

-- name: send_again
-- Let the next tick send these once more.
UPDATE publications
SET sent_at = NULL, queued_at = %(now)s, next_attempt_at = greatest(next_attempt_at, %(now)s)
WHERE id = ANY(%(ids)s) AND state IN ('queued', 'publishing', 'processing');

-- name: give_up
-- End publications that the publisher breaks on: in doubt where a publish call had begun, failed where none had.
WITH ended AS (
    UPDATE publications AS publication
    SET state = CASE WHEN publication.armed_at IS NULL THEN 'failed' ELSE 'unknown' END,
        failure_code = verdict.code,
        failure_reason = verdict.reason,
        lease_token = NULL,
        lease_until = NULL,
        updated_at = %(now)s
    FROM unnest(%(ids)s::uuid[], %(codes)s::text[], %(reasons)s::text[]) AS verdict (id, code, reason)
    WHERE publication.id = verdict.id AND publication.state IN ('queued', 'publishing', 'processing')
    RETURNING publication.id, publication.attempts, publication.state, verdict.code, verdict.reason
)
INSERT INTO publication_attempts (publication_id, attempt, event, code, reason, at)
SELECT id, attempts, state, code, reason, %(now)s FROM ended;

-- name: purge_idempotency_keys
-- Forget answers that need not be remembered any more, a bounded number at a time.
DELETE FROM idempotency_keys
WHERE (owner_id, operation, key) IN (
    SELECT owner_id, operation, key FROM idempotency_keys WHERE expires_at < %(now)s
    ORDER BY expires_at LIMIT 1000 FOR UPDATE SKIP LOCKED
);
