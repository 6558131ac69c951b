-- The lock order in every module: posts before their publications, and the rows of each table by id. Statements that
-- skip locked rows need no order. Statements for given posts or publications find them by their ids before they check
-- states; see the queries of minutehand.publishing.

-- name: claim_due
-- Queue the posts due by %(until)s, up to %(limit)s posts and about %(max_publications)s publications. Insert the
-- missing publications, one for each part and connection. Two concurrent ticks never claim the same post. If
-- %(post_id)s and %(owner_id)s are given, claim only that post of that owner. Publications of test data go to the
-- sandbox. Publications with ``overdue`` need slots: see assign_slots. The window of a later part is at
-- least %(min_part_window)s long. This window begins again when the previous part is published: see release_parts.
WITH candidates AS (
    SELECT id, scheduled_at, (
        SELECT coalesce(sum({queue.part_count} * greatest(1, named.count)), 0)
        FROM (SELECT DISTINCT unnest(post.platforms) AS platform) AS wanted
        CROSS JOIN LATERAL (
            SELECT cardinality(array_positions(post.connection_platforms, platform)) AS count
        ) AS named
    ) AS publications
    FROM social_posts AS post
    WHERE status = 'scheduled'
      AND {queue.approved}
      AND scheduled_at <= %(until)s
      AND (%(post_id)s::uuid IS NULL OR id = %(post_id)s)
      AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
    ORDER BY scheduled_at
    LIMIT %(limit)s
    FOR UPDATE OF post SKIP LOCKED
), due AS ( -- the first post is claimed regardless of the number of its publications
    SELECT id
    FROM (
        SELECT id, sum(publications) OVER (ORDER BY scheduled_at, id) - publications AS earlier_publications
        FROM candidates
    ) AS counted
    WHERE earlier_publications < %(max_publications)s
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
    SELECT post.*, destination.platform, destination.connection_id,
           CASE WHEN destination.problem = 'none' AND (%(unconnected)s <> 'reject' OR {queue.of_tests}) THEN NULL
                ELSE destination.problem END AS problem
    FROM claimed AS post
    CROSS JOIN LATERAL {queue.destinations} AS destination
), targets AS (
    SELECT accounts.*, numbered.part, numbered.part > 1 AND numbered.part - 1 <> ALL(live.published) AS waits_for_part
    FROM accounts
    CROSS JOIN LATERAL ( -- an aggregate, so that no plan reads the publications of all posts
        SELECT coalesce(array_agg(part), '{}') AS parts,
               coalesce(array_agg(part) FILTER (WHERE state = 'published'), '{}') AS published
        FROM publications
        WHERE post_id = accounts.id
          AND platform = accounts.platform
          AND connection_id IS NOT DISTINCT FROM accounts.connection_id
          AND state IN {queue.live}
    ) AS live
    CROSS JOIN LATERAL (
        SELECT generate_series(1, {queue.part_count}) AS part
    ) AS numbered
    WHERE numbered.part <> ALL(live.parts)
), made AS (
    INSERT INTO publications (post_id, job_id, owner_id, platform, connection_id, part, sandbox, state, due_at,
                              expires_at, next_attempt_at, queued_at, failure_code, failure_reason, created_at,
                              updated_at)
    SELECT id, job_id, owner_id, platform, connection_id, part,
           (connection_id IS NULL AND problem IS NULL) OR {queue.of_tests},
           CASE WHEN problem IS NOT NULL THEN 'failed'
                WHEN waits_for_part THEN 'waiting'
                WHEN EXISTS (SELECT FROM pauses_on(platform, owner_id, campaign)) THEN 'held'
                ELSE 'queued' END,
           scheduled_at,
           CASE WHEN part > 1 AND expires_at < scheduled_at + %(min_part_window)s
                THEN scheduled_at + %(min_part_window)s
                ELSE expires_at END,
           scheduled_at, %(now)s,
           CASE WHEN problem IS NOT NULL AND waits_for_part THEN 'earlier_part_missing'
                WHEN problem IS NOT NULL THEN 'not_connected' END,
           CASE WHEN problem IS NOT NULL AND waits_for_part THEN 'An earlier part was not published.'
                WHEN problem = 'none' THEN format('No %%s account is connected. Connect one, then retry the post.',
                                                  %(names)s::jsonb ->> platform)
                WHEN problem = 'gone' THEN format('The %%s account of this post is no longer connected. '
                                                  'Connect it again, then retry the post.',
                                                  %(names)s::jsonb ->> platform)
           END,
           %(now)s, %(now)s
    FROM targets
    RETURNING id, post_id, job_id, owner_id, platform, connection_id, part, next_attempt_at, state, remote_id,
              permalink, failure_code, failure_reason,
              state = 'queued' AND due_at < %(overdue_since)s AND coalesce(expires_at > %(now)s, true) AS overdue
), noted AS (
    INSERT INTO events (post_id, publication_id, connection_id, owner_id, actor, type, data, at)
    SELECT id, NULL, NULL, owner_id, 'scheduler', 'post.queued', jsonb_build_object('jobId', job_id), %(now)s
    FROM claimed
    UNION ALL
    SELECT post_id, id, connection_id, owner_id, 'scheduler', 'publication.failed', {queue.publication_data}, %(now)s
    FROM made
    WHERE state = 'failed'
)
SELECT claimed.id AS post_id, made.id, made.job_id, claimed.owner_id, made.platform, made.next_attempt_at, made.state,
       made.overdue,
       (SELECT count(*) FROM candidates) = %(limit)s
           OR (SELECT count(*) FROM candidates) > (SELECT count(*) FROM due) AS more
