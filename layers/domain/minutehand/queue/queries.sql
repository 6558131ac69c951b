-- Lock order, everywhere: a post's row before the rows of its publications, and each kind in the order of its id.

-- name: claim_due
-- Queue up to %(limit)s posts that fall due until %(until)s, each with a publication for every part of it that an
-- account does not have yet. Two ticks at once never claim the same post. With %(post_id)s: that post alone.
-- Where something of the post is out, or may be, by an earlier job, the rest goes to the same account.
-- What is ``late`` is to be paced: see catching_up. A later part of a thread has a window of %(rest_of_thread)s at least,
-- which begins anew when the part before it is out: see release_parts.
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
    RETURNING post.id, post.owner_id, post.job_id, post.platforms, post.scheduled_at, post.campaign,
              post.connection_ids, post.connection_platforms, post.platform_options,
              post.scheduled_at + make_interval(secs => coalesce(post.publish_within_seconds, %(window)s::integer))
                  AS expires_at
), accounts AS (
    SELECT claimed.*, wanted.platform, account.connection_id, account.problem
    FROM claimed
    CROSS JOIN LATERAL (SELECT DISTINCT unnest(claimed.platforms) AS platform) AS wanted
    CROSS JOIN LATERAL (
        SELECT named.connection_id, CASE WHEN connection.id IS NULL THEN 'gone' END AS problem
        FROM unnest(claimed.connection_ids, claimed.connection_platforms) AS named (connection_id, platform)
        LEFT JOIN social_connections AS connection
          ON connection.id = named.connection_id AND connection.owner_id = claimed.owner_id
        WHERE named.platform = wanted.platform
        UNION ALL
        SELECT CASE WHEN earlier.found THEN earlier.connection_id ELSE usual.id END,
               CASE WHEN earlier.connection_id IS NOT NULL AND kept.id IS NULL THEN 'gone'
                    WHEN earlier.found IS NULL AND usual.id IS NULL AND %(unconnected)s = 'reject' THEN 'none' END
        FROM (VALUES (NULL)) AS one
        LEFT JOIN LATERAL (
            SELECT connection_id, true AS found
            FROM publications
            WHERE post_id = claimed.id AND platform = wanted.platform AND state IN ('published', 'unknown')
            LIMIT 1
        ) AS earlier ON true
        LEFT JOIN social_connections AS kept
          ON kept.id = earlier.connection_id AND kept.owner_id = claimed.owner_id
        LEFT JOIN LATERAL (
            SELECT id
            FROM social_connections
            WHERE owner_id = claimed.owner_id AND platform = wanted.platform
            ORDER BY is_default DESC, created_at, id
            LIMIT 1
        ) AS usual ON true
        WHERE wanted.platform <> ALL(claimed.connection_platforms)
    ) AS account
), targets AS (
    SELECT accounts.*, numbered.part, numbered.part > 1 AND numbered.part - 1 <> ALL(live.published) AS follows
    FROM accounts
    CROSS JOIN LATERAL ( -- aggregated, so that no plan reads the publications of all posts for it
        SELECT coalesce(array_agg(part), '{}') AS parts,
               coalesce(array_agg(part) FILTER (WHERE state = 'published'), '{}') AS published
        FROM publications
        WHERE post_id = accounts.id
          AND platform = accounts.platform
          AND connection_id IS NOT DISTINCT FROM accounts.connection_id
          AND state IN ('publishing', 'processing', 'published', 'unknown')
    ) AS live
    CROSS JOIN LATERAL (
        SELECT generate_series(1, 1 + CASE
            WHEN jsonb_typeof(accounts.platform_options -> accounts.platform -> 'thread') = 'array'
                THEN jsonb_array_length(accounts.platform_options -> accounts.platform -> 'thread')
            WHEN coalesce(accounts.platform_options -> accounts.platform ->> 'firstComment', '') <> '' THEN 1
            ELSE 0
        END) AS part
    ) AS numbered
    WHERE numbered.part <> ALL(live.parts)
), made AS (
    INSERT INTO publications (post_id, job_id, owner_id, platform, connection_id, part, sandbox, state, due_at,
                              expires_at, next_attempt_at, queued_at, failure_code, failure_reason, created_at,
                              updated_at)
    SELECT id, job_id, owner_id, platform, connection_id, part, connection_id IS NULL AND problem IS NULL,
           CASE WHEN problem IS NOT NULL THEN 'failed'
                WHEN follows THEN 'waiting'
                WHEN EXISTS (SELECT FROM pauses_on(platform, owner_id, campaign)) THEN 'held'
                ELSE 'queued' END,
           scheduled_at,
           CASE WHEN part > 1 AND expires_at < scheduled_at + %(rest_of_thread)s
                THEN scheduled_at + %(rest_of_thread)s
                ELSE expires_at END,
           scheduled_at, %(now)s,
           CASE WHEN problem IS NOT NULL AND follows THEN 'earlier_part_missing'
                WHEN problem IS NOT NULL THEN 'not_connected' END,
           CASE WHEN problem IS NOT NULL AND follows THEN 'The part before it did not go out.'
                WHEN problem = 'none' THEN format('No %%s account is connected.', %(names)s::jsonb ->> platform)
                WHEN problem = 'gone' THEN format('The %%s account of this post is not connected any more.',
                                                  %(names)s::jsonb ->> platform)
           END,
           %(now)s, %(now)s
    FROM targets
    RETURNING id, post_id, job_id, owner_id, platform, next_attempt_at, state,
              state = 'queued' AND due_at < %(overdue_since)s AND coalesce(expires_at > %(now)s, true) AS late
), noted AS (
    INSERT INTO post_events (post_id, owner_id, actor, type, data, at)
    SELECT id, owner_id, 'scheduler', 'post.queued', jsonb_build_object('jobId', job_id), %(now)s
    FROM claimed
)
SELECT claimed.id AS post_id, made.id, made.job_id, made.owner_id, made.platform, made.next_attempt_at, made.state,
       made.late
