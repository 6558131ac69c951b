-- Every change to a publication's state is a compare-and-set on the publication's state and lease. If such a statement
-- returns no row for a publication, the publisher does not continue with the publication.
--
-- A statement for given publications or posts first finds them by their ids and only then checks their states. It finds
-- them in a CTE that is materialized or takes locks, or in a subquery with OFFSET 0. Postgres never merges such a CTE
-- or subquery into the rest of the statement. Otherwise a plan could use a partial index of a state and read the whole
-- index for each row. According to statistics from before a burst of posts, such an index is empty.
-- tests/integration/publishing/test_plan_costs.py tests the statements with such statistics.

-- name: lease (prepared)
-- Lease the given publications that are ready: queued, processing, with a publish call in doubt, or left behind by a
-- publisher that died. If a pause applies, hold the publication instead, unless it is armed. Lease a publication that a
-- crashed publisher has not finished only if %(crashed)s is true, because the publication may have caused the crash.
-- The commit does not wait for the disk. If Postgres loses the lease in a crash, the statement arm returns no row, and
-- the publication is not published under this lease: see ADR 44.
WITH unhurried AS MATERIALIZED (
    SELECT set_config('synchronous_commit', 'off', true)
), named AS (
    SELECT id, post_id, job_id, owner_id, platform, state, next_attempt_at, lease_until, armed_at, leases
    FROM publications
    WHERE id = ANY(%(ids)s)
    ORDER BY id
    FOR UPDATE SKIP LOCKED
), ready AS (
    SELECT named.id, named.state AS previous_state, post.content, post.media_urls, post.alt_texts,
           post.platform_options, post.variants,
           NOT EXISTS (SELECT FROM publications AS other WHERE other.post_id = named.post_id AND other.id <> named.id)
               AS only_publication,
           named.armed_at IS NULL
               AND EXISTS (SELECT FROM pauses_on(named.platform, named.owner_id, post.campaign)) AS paused
    FROM named
    CROSS JOIN LATERAL (SELECT * FROM social_posts WHERE id = named.post_id OFFSET 0) AS post
    WHERE post.job_id = named.job_id
      AND post.status = 'queued'
      AND named.next_attempt_at <= %(soon)s
      AND (named.leases = 0 OR %(crashed)s)
      AND (named.state IN ('queued', 'processing') OR (named.state = 'publishing' AND named.lease_until <= %(now)s))
), held AS (
    UPDATE publications AS publication
    SET state = 'held', armed_at = NULL, lease_token = NULL, lease_until = NULL, sent_at = NULL,
        processing_since = NULL, retrying_since = NULL, updated_at = %(now)s
    FROM ready
    WHERE publication.id = ready.id AND ready.paused
), leased AS (
    UPDATE publications AS publication
    SET state = 'publishing', lease_token = %(token)s, lease_until = %(lease_until)s,
        leases = publication.leases + 1, updated_at = %(now)s
    FROM ready
    WHERE publication.id = ready.id AND NOT ready.paused
    RETURNING publication.*, ready.previous_state, ready.only_publication, ready.content, ready.media_urls,
              ready.alt_texts, ready.platform_options, ready.variants
)
SELECT leased.id, leased.post_id, leased.job_id, leased.owner_id, leased.platform, leased.connection_id,
       leased.part, leased.sandbox, leased.due_at, leased.expires_at, leased.next_attempt_at, leased.previous_state,
       leased.attempts, leased.reconciliations, leased.leases, leased.armed_at, leased.started_at,
       leased.processing_since, leased.retrying_since, leased.failure_code, leased.failure_reason, leased.checkpoint,
       leased.only_publication, leased.content, leased.media_urls, leased.alt_texts, leased.platform_options,
       leased.variants,
       before.remote_id AS reply_to,
       connection.account_id, connection.handle, connection.base_url, connection.status AS connection_status,
       connection.status_reason AS connection_status_reason, token.ciphertext,
       token.expires_at AS token_expires_at
FROM leased
CROSS JOIN unhurried
LEFT JOIN LATERAL ( -- the previous part, to which this part replies
    SELECT remote_id
    FROM publications
    WHERE leased.part > 1
      AND post_id = leased.post_id
      AND platform = leased.platform
      AND connection_id IS NOT DISTINCT FROM leased.connection_id
      AND part = leased.part - 1
      AND state = 'published'
    LIMIT 1 -- prevents a merge with the outer query, so that no plan reads the publications of all posts
) AS before ON true
LEFT JOIN social_connections AS connection
  ON connection.id = leased.connection_id AND connection.owner_id = leased.owner_id