FROM claimed
LEFT JOIN made ON made.post_id = claimed.id;

-- name: requeue_lost
-- Requeue up to %(limit)s publications without a valid lease whose message was not sent or is probably lost.
-- Publications with ``overdue`` are not armed and need slots: see assign_slots.
WITH lost AS (
    SELECT id
    FROM publications
    WHERE state IN {queue.sendable}
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
              AND coalesce(publication.expires_at > %(now)s, true) AS overdue;

-- name: release_held
-- Queue up to %(limit)s held publications to which no pause applies. Publications with ``overdue`` need slots: see
-- assign_slots. Pauses without a campaign are checked first and without reading the post, because such a pause may hold
-- very many publications.
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
          publication.next_attempt_at <= %(now)s AND coalesce(publication.expires_at > %(now)s, true) AS overdue;

-- name: lock_slots
-- Allow only one transaction at a time to plan slots. A second transaction waits, and then reads the plan of the first.
-- The key keeps its old name: with a new name, functions of two releases could plan at the same time during a
-- deployment.
SELECT pg_advisory_xact_lock(hashtextextended('pace', 0));

-- name: list_slots
-- Return, in the order of the posts' times, these overdue publications and the publications on the same connections
-- that wait for a slot or have had one since %(since)s. ``began_at`` is null if the publication still waits for a slot.
-- Otherwise, ``began_at`` is the time when the publish call or the processing began, or the slot if neither has begun.
-- First attempts that are on time are omitted, because they need no slot.
WITH named AS MATERIALIZED (
    SELECT * FROM publications WHERE id = ANY(%(ids)s)
), overdue AS MATERIALIZED (
    SELECT id, owner_id, platform, connection_id, post_id, part, due_at, expires_at, next_attempt_at, true AS overdue,
           NULL::timestamptz AS began_at
    FROM named
    WHERE state = 'queued'
), connection AS (
    SELECT DISTINCT owner_id, platform, connection_id FROM overdue
)
SELECT id, owner_id, platform, connection_id, expires_at, next_attempt_at, overdue, began_at
FROM (
    SELECT * FROM overdue
    UNION ALL
    SELECT other.*
    FROM connection
    CROSS JOIN LATERAL (
        SELECT id, owner_id, platform, connection_id, post_id, part, due_at, expires_at, next_attempt_at,
               false AS overdue,
               CASE WHEN armed_at IS NOT NULL THEN armed_at
                    WHEN state = 'processing' THEN processing_since
                    WHEN state = 'queued' AND next_attempt_at > greatest(queued_at, %(now)s) THEN NULL -- still waits
                    ELSE next_attempt_at END AS began_at
        FROM publications AS near
        WHERE owner_id = connection.owner_id
          AND platform = connection.platform
          AND connection_id IS NOT DISTINCT FROM connection.connection_id
          AND next_attempt_at > due_at
          AND next_attempt_at > %(since)s
          AND (state IN {queue.live}
               -- a queued publication with a failure code waits for a backoff or a rate limit, not for a slot
               OR (state = 'queued' AND (failure_code IS NULL OR next_attempt_at <= greatest(queued_at, %(now)s))))
          AND id <> ALL(%(ids)s)
    ) AS other
) AS listed
ORDER BY due_at, post_id, part;

-- name: assign_slots
-- Assign these publications their slots, except publications that another transaction has locked or moved in the
-- meantime.
-- If a slot moves to a later time, the publisher ignores the message that arrives early, and a new message is sent.
WITH named AS (
    SELECT id, state, next_attempt_at
    FROM publications
    WHERE id = ANY(%(ids)s)
    ORDER BY id
    FOR UPDATE SKIP LOCKED
), moved AS (
    SELECT named.id, planned.slot
    FROM unnest(%(ids)s::uuid[], %(seen)s::timestamptz[], %(slots)s::timestamptz[]) AS planned (id, seen, slot)
    JOIN named ON named.id = planned.id
    WHERE named.state = 'queued' AND named.next_attempt_at = planned.seen
)
UPDATE publications AS publication
SET next_attempt_at = moved.slot, queued_at = %(now)s, sent_at = NULL,
    failure_code = NULL, failure_reason = NULL -- the publication now waits for its slot and no longer for a retry
FROM moved
WHERE publication.id = moved.id
RETURNING publication.id, publication.job_id, publication.owner_id, publication.next_attempt_at;

-- name: mark_sent (prepared)
-- Record that SQS accepted a message for each of these publications.
WITH named AS (
    SELECT id, state, queued_at FROM publications WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE
)
UPDATE publications AS publication
SET sent_at = %(now)s
FROM named
WHERE publication.id = named.id
  AND named.state IN {queue.sendable}
  AND named.queued_at <= %(now)s; -- skips publications that were requeued in the meantime

-- name: lock_posts
-- Lock the posts of publications that are about to end. Without the lock, two concurrent transactions could each end
-- one publication of a post and read the other one as open. Neither transaction would then end the post.
SELECT id FROM social_posts WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE;

-- name: finish_posts (prepared)
-- End each of these posts whose status is %(status)s ('queued' or 'failed') and whose publications have all ended. A
-- post is published if something of it is published and all the rest was cancelled: a cancellation is no failure.
-- Returns, for each post with this status, the number of parts that wait for an earlier part. A failed post that stays
-- failed gets a new reason and no event.
WITH named AS MATERIALIZED (
    SELECT id, job_id, status FROM social_posts WHERE id = ANY(%(ids)s)
), listed AS MATERIALIZED (
    SELECT id, job_id FROM named WHERE status = %(status)s
), tally AS (
    SELECT listed.id, counted.*, counted.failed = 0 AND counted.posted_at IS NOT NULL AS is_published
    FROM listed
    CROSS JOIN LATERAL (
        SELECT sum(open) AS open,
               sum(waiting) AS waiting,
               sum(failed) AS failed,
               max(posted_at) AS posted_at,
               string_agg(failures, ' ' ORDER BY platform) AS failures,
               string_agg(name, ', ' ORDER BY name) FILTER (WHERE cancelled > 0 AND published = 0) AS cancelled,
               string_agg(name, ', ' ORDER BY name) FILTER (WHERE cancelled > 0 AND published > 0) AS cut_short,
               string_agg(name, ', ' ORDER BY name) FILTER (WHERE cancelled = 0 AND published > 0 AND missing > 0)
                   AS partly,
               string_agg(name, ', ' ORDER BY name) FILTER (WHERE missing = 0) AS published
        FROM (
            SELECT platform, %(names)s::jsonb ->> platform AS name,
                   count(*) FILTER (WHERE state IN {queue.open}) AS open,
                   count(*) FILTER (WHERE state = 'waiting') AS waiting,
                   count(*) FILTER (WHERE state IN {queue.failed}) AS failed,
                   count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
                   count(*) FILTER (WHERE state = 'published') AS published,
                   count(*) FILTER (WHERE state <> 'published') AS missing,
                   max(published_at) AS posted_at,
                   string_agg(CASE WHEN part > 1 THEN format('Part %%s: ', part) ELSE '' END
                              || failure_reason, ' ' ORDER BY part, connection_id)
                       FILTER (WHERE state IN {queue.failed} AND failure_code <> 'earlier_part_missing')
                       AS failures
            FROM publications
            WHERE post_id = listed.id AND (job_id = listed.job_id OR state IN {queue.counted})
            GROUP BY platform
        ) AS of_platform
    ) AS counted
), finished AS (
    UPDATE social_posts AS post
    SET status = CASE WHEN tally.is_published THEN 'published' ELSE 'failed' END,
        posted_at = CASE WHEN tally.is_published THEN tally.posted_at END,
        failure_reason = CASE WHEN NOT tally.is_published THEN concat_ws(' ',
            tally.failures,
            'Cancelled before it was published on ' || tally.cancelled || '.',
            'Published in part, then cancelled, on ' || tally.cut_short || '.',
            'Published in part on ' || tally.partly || '.',
            'Published on ' || tally.published || '.') END,
        version = post.version + 1,
        updated_at = %(now)s
    FROM tally
    WHERE post.id = tally.id AND tally.open = 0
    RETURNING post.id, post.owner_id, post.status, post.failure_reason, post.job_id,
              CASE WHEN post.status = 'failed' THEN tally.posted_at IS NOT NULL
                   WHEN coalesce(tally.cancelled, tally.cut_short) IS NOT NULL THEN true END AS partial
), noted AS (
    INSERT INTO events (post_id, owner_id, actor, actor_name, type, data, at)
    SELECT id, owner_id, %(actor)s, %(actor_name)s, 'post.' || status,
           jsonb_strip_nulls(jsonb_build_object('jobId', job_id, 'failureReason', failure_reason, 'partial', partial)),
           %(now)s
    FROM finished
    WHERE status <> %(status)s
)
SELECT id, waiting FROM tally;

-- name: release_parts (prepared)
-- Queue each waiting part of these posts if the previous part is published. Otherwise, mark the part as failed if an
-- earlier part is unknown, or failed or was cancelled in the same job. The window of a part opens when the previous part
-- is published.
WITH waiting AS (
    SELECT id, post_id, job_id, platform, connection_id, part
    FROM publications
    WHERE post_id = ANY(%(ids)s) AND state = 'waiting'
    ORDER BY id
    FOR UPDATE
), checked AS (
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
    SET state = CASE WHEN checked.released THEN 'queued' ELSE 'failed' END,
        next_attempt_at = greatest(publication.next_attempt_at, %(now)s),
        expires_at = %(now)s + (publication.expires_at - publication.due_at),
        queued_at = %(now)s,
        failure_code = CASE WHEN NOT checked.released THEN 'earlier_part_missing' END,
        failure_reason = CASE WHEN NOT checked.released THEN 'An earlier part was not published.' END,
        updated_at = %(now)s
    FROM checked
    WHERE publication.id = checked.id AND (checked.released OR checked.broken)
    RETURNING publication.*
), noted AS (
    INSERT INTO publication_attempts (publication_id, attempt, event, code, reason, at)
    SELECT id, 0, 'failed', failure_code, failure_reason, %(now)s FROM moved WHERE state = 'failed'
), event AS (
    INSERT INTO events (post_id, publication_id, connection_id, owner_id, actor, type, data, at)
    SELECT post_id, id, connection_id, owner_id, 'publisher', 'publication.failed', {queue.publication_data}, %(now)s
    FROM moved
    WHERE state = 'failed'
)
SELECT id, post_id, job_id, owner_id, state, next_attempt_at FROM moved;

-- name: lock_post
-- Return this owner's post, locked until the transaction ends.
SELECT id, status, scheduled_at, job_id, approval_required, approval_status
FROM social_posts
WHERE id = %(post_id)s AND owner_id = %(owner_id)s
FOR UPDATE;

-- name: unconnected_platforms
-- Return the platforms of a post on which the owner has no connection.
SELECT destination.platform
FROM social_posts AS post
CROSS JOIN LATERAL {queue.destinations} AS destination
WHERE post.id = %(post_id)s AND post.owner_id = %(owner_id)s AND destination.problem = 'none'
ORDER BY destination.platform;

-- name: start_job
-- Create the job of a scheduled post, unless the post already has a job.
WITH named AS (
    SELECT id, status, job_id FROM social_posts WHERE id = %(post_id)s AND owner_id = %(owner_id)s FOR UPDATE
), started AS (
    UPDATE social_posts AS post
    SET job_id = gen_random_uuid(), version = post.version + 1, updated_at = %(now)s
    FROM named
    WHERE post.id = named.id AND named.status = 'scheduled' AND named.job_id IS NULL
    RETURNING post.id, post.owner_id, post.job_id
)
INSERT INTO events (post_id, owner_id, actor, actor_name, type, data, at)
SELECT id, owner_id, %(actor)s, %(actor_name)s, 'post.scheduled', jsonb_build_object('jobId', job_id), %(now)s
FROM started;

-- name: job_of_post
-- Return the job of a post, with the states of the publications that count for it; see lock_counted.
SELECT post.job_id, post.status, post.scheduled_at, post.platforms,
       ARRAY(SELECT DISTINCT state
             FROM publications
             WHERE post_id = post.id AND (job_id = post.job_id OR state IN {queue.counted})
       ) AS publication_states
FROM social_posts AS post
WHERE post.id = %(post_id)s AND post.owner_id = %(owner_id)s;

-- name: cancel_publications
-- Cancel the publications of a job that are open and not armed. Returns all publications of the job. ``begun``: whether
-- any publish call of the publication has begun, even one that the platform did not accept.
WITH locked AS (
    SELECT id, state, armed_at, started_at
    FROM publications
    WHERE job_id = %(job_id)s AND owner_id = %(owner_id)s
    ORDER BY id
    FOR UPDATE
), cancelled AS (
    UPDATE publications AS publication
    SET state = 'cancelled',
        -- The locked row is not armed. But Postgres also checks the constraints on a row that it derives from the
        -- version before the lock, and this version may be armed.
        armed_at = NULL,
        lease_token = NULL,
        lease_until = NULL,
        updated_at = %(now)s
    FROM locked
    WHERE publication.id = locked.id
      AND locked.state IN {queue.open}
      AND locked.armed_at IS NULL
    RETURNING publication.id
)
SELECT locked.id, cancelled.id IS NOT NULL AS cancelled, locked.started_at IS NOT NULL AS begun
FROM locked
LEFT JOIN cancelled ON cancelled.id = locked.id;

-- name: take_back
-- Schedule a queued post under a new job, which has no publications yet.
WITH named AS (
    SELECT id, status FROM social_posts WHERE id = %(post_id)s AND owner_id = %(owner_id)s FOR UPDATE
)
UPDATE social_posts AS post
SET status = 'scheduled', job_id = gen_random_uuid()
FROM named
WHERE post.id = named.id AND named.status = 'queued';

-- name: return_to_draft
-- Make a post a draft again if each of its publications, in this job and in earlier ones, is cancelled or failed.
-- Otherwise change nothing and return no row.
WITH returned AS (
    UPDATE social_posts AS post
    SET status = 'draft', scheduled_at = NULL, job_id = NULL, version = version + 1, updated_at = %(now)s
    WHERE post.id = %(post_id)s AND post.owner_id = %(owner_id)s
      AND NOT EXISTS (
          SELECT FROM publications
          WHERE post_id = post.id AND state NOT IN ('cancelled', 'failed')
      )
    RETURNING post.id
)
SELECT id FROM returned;

-- name: last_event
-- Return the last event of a post.
SELECT type, at FROM events WHERE post_id = %(post_id)s AND owner_id = %(owner_id)s ORDER BY id DESC LIMIT 1;

-- name: posts_of
-- Return the posts of these publications.
SELECT DISTINCT post_id FROM publications WHERE id = ANY(%(ids)s);

-- name: lock_dead_lettered
-- Return these publications, whose messages became dead letters, and lock them. Wait while another transaction has
-- locked one of them.
SELECT id, post_id, job_id, owner_id, platform, state, attempts, leases, armed_at, lease_until
FROM publications
WHERE id = ANY(%(ids)s)
ORDER BY id
FOR UPDATE;

-- name: resend
-- Let a later tick send new messages for these publications.
WITH named AS (
    SELECT id, state FROM publications WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE
)
UPDATE publications AS publication
SET sent_at = NULL, queued_at = %(now)s
FROM named
WHERE publication.id = named.id AND named.state IN {queue.sendable};

-- name: give_up
-- End publications that cannot succeed: an armed publication as unknown, any other as failed.
WITH named AS (
    SELECT id, state FROM publications WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE
), ended AS (
    UPDATE publications AS publication
    SET state = CASE WHEN publication.armed_at IS NULL THEN 'failed' ELSE 'unknown' END,
        failure_code = failure.code,
        failure_reason = failure.reason,
        lease_token = NULL,
        lease_until = NULL,
        updated_at = %(now)s
    FROM named
    JOIN unnest(%(ids)s::uuid[], %(codes)s::text[], %(reasons)s::text[]) AS failure (id, code, reason)
      ON failure.id = named.id
    WHERE publication.id = named.id AND named.state IN {queue.sendable}
    RETURNING publication.*
), event AS (
    INSERT INTO events (post_id, publication_id, connection_id, owner_id, actor, type, data, at)
    SELECT post_id, id, connection_id, owner_id, 'dead_letters', 'publication.' || state, {queue.publication_data},
           %(now)s
    FROM ended
)
INSERT INTO publication_attempts (publication_id, attempt, event, code, reason, at)
SELECT id, attempts, state, failure_code, failure_reason, %(now)s FROM ended;

-- name: overdue
-- Return the number of publications and unclaimed posts that were due before %(since)s and are still to be published,
-- and the time of the oldest. Test data is omitted, and so are held publications, waiting parts, and publications in
-- processing whose next attempt is on time. The statement reads at most %(limit)s publications and %(limit)s posts.
WITH overdue AS (
    SELECT open.due_at AS since
    FROM (
        SELECT due_at, state, next_attempt_at
        FROM publications
        WHERE state IN {queue.sendable} AND next_attempt_at > '-infinity' AND NOT {queue.of_tests}
        ORDER BY next_attempt_at
        LIMIT %(limit)s
    ) AS open
    WHERE open.due_at < %(since)s AND (open.state <> 'processing' OR open.next_attempt_at < %(since)s)
    UNION ALL
    (
        SELECT scheduled_at
        FROM social_posts
        WHERE status = 'scheduled'
          AND {queue.approved}
          AND scheduled_at < %(since)s
          AND NOT {queue.of_tests}
        ORDER BY scheduled_at
        LIMIT %(limit)s
    )
)
SELECT count(*) AS count, min(since) AS since FROM overdue;

-- name: pause
-- Pause this scope. Pausing a paused scope replaces the reason and the actor.
INSERT INTO queue_controls (scope, target, owner_id, reason, actor, paused_at)
VALUES (%(scope)s, %(target)s, %(owner_id)s, %(reason)s, %(actor)s, %(now)s)
ON CONFLICT ON CONSTRAINT queue_controls_pkey
DO UPDATE SET reason = excluded.reason, actor = excluded.actor;

-- name: hold_paused
-- Hold each publication to which a pause applies, unless the publication is armed. A publisher that works on a held
-- publication loses its lease. Returns only the number of held publications, because there may be very many.
WITH paused AS (
    SELECT publication.id
    FROM publications AS publication
    JOIN social_posts AS post ON post.id = publication.post_id
    WHERE publication.state IN {queue.sendable}
      AND publication.next_attempt_at > '-infinity'
      AND publication.armed_at IS NULL
      AND EXISTS (SELECT FROM pauses_on(publication.platform, publication.owner_id, post.campaign))
    ORDER BY publication.id
    FOR UPDATE OF publication
), held AS (
    UPDATE publications AS publication
    SET state = 'held', armed_at = NULL, lease_token = NULL, lease_until = NULL, leases = 0, sent_at = NULL,
        processing_since = NULL, retrying_since = NULL, updated_at = %(now)s
    FROM paused
    WHERE publication.id = paused.id AND publication.armed_at IS NULL
      AND publication.state IN {queue.sendable}
    RETURNING publication.id
)
SELECT count(*) AS held FROM held;

-- name: resume
-- End a pause. Returns no row if there is no such pause.
DELETE FROM queue_controls
WHERE scope = %(scope)s AND target = %(target)s AND owner_id = %(owner_id)s
RETURNING scope, target, owner_id, reason, actor, paused_at;

-- name: list_pauses
-- Return the pauses in force. If %(owner_id)s is given, return only the pauses that can hold that owner's posts. A
-- pause of one campaign name for all owners is then returned only if the owner has a post in a campaign of this name,
-- because the name may be confidential. ``held``: the number of publications that the pause holds, or those of the
-- given owner, counted up to %(limit)s. ``held_posts``: the number of posts to which these publications belong. Each
-- ORDER BY matches an index, so that Postgres reads this index and stops at the limit, regardless of its statistics.
SELECT control.scope, control.target, control.owner_id, control.reason, control.actor, control.paused_at,
       counted.held, counted.held_posts
FROM queue_controls AS control
CROSS JOIN LATERAL (
    SELECT count(*) AS held, count(DISTINCT post_id) AS held_posts
    FROM (
        (SELECT post_id
         FROM publications
         WHERE control.scope = 'all' AND state = 'held'
           AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
         ORDER BY owner_id
         LIMIT %(limit)s)
        UNION ALL
        (SELECT post_id
         FROM publications
         WHERE control.scope = 'platform' AND state = 'held' AND platform = control.target
           AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
         ORDER BY platform, owner_id
         LIMIT %(limit)s)
        UNION ALL
        (SELECT post_id
         FROM publications
         WHERE control.scope = 'owner' AND state = 'held' AND owner_id IN (control.target)
           AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
         ORDER BY owner_id
         LIMIT %(limit)s)
        UNION ALL
        (SELECT publication.post_id
         FROM social_posts AS post
         CROSS JOIN LATERAL (SELECT post_id FROM publications WHERE post_id = post.id AND state = 'held' OFFSET 0)
           AS publication
         WHERE control.scope = 'campaign' AND post.status = 'queued' AND post.campaign = control.target
           AND control.owner_id IN ('', post.owner_id)
           AND (%(owner_id)s::text IS NULL OR post.owner_id = %(owner_id)s)
         ORDER BY post.status, post.campaign, post.owner_id
         LIMIT %(limit)s)
    ) AS held
) AS counted
WHERE %(owner_id)s::text IS NULL
   OR control.scope IN ('all', 'platform')
   OR (control.scope = 'owner' AND control.target = %(owner_id)s)
   OR (control.scope = 'campaign' AND control.owner_id = %(owner_id)s)
   OR (control.scope = 'campaign' AND control.owner_id = ''
       AND EXISTS (SELECT FROM social_posts AS post
                   WHERE post.owner_id = %(owner_id)s AND post.campaign = control.target))
ORDER BY control.paused_at, control.scope, control.target, control.owner_id;

-- name: count_planned
-- Return the number of scheduled posts of this owner, platform and campaign, without rejected posts, counted up to
-- %(limit)s. The ORDER BY matches an index: see list_pauses. For an owner, Postgres may sort all scheduled posts of the
-- owner. A pause is rare, so this cost does no harm.
SELECT count(*) AS planned
FROM (
    SELECT
    FROM social_posts
    WHERE status = 'scheduled'
      AND approval_status IS DISTINCT FROM 'rejected'
      AND (%(owner_id)s::text IS NULL OR owner_id = %(owner_id)s)
      AND (%(platform)s::text IS NULL OR platforms @> ARRAY[%(platform)s::text])
      AND (%(campaign)s::text IS NULL OR campaign = %(campaign)s)
    ORDER BY status, campaign, owner_id
    LIMIT %(limit)s
) AS counted;

-- name: lock_counted
-- Lock and return the publications that count for an ended post: all publications of its job, and the published and
-- unknown publications of earlier jobs.
SELECT id, platform, connection_id, part, state
FROM publications
WHERE post_id = %(post_id)s AND owner_id = %(owner_id)s AND (job_id = %(job_id)s OR state IN {queue.counted})
ORDER BY id
FOR UPDATE;

-- name: lock_publications
-- Lock and return these publications of a post.
SELECT id, state
FROM publications
WHERE id = ANY(%(ids)s) AND post_id = %(post_id)s AND owner_id = %(owner_id)s
ORDER BY id
FOR UPDATE;

-- name: confirm
-- Record whether a person has found these unknown publications on their platforms. A publication that was not found can
-- be published again. For a publication that was found, ``published_at`` is the time at which the publish call began.
WITH named AS (
    SELECT id, state
    FROM publications
    WHERE id = ANY(%(ids)s) AND post_id = %(post_id)s AND owner_id = %(owner_id)s
    ORDER BY id
    FOR UPDATE
), confirmed AS (
    UPDATE publications AS publication
    SET state = CASE WHEN found.published THEN 'published' ELSE 'failed' END,
        published_at = CASE WHEN found.published THEN coalesce(publication.armed_at, %(now)s) END,
        permalink = CASE WHEN found.published THEN coalesce(found.permalink, publication.permalink) END,
        armed_at = CASE WHEN found.published THEN publication.armed_at END,
        failure_code = CASE WHEN NOT found.published THEN 'confirmed_not_published' END,
        failure_reason = CASE WHEN NOT found.published
                              THEN format('The post was not found on %%s. Retry the post.',
                                          %(names)s::jsonb ->> publication.platform) END,
        updated_at = %(now)s
    FROM named
    JOIN unnest(%(ids)s::uuid[], %(published)s::boolean[], %(permalinks)s::text[]) AS found (id, published, permalink)
      ON found.id = named.id
    WHERE publication.id = named.id AND named.state = 'unknown'
    RETURNING publication.*
), noted AS (
    INSERT INTO publication_attempts (publication_id, attempt, event, code, reason, at)
    SELECT id, attempts,
           CASE state WHEN 'published' THEN 'confirmed_published' ELSE 'confirmed_not_published' END, failure_code,
           CASE state WHEN 'published' THEN format('%%s checked the account and found the post.', %(actor)s::text)
                      ELSE format('%%s checked the account and did not find the post.', %(actor)s::text) END,
           %(now)s
    FROM confirmed
)
INSERT INTO events (post_id, publication_id, connection_id, owner_id, actor, actor_name, type, data, at)
SELECT post_id, id, connection_id, owner_id, %(actor)s, %(actor_name)s, 'publication.' || state,
       {queue.publication_data} || '{"confirmed": true}', %(now)s
FROM confirmed;

-- name: return_to_scheduled
-- Schedule a failed post, or a published post that was cancelled in part, again under a new job. If the time is in the
-- past, the post is due now.
WITH named AS (
    SELECT id, status FROM social_posts WHERE id = %(post_id)s AND owner_id = %(owner_id)s FOR UPDATE
), returned AS (
    UPDATE social_posts AS post
    SET status = 'scheduled', job_id = gen_random_uuid(), scheduled_at = greatest(post.scheduled_at, %(now)s),
        posted_at = NULL, failure_reason = NULL, version = post.version + 1, updated_at = %(now)s
    FROM named
    WHERE post.id = named.id AND named.status IN ('failed', 'published')
    RETURNING post.id, post.owner_id, post.job_id
)
INSERT INTO events (post_id, owner_id, actor, actor_name, type, data, at)
SELECT id, owner_id, %(actor)s, %(actor_name)s, 'post.retried',
       jsonb_build_object('jobId', job_id, 'confirmedNotPublished', %(confirmed)s::text[]), %(now)s
FROM returned;