FROM claimed
LEFT JOIN made ON made.post_id = claimed.id;

-- name: take_lost
-- Take in hand up to %(limit)s open publications that no message will bring to the publisher: those that were never
-- sent, those whose message must have been lost, and those whose publisher died (their lease has run out).
-- What is ``late`` was not begun, and is to be paced: see catching_up.
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
RETURNING publication.id, publication.job_id, publication.owner_id, publication.next_attempt_at,
          publication.state = 'queued' AND publication.next_attempt_at < %(overdue_since)s
              AND coalesce(publication.expires_at > %(now)s, true) AS late;

-- name: release_held
-- Queue up to %(limit)s publications that no pause holds any more. What its pause has made ``late`` is to be paced: see
-- catching_up. What a pause of more than a campaign holds is told without a look at its post, as that may be very many.
WITH released AS (
    SELECT publication.id
    FROM publications AS publication
    JOIN social_posts AS post ON post.id = publication.post_id
    WHERE publication.state = 'held'
      AND NOT EXISTS (SELECT FROM pauses_on(publication.platform, publication.owner_id, NULL))
      AND NOT EXISTS (SELECT FROM pauses_on(publication.platform, publication.owner_id, post.campaign))
    ORDER BY publication.due_at
    LIMIT %(limit)s
    FOR UPDATE OF publication SKIP LOCKED
)
UPDATE publications AS publication
SET state = 'queued', queued_at = %(now)s, sent_at = NULL, updated_at = %(now)s
FROM released
WHERE publication.id = released.id
RETURNING publication.id, publication.job_id, publication.owner_id, publication.next_attempt_at,
          publication.next_attempt_at <= %(now)s AND coalesce(publication.expires_at > %(now)s, true) AS late;

-- name: pace_alone
-- Of two who plan at once, one waits for the other's plan. To be called in the transaction of the plan.
SELECT pg_advisory_xact_lock(hashtextextended('pace', 0));