LEFT JOIN social_account_tokens AS token ON token.connection_id = connection.id;

-- name: list_due (prepared)
-- Return up to %(limit)s publications that no publisher has leased and that are due from %(since)s to %(soon)s. The
-- owners with the fewest publications in progress come first, and among them the owners that have waited longest. The
-- list %(owners)s contains the owners that have recently used a thread, the longest wait first. The list %(in_hand)s
-- contains the numbers of their publications in progress. If %(others_only)s is true, these owners are omitted. The
-- publications of one owner are in random order, so that publishers that search at the same time tend to choose
-- different publications. The statement chooses among the %(max_publications)s earliest publications, which may all
-- belong to a few owners. If that number is reached, the statement therefore adds the first due publication of each of
-- the next %(max_owners)s owners after %(after)s. ``reached`` is the last of these owners, or null if there are fewer.
WITH RECURSIVE earliest AS MATERIALIZED (
    SELECT id, owner_id
    FROM publications
    WHERE state IN {queue.sendable}
      AND leases < 1 -- not "= 0": otherwise a plan may read the whole index by owner and sort it
      AND next_attempt_at BETWEEN %(since)s AND %(soon)s
    ORDER BY next_attempt_at
    LIMIT %(max_publications)s
), owner AS (
    SELECT %(after)s::text AS owner_id, 0 AS place
    WHERE (SELECT count(*) FROM earliest) = %(max_publications)s
    UNION ALL
    SELECT (SELECT owner_id
            FROM publications
            WHERE state IN {queue.sendable} AND leases = 0 AND owner_id > owner.owner_id
            ORDER BY owner_id
            LIMIT 1),
           owner.place + 1
    FROM owner
    WHERE owner.owner_id IS NOT NULL AND owner.place < %(max_owners)s
), due AS (
    SELECT id, owner_id FROM earliest
    UNION
    SELECT first.id, owner.owner_id
    FROM owner
    CROSS JOIN LATERAL (
        SELECT id, next_attempt_at
        FROM publications
        WHERE owner_id = owner.owner_id
          AND state IN {queue.sendable}
          AND leases = 0
          AND (owner_id, next_attempt_at) >= (owner.owner_id, %(since)s) -- compares rows: see publications_open
        ORDER BY next_attempt_at
        LIMIT 1
    ) AS first
    WHERE first.next_attempt_at <= %(soon)s
), ranked AS (
    SELECT due.id, coalesce(share.place, 0) AS place,
           coalesce(share.in_hand, 0) + row_number() OVER (PARTITION BY due.owner_id ORDER BY random()) AS in_hand
    FROM due
    LEFT JOIN unnest(%(owners)s::text[], %(in_hand)s::integer[]) WITH ORDINALITY AS share (owner_id, in_hand, place)
      ON share.owner_id = due.owner_id
    WHERE share.owner_id IS NULL OR NOT %(others_only)s
)
SELECT ARRAY(SELECT id FROM ranked ORDER BY in_hand, place, random() LIMIT %(limit)s) AS ids,
       (SELECT owner_id FROM owner WHERE place = %(max_owners)s) AS reached;

-- name: not_leased (prepared)
-- Return the given publications that are queued, processing or left behind by a publisher that died. There are three
-- reasons why such a publication is not leased: it is not ready yet, another statement (such as mark_sent) has briefly
-- locked it, or its last publisher died (``crashed``). A publication with a time after %(soon)s is omitted if its
-- message has not been sent yet, because a tick sends the message.
WITH publication AS MATERIALIZED (
    SELECT id, post_id, job_id, state, next_attempt_at, lease_until, leases, sent_at
    FROM publications
    WHERE id = ANY(%(ids)s)
)
SELECT publication.id, publication.next_attempt_at,
       publication.leases > 0 AND publication.next_attempt_at <= %(soon)s AS crashed
FROM publication
CROSS JOIN LATERAL (SELECT job_id, status FROM social_posts WHERE id = publication.post_id OFFSET 0) AS post
WHERE post.job_id = publication.job_id
  AND post.status = 'queued'
  AND (publication.state IN ('queued', 'processing')
       OR (publication.state = 'publishing' AND publication.leases > 0 AND publication.lease_until <= %(now)s))
  AND NOT (publication.sent_at IS NULL AND publication.next_attempt_at > %(soon)s);