-- name: catching_up
-- These late publications, and of their accounts, in the order of the posts' times, what waits for a turn or had one
-- since %(since)s. ``began_at``: when its call began, or else its turn; null where it waits for that. What goes out in
-- time, at the first attempt, has no turn and is not here.
WITH late AS MATERIALIZED (
    SELECT id, owner_id, platform, connection_id, post_id, part, due_at, expires_at, next_attempt_at, true AS late,
           NULL::timestamptz AS began_at
    FROM publications
    WHERE id = ANY(%(ids)s) AND state = 'queued'
), account AS (
    SELECT DISTINCT owner_id, platform, connection_id FROM late
)
SELECT id, owner_id, platform, connection_id, expires_at, next_attempt_at, late, began_at
FROM (
    SELECT * FROM late
    UNION ALL
    SELECT other.*
    FROM account
    CROSS JOIN LATERAL (
        SELECT id, owner_id, platform, connection_id, post_id, part, due_at, expires_at, next_attempt_at,
               false AS late,
               CASE WHEN armed_at IS NOT NULL THEN armed_at
                    WHEN state = 'processing' THEN processing_since
                    WHEN state = 'queued' AND next_attempt_at > greatest(queued_at, %(now)s) THEN NULL -- as planned
                    ELSE next_attempt_at END AS began_at
        FROM publications
        WHERE owner_id = account.owner_id
          AND platform = account.platform
          AND connection_id IS NOT DISTINCT FROM account.connection_id
          AND next_attempt_at > due_at
          AND next_attempt_at > %(since)s
          AND (state IN ('publishing', 'processing', 'published', 'unknown')
               -- not what its platform told to wait
               OR (state = 'queued' AND (failure_code IS NULL OR next_attempt_at <= greatest(queued_at, %(now)s))))
          AND id <> ALL(%(ids)s)
    ) AS other
) AS catching_up
ORDER BY due_at, post_id, part;

-- name: pace
-- Give these publications their turns, where nobody has moved them since they were seen. A message that arrives before
-- a turn that was moved back is sent once more.
WITH moved AS (
    SELECT publication.id, planned.turn
    FROM unnest(%(ids)s::uuid[], %(seen)s::timestamptz[], %(turns)s::timestamptz[]) AS planned (id, seen, turn)
    JOIN publications AS publication ON publication.id = planned.id
    WHERE publication.state = 'queued' AND publication.next_attempt_at = planned.seen
    ORDER BY publication.id
    FOR UPDATE OF publication SKIP LOCKED
)
UPDATE publications AS publication
SET next_attempt_at = moved.turn, queued_at = %(now)s, sent_at = NULL,
    failure_code = NULL, failure_reason = NULL -- it waits for its turn now, not for what it was told