-- name: ownership (prepared)
-- Return whether the post that was found on the platform belongs to another publication (``taken``). The connection may
-- have another publish call that is under way or in doubt, or whose media the platform is processing. Also return
-- whether the post may belong to that call (``contested``). If two publish calls are in doubt, only the later one is
-- contested, so that the two calls do not wait for each other.
--
-- An id is unique only on its server: another server can have, or claim to have, the same id. The server of a removed
-- connection is unknown, so a publication on a removed connection counts only for its own owner.
SELECT EXISTS (
           SELECT FROM publications AS other
           LEFT JOIN social_connections AS there ON there.id = other.connection_id
           WHERE other.platform = mine.platform
             AND md5(other.remote_id) = md5(%(remote_id)s)
             AND other.remote_id = %(remote_id)s
             AND other.id <> mine.id
             AND CASE WHEN there.id IS NULL THEN other.owner_id = mine.owner_id
                      ELSE there.base_url = here.base_url END
       ) AS taken,
       EXISTS (
           SELECT FROM publications AS rival
           WHERE rival.connection_id = mine.connection_id
             AND rival.owner_id = mine.owner_id
             AND rival.id <> mine.id
             AND rival.state IN {queue.active}
             AND rival.armed_at IS NOT NULL
             AND (rival.failure_code IS NULL OR (rival.armed_at, rival.id) < (mine.armed_at, mine.id))
       ) AS contested
FROM publications AS mine
LEFT JOIN social_connections AS here ON here.id = mine.connection_id
WHERE mine.id = %(id)s;

-- name: may_send (prepared)
-- Return a row if a publish call in doubt may be repeated. The conditions are those of arm, except for the conditions
-- that an armed call already meets.
WITH named AS MATERIALIZED (
    SELECT id, post_id, owner_id, platform, state, lease_token, lease_until, expires_at
    FROM publications
    WHERE id = %(id)s
)
SELECT named.id
FROM named
JOIN social_posts AS post ON post.id = named.post_id
WHERE named.state = 'publishing'
  AND named.lease_token = %(token)s
  AND named.lease_until > %(now)s
  AND coalesce(named.expires_at >= %(now)s, true)
  AND NOT EXISTS (SELECT FROM pauses_on(named.platform, named.owner_id, post.campaign));

-- name: save (prepared)
-- Add the platform's handles to the checkpoint, from which the next attempt resumes.
WITH named AS (
    SELECT id, state, lease_token FROM publications WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE
), mine AS (
    SELECT named.id, saved.handles
    FROM named
    JOIN jsonb_to_recordset(%(handles)s) AS saved (id uuid, handles jsonb) ON saved.id = named.id
    WHERE named.state = 'publishing' AND named.lease_token = %(token)s
)
UPDATE publications AS publication
SET checkpoint = publication.checkpoint || mine.handles, updated_at = %(now)s
FROM mine
WHERE publication.id = mine.id
RETURNING publication.id;

-- name: arm (prepared)
-- Record that a publish call begins now. Returns no row before the post's time, after its window has closed, after a
-- cancellation, during a pause, after the loss of the lease, or if the publication is armed already.
WITH named AS (
    SELECT id, post_id, owner_id, platform, part, state, lease_token, lease_until, armed_at, due_at, expires_at
    FROM publications
    WHERE id = ANY(%(ids)s)
    ORDER BY id
    FOR UPDATE
), mine AS (
    SELECT named.id, call.handles
    FROM named
    JOIN jsonb_to_recordset(%(handles)s) AS call (id uuid, handles jsonb) ON call.id = named.id
    WHERE named.state = 'publishing'
      AND named.lease_token = %(token)s
      AND named.lease_until > %(now)s
      AND named.armed_at IS NULL
      AND named.due_at <= %(now)s
      AND coalesce(named.expires_at >= %(now)s, true)
      AND NOT EXISTS (
          SELECT FROM social_posts AS post, pauses_on(named.platform, named.owner_id, post.campaign)
          WHERE post.id = named.post_id
      )
), armed AS (
    UPDATE publications AS publication
    SET armed_at = %(now)s,
        failure_code = NULL, -- the old values belong to an earlier attempt; this attempt has no outcome yet
        failure_reason = NULL,
        retrying_since = NULL,
        attempts = publication.attempts + 1,
        started_at = coalesce(publication.started_at, %(now)s),
        checkpoint = publication.checkpoint || mine.handles,
        updated_at = %(now)s
    FROM mine
    WHERE publication.id = mine.id
    RETURNING publication.id, publication.attempts
), noted AS (
    INSERT INTO publication_attempts (publication_id, attempt, event, at)
    SELECT id, attempts, 'began', %(now)s FROM armed
)
SELECT id FROM armed;

-- name: record (prepared)
-- Record the outcomes of publications under this lease: set their new states, and add one row per publication to the
-- ledger. First lock the posts %(ended)s, some of whose publications end: see lock_posts in minutehand.queue. The posts
-- %(single)s have only one publication, whose outcome is published, so they become published here. If other posts may
-- end, the statement finish_posts follows in the same transaction.
WITH outcome AS (
    SELECT *
    FROM jsonb_to_recordset(%(outcomes)s)
        AS outcome (id uuid, event text, state text, attempts integer, reconciliations integer, armed boolean,
                    next_attempt_at timestamptz, reuse_message boolean, retrying_since timestamptz, remote_id text,
                    permalink text, code text, reason text)
), posts AS (
    SELECT id, job_id, status FROM social_posts WHERE id = ANY(%(ended)s) ORDER BY id FOR UPDATE
), named AS (
    SELECT id, state, lease_token
    FROM publications
    WHERE id = ANY(%(ids)s)
      AND (SELECT count(*) FROM posts) >= 0 -- locks the posts before the publications
    ORDER BY id
    FOR UPDATE
), mine AS (
    SELECT outcome.*
    FROM named
    JOIN outcome ON outcome.id = named.id
    WHERE named.state = 'publishing' AND named.lease_token = %(token)s
), recorded AS (
    UPDATE publications AS publication
    SET state = outcome.state,
        attempts = outcome.attempts,
        reconciliations = outcome.reconciliations,
        armed_at = CASE WHEN outcome.armed THEN publication.armed_at END,
        next_attempt_at = coalesce(outcome.next_attempt_at, publication.next_attempt_at),
        queued_at = %(now)s,
        sent_at = CASE WHEN outcome.reuse_message THEN %(now)s END,
        -- a publication in doubt stays `publishing` with an expired lease, and the next publisher reconciles it
        lease_token = CASE WHEN outcome.state = 'publishing' THEN publication.lease_token END,
        lease_until = CASE WHEN outcome.state = 'publishing' THEN %(now)s END,
        leases = 0,
        processing_since = CASE outcome.state
            WHEN 'processing' THEN coalesce(publication.processing_since, %(now)s)
            -- kept during a retry too, so that processing and transient errors cannot alternate forever
            WHEN 'queued' THEN publication.processing_since
            WHEN 'publishing' THEN publication.processing_since END,
        retrying_since = outcome.retrying_since,
        published_at = CASE WHEN outcome.state = 'published' THEN %(now)s END,
        remote_id = outcome.remote_id,
        permalink = outcome.permalink,
        -- content omitted from a published post is noted only in the ledger, because an omission is not a failure
        failure_code = CASE WHEN outcome.state <> 'published' THEN outcome.code END,
        failure_reason = CASE WHEN outcome.state <> 'published' THEN outcome.reason END,
        updated_at = %(now)s
    FROM mine AS outcome
    WHERE publication.id = outcome.id
    RETURNING publication.*, outcome.event, outcome.code, outcome.reason
), noted AS (
    INSERT INTO publication_attempts (publication_id, attempt, event, code, reason, at)
    SELECT id, attempts, event, code, reason, %(now)s FROM recorded
), finished AS (
    UPDATE social_posts AS post
    SET status = 'published',
        posted_at = recorded.published_at,
        failure_reason = NULL,
        version = post.version + 1,
        updated_at = %(now)s
    FROM recorded
    JOIN posts ON posts.id = recorded.post_id
    WHERE post.id = posts.id
      AND posts.id = ANY(%(single)s)
      AND posts.status = 'queued'
      AND posts.job_id = recorded.job_id
      AND recorded.state = 'published'
    RETURNING post.id, post.owner_id, post.job_id
), event AS (
    INSERT INTO events (post_id, publication_id, connection_id, owner_id, actor, type, data, at)
    SELECT post_id, id, connection_id, owner_id, 'publisher', 'publication.' || state, {queue.publication_data},
           %(now)s
    FROM recorded
    WHERE state IN ('published', 'failed', 'unknown')
    UNION ALL
    SELECT id, NULL, NULL, owner_id, 'publisher', 'post.published', jsonb_build_object('jobId', job_id), %(now)s
    FROM finished
)
SELECT id, post_id FROM recorded;