FROM moved
WHERE publication.id = moved.id
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
-- End each of these posts whose publications have all ended. Tells of each how many parts still wait for another.
WITH queued AS MATERIALIZED (
    SELECT id, job_id FROM social_posts WHERE id = ANY(%(ids)s) AND status = 'queued'
), tally AS (
    SELECT queued.id, counted.*
    FROM queued
    CROSS JOIN LATERAL (
        SELECT sum(open) AS open,
               sum(waiting) AS waiting,
               sum(missing) AS missing,
               max(posted_at) AS posted_at,
               string_agg(failures, ' ' ORDER BY platform) AS failures,
               string_agg(name, ', ' ORDER BY name) FILTER (WHERE cancelled > 0 AND published = 0) AS cancelled,
               string_agg(name, ', ' ORDER BY name) FILTER (WHERE cancelled > 0 AND published > 0) AS cut_short,
               string_agg(name, ', ' ORDER BY name) FILTER (WHERE cancelled = 0 AND published > 0 AND missing > 0)
                   AS partly,
               string_agg(name, ', ' ORDER BY name) FILTER (WHERE missing = 0) AS published
        FROM (
            SELECT platform, %(names)s::jsonb ->> platform AS name,
                   count(*) FILTER (WHERE state IN ('queued', 'waiting', 'publishing', 'processing', 'held')) AS open,
                   count(*) FILTER (WHERE state = 'waiting') AS waiting,
                   count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
                   count(*) FILTER (WHERE state = 'published') AS published,
                   count(*) FILTER (WHERE state <> 'published') AS missing,
                   max(published_at) AS posted_at,
                   string_agg(CASE WHEN part > 1 THEN format('Part %%s: ', part) ELSE '' END
                              || failure_reason, ' ' ORDER BY part, connection_id)
                       FILTER (WHERE state IN ('failed', 'unknown') AND failure_code <> 'earlier_part_missing')
                       AS failures
            FROM publications
            WHERE post_id = queued.id AND (job_id = queued.job_id OR state IN ('published', 'unknown'))
            GROUP BY platform
        ) AS of_platform
    ) AS counted
), settled AS (
    UPDATE social_posts AS post
    SET status = CASE WHEN tally.missing = 0 THEN 'published' ELSE 'failed' END,
        posted_at = CASE WHEN tally.missing = 0 THEN tally.posted_at END,
        failure_reason = CASE WHEN tally.missing > 0 THEN concat_ws(' ',
            tally.failures,
            'Cancelled before it went out on ' || tally.cancelled || '.',
            'Cancelled before all of it was out on ' || tally.cut_short || '.',
            'Published in part on ' || tally.partly || '.',
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
SELECT id, waiting FROM tally;

-- name: release_parts
-- Of these posts' parts that wait for another: queue those whose part before is published, and end those that miss it.
-- The window of a part begins when the part before it is out.
WITH waiting AS (
    SELECT id, post_id, job_id, platform, connection_id, part
    FROM publications
    WHERE post_id = ANY(%(ids)s) AND state = 'waiting'
    ORDER BY id
    FOR UPDATE
), judged AS (
    SELECT waiting.id, known.released, known.broken
    FROM waiting
    CROSS JOIN LATERAL (
        SELECT coalesce(bool_or(before.part = waiting.part - 1 AND before.state = 'published'), false) AS released,
               coalesce(bool_or(before.state = 'unknown'
                                OR (before.job_id = waiting.job_id AND before.state IN ('failed', 'cancelled'))), false)
                   AS broken
        FROM publications AS before
        WHERE before.post_id = waiting.post_id
          AND before.platform = waiting.platform
          AND before.connection_id IS NOT DISTINCT FROM waiting.connection_id
          AND before.part < waiting.part
    ) AS known
), moved AS (
    UPDATE publications AS publication
    SET state = CASE WHEN judged.released THEN 'queued' ELSE 'failed' END,
        next_attempt_at = greatest(publication.next_attempt_at, %(now)s),
        expires_at = %(now)s + (publication.expires_at - publication.due_at),
        queued_at = %(now)s,
        failure_code = CASE WHEN NOT judged.released THEN 'earlier_part_missing' END,
        failure_reason = CASE WHEN NOT judged.released THEN 'The part before it did not go out.' END,
        updated_at = %(now)s
    FROM judged
    WHERE publication.id = judged.id AND (judged.released OR judged.broken)
    RETURNING publication.id, publication.post_id, publication.job_id, publication.owner_id, publication.state,
              publication.next_attempt_at, publication.failure_code, publication.failure_reason
), noted AS (
    INSERT INTO publication_attempts (publication_id, attempt, event, code, reason, at)
    SELECT id, 0, 'failed', failure_code, failure_reason, %(now)s FROM moved WHERE state = 'failed'
)
SELECT id, post_id, job_id, owner_id, state, next_attempt_at FROM moved;

-- name: lock_post
-- The post of this owner, held until the transaction ends.
SELECT id, status, scheduled_at, platforms, connection_platforms, job_id, approval_required, approval_status
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
    SET state = 'cancelled',
        armed_at = NULL, -- as the row that was waited for says; constraints are checked against the one of before, too
        lease_token = NULL,
        lease_until = NULL,
        updated_at = %(now)s
    FROM held
    WHERE publication.id = held.id
      AND held.state IN ('queued', 'waiting', 'held', 'processing', 'publishing')
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
SET sent_at = NULL, queued_at = %(now)s
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

-- name: overdue
-- How much of what should be out since %(since)s is not, and since when: publications that wait for anything but a
-- platform that digests media, and posts that no tick has claimed. Looks at %(limit)s of each at most.
WITH late AS (
    SELECT open.due_at AS since
    FROM (
        SELECT due_at, state, next_attempt_at
        FROM publications
        WHERE state IN ('queued', 'publishing', 'processing')
        ORDER BY next_attempt_at
        LIMIT %(limit)s
    ) AS open
    WHERE open.due_at < %(since)s AND (open.state <> 'processing' OR open.next_attempt_at < %(since)s)
    UNION ALL
    (
        SELECT scheduled_at
        FROM social_posts
        WHERE status = 'scheduled'
          AND (NOT approval_required OR approval_status = 'approved')
          AND scheduled_at < %(since)s
        ORDER BY scheduled_at
        LIMIT %(limit)s
    )
)
SELECT count(*) AS count, min(since) AS since FROM late;

-- name: purge_idempotency_keys
-- Forget answers that need not be remembered any more, a bounded number at a time.
DELETE FROM idempotency_keys
WHERE (owner_id, operation, key) IN (
    SELECT owner_id, operation, key FROM idempotency_keys WHERE expires_at < %(now)s
    ORDER BY expires_at LIMIT 1000 FOR UPDATE SKIP LOCKED
);

-- name: pause
-- From now on nothing of this scope goes out. Pausing again changes the reason.
INSERT INTO queue_controls (scope, target, owner_id, reason, actor, paused_at)
VALUES (%(scope)s, %(target)s, %(owner_id)s, %(reason)s, %(actor)s, %(now)s)
ON CONFLICT ON CONSTRAINT queue_controls_pkey
DO UPDATE SET reason = excluded.reason, actor = excluded.actor;

-- name: hold_paused
-- Hold what is paused and whose publish call has not begun. A publisher that has it in hand finds its lease gone.
WITH paused AS (
    SELECT publication.id
    FROM publications AS publication
    JOIN social_posts AS post ON post.id = publication.post_id
    WHERE publication.state IN ('queued', 'publishing', 'processing')
      AND publication.armed_at IS NULL
      AND EXISTS (SELECT FROM pauses_on(publication.platform, publication.owner_id, post.campaign))
    ORDER BY publication.id
    FOR UPDATE OF publication
)
UPDATE publications AS publication
SET state = 'held', armed_at = NULL, lease_token = NULL, lease_until = NULL, leases = 0, sent_at = NULL,
    processing_since = NULL, updated_at = %(now)s
FROM paused
WHERE publication.id = paused.id AND publication.armed_at IS NULL
  AND publication.state IN ('queued', 'publishing', 'processing')
RETURNING publication.id;

-- name: resume
-- End a pause. No row: there is none.
DELETE FROM queue_controls
WHERE scope = %(scope)s AND target = %(target)s AND owner_id = %(owner_id)s
RETURNING scope, target, owner_id, reason, actor, paused_at;

-- name: pauses
-- What is paused; with %(owner_id)s, what of it concerns that owner.
SELECT scope, target, owner_id, reason, actor, paused_at
FROM queue_controls
WHERE %(owner_id)s::text IS NULL
   OR scope IN ('all', 'platform')
   OR (scope = 'owner' AND target = %(owner_id)s)
   OR (scope = 'campaign' AND owner_id IN ('', %(owner_id)s))
ORDER BY paused_at, scope, target, owner_id;

-- name: missing_parts
-- What counts of a failed post's publications, locked: a retry is about those that are neither published nor unknown.
SELECT id, platform, connection_id, part, state
FROM publications
WHERE post_id = %(post_id)s AND (job_id = %(job_id)s OR state IN ('published', 'unknown'))
ORDER BY id
FOR UPDATE;

-- name: confirm_not_published
-- A person has looked: these are not there. Only then may they be sent again.
WITH confirmed AS (
    UPDATE publications
    SET state = 'failed', failure_code = 'confirmed_not_published', armed_at = NULL, updated_at = %(now)s
    WHERE id = ANY(%(ids)s) AND post_id = %(post_id)s AND state = 'unknown'
    RETURNING id, attempts, failure_code, failure_reason
)
INSERT INTO publication_attempts (publication_id, attempt, event, code, reason, at)
SELECT id, attempts, 'confirmed_not_published', failure_code, %(actor)s || ' has looked: it is not there.', %(now)s
FROM confirmed;

-- name: return_to_scheduled
-- Schedule a failed post once more, under a new job; a time that is past means now.
WITH returned AS (
    UPDATE social_posts
    SET status = 'scheduled', job_id = gen_random_uuid(), scheduled_at = greatest(scheduled_at, %(now)s),
        failure_reason = NULL, version = version + 1, updated_at = %(now)s
    WHERE id = %(post_id)s AND status = 'failed'
    RETURNING id, owner_id, job_id, scheduled_at, platforms
), noted AS (
    INSERT INTO post_events (post_id, owner_id, actor, type, data, at)
    SELECT id, owner_id, %(actor)s, 'post.retried',
           jsonb_build_object('jobId', job_id, 'confirmedNotPublished', %(confirmed)s::text[]), %(now)s
    FROM returned
)
SELECT job_id, scheduled_at, platforms FROM returned;
