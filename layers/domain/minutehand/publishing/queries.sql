-- Every move of a publication is a compare-and-set on its state and on the lease of whoever moves it. No row back
-- means that somebody else has moved it: then there is nothing to do.
-- They are locked by id before anything else is asked of them, so that no plan depends on statistics: right after a
-- burst those are old, and an index that holds all that ever went out looks short.

-- name: lease
-- Take those of these publications that are ready for work: queued, processed, or left by a publisher that died.
-- Those that a pause is about are held instead, unless their publish call has begun. One that a publisher died with is
-- only taken %(alone)s: it may be what it died of.
WITH named AS (
    SELECT id, post_id, job_id, owner_id, platform, state, next_attempt_at, lease_until, armed_at, leases
    FROM publications
    WHERE id = ANY(%(ids)s)
    ORDER BY id
    FOR UPDATE SKIP LOCKED
), ready AS (
    SELECT named.id, named.state AS was, post.content, post.media_urls, post.alt_texts, post.platform_options,
           post.variants,
           named.armed_at IS NULL
               AND EXISTS (SELECT FROM pauses_on(named.platform, named.owner_id, post.campaign)) AS paused
    FROM named
    JOIN social_posts AS post
      ON post.id = named.post_id AND post.job_id = named.job_id AND post.status = 'queued'
    WHERE named.next_attempt_at <= %(soon)s
      AND (named.leases = 0 OR %(alone)s)
      AND (named.state IN ('queued', 'processing') OR (named.state = 'publishing' AND named.lease_until <= %(now)s))
), held AS (
    UPDATE publications AS publication
    SET state = 'held', armed_at = NULL, lease_token = NULL, lease_until = NULL, sent_at = NULL,
        processing_since = NULL, updated_at = %(now)s
    FROM ready
    WHERE publication.id = ready.id AND ready.paused
), leased AS (
    UPDATE publications AS publication
    SET state = 'publishing', lease_token = %(token)s, lease_until = %(lease_until)s,
        leases = publication.leases + 1, updated_at = %(now)s
    FROM ready
    WHERE publication.id = ready.id AND NOT ready.paused
    RETURNING publication.*, ready.was, ready.content, ready.media_urls, ready.alt_texts, ready.platform_options,
              ready.variants
)
SELECT leased.id, leased.post_id, leased.job_id, leased.owner_id, leased.platform, leased.connection_id,
       leased.part, leased.sandbox, leased.due_at, leased.expires_at, leased.next_attempt_at, leased.was,
       leased.attempts, leased.reconciliations, leased.leases, leased.armed_at, leased.started_at, leased.processing_since,
       leased.checkpoint, leased.content,
       leased.media_urls, leased.alt_texts, leased.platform_options, leased.variants, before.remote_id AS reply_to,
       connection.account_id, connection.handle, connection.base_url, connection.status AS connection_status,
       connection.status_reason AS connection_status_reason, token.ciphertext,
       token.expires_at AS token_expires_at
FROM leased
LEFT JOIN publications AS before -- the part that this one answers to
  ON leased.part > 1
 AND before.post_id = leased.post_id
 AND before.platform = leased.platform
 AND before.connection_id IS NOT DISTINCT FROM leased.connection_id
 AND before.part = leased.part - 1
 AND before.state = 'published'
LEFT JOIN social_connections AS connection
  ON connection.id = leased.connection_id AND connection.owner_id = leased.owner_id
LEFT JOIN social_account_tokens AS token ON token.connection_id = connection.id;

-- name: waiting
-- Which of these could not be leased and still want work: not ready yet, held for a moment by another statement, as by
-- the one that notes that their messages were sent, or suspect, because a publisher died with them. What has a later turn
-- by now, for which a message is still to be sent, wants no other.
SELECT publication.id, publication.next_attempt_at,
       publication.leases > 0 AND publication.next_attempt_at <= %(soon)s AS suspect
FROM publications AS publication
JOIN social_posts AS post
  ON post.id = publication.post_id AND post.job_id = publication.job_id AND post.status = 'queued'
WHERE publication.id = ANY(%(ids)s)
  AND (publication.state IN ('queued', 'processing')
       OR (publication.state = 'publishing' AND publication.leases > 0 AND publication.lease_until <= %(now)s))
  AND NOT (publication.sent_at IS NULL AND publication.next_attempt_at > %(soon)s);

-- name: claim_on
-- Whose a post can be that was found on a platform. Another publication may have it; or another call on the account is under
-- way, or its post being digested, whose it may be. Of two in doubt the one whose call began first is settled first, so that
-- neither waits for ever.
SELECT EXISTS (
           SELECT FROM publications AS other
           WHERE other.platform = mine.platform
             AND md5(other.remote_id) = md5(%(remote_id)s)
             AND other.remote_id = %(remote_id)s
             AND other.id <> mine.id
       ) AS taken,
       EXISTS (
           SELECT FROM publications AS other
           WHERE other.connection_id = mine.connection_id
             AND other.id <> mine.id
             AND other.state IN ('publishing', 'processing')
             AND other.armed_at IS NOT NULL
             AND (other.failure_code IS NULL OR (other.armed_at, other.id) < (mine.armed_at, mine.id))
       ) AS contested
FROM publications AS mine
WHERE mine.id = %(id)s;

-- name: may_send
-- Whether a publish call whose outcome is in doubt may be repeated: as of `arm`, but for what has been noted already.
SELECT named.id
FROM publications AS named
JOIN social_posts AS post ON post.id = named.post_id
WHERE named.id = %(id)s
  AND named.state = 'publishing'
  AND named.lease_token = %(token)s
  AND named.lease_until > %(now)s
  AND coalesce(named.expires_at >= %(now)s, true)
  AND NOT EXISTS (SELECT FROM pauses_on(named.platform, named.owner_id, post.campaign));

-- name: save
-- Keep handles of the platform, so that whoever comes after a crash goes on from there.
WITH named AS (
    SELECT id, state, lease_token FROM publications WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE
), mine AS (
    SELECT saved.id, saved.handles
    FROM named
    JOIN unnest(%(ids)s::uuid[], %(handles)s::jsonb[]) AS saved (id, handles) ON saved.id = named.id
    WHERE named.state = 'publishing' AND named.lease_token = %(token)s
)
UPDATE publications AS publication
SET checkpoint = publication.checkpoint || mine.handles, updated_at = %(now)s
FROM mine
WHERE publication.id = mine.id
RETURNING publication.id;

-- name: arm
-- A publish call begins now. Refused before the post's time and after its window, after a cancel, during a pause, and to
-- whoever lost the lease.
WITH named AS (
    SELECT id, post_id, owner_id, platform, part, state, lease_token, lease_until, armed_at, due_at, expires_at
    FROM publications
    WHERE id = ANY(%(ids)s)
    ORDER BY id
    FOR UPDATE
), mine AS (
    SELECT named.id, call.handles
    FROM named
    JOIN unnest(%(ids)s::uuid[], %(handles)s::jsonb[]) AS call (id, handles) ON call.id = named.id
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
        failure_code = NULL, -- what an earlier call came to: of this one nothing is known
        failure_reason = NULL,
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

-- name: record
-- What came of publications that we hold: their new states, and a line of the ledger for each.
WITH outcome AS (
    SELECT *
    FROM unnest(%(ids)s::uuid[], %(events)s::text[], %(states)s::text[], %(attempts)s::integer[],
                %(reconciliations)s::integer[], %(armed)s::boolean[], %(next_attempts_at)s::timestamptz[],
                %(on_their_way)s::boolean[], %(remote_ids)s::text[], %(permalinks)s::text[], %(codes)s::text[],
                %(reasons)s::text[])
        AS outcome (id, event, state, attempts, reconciliations, armed, next_attempt_at, on_its_way, remote_id, permalink,
                    code, reason)
), named AS (
    SELECT id, state, lease_token FROM publications WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE
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
        sent_at = CASE WHEN outcome.on_its_way THEN %(now)s END,
        -- in doubt it stays `publishing`, with a lease that is over: the next to come asks the platform
        lease_token = CASE WHEN outcome.state = 'publishing' THEN publication.lease_token END,
        lease_until = CASE WHEN outcome.state = 'publishing' THEN %(now)s END,
        leases = 0,
        processing_since = CASE outcome.state
            WHEN 'processing' THEN coalesce(publication.processing_since, %(now)s)
            WHEN 'publishing' THEN publication.processing_since END,
        published_at = CASE WHEN outcome.state = 'published' THEN %(now)s END,
        remote_id = outcome.remote_id,
        permalink = outcome.permalink,
        failure_code = outcome.code,
        failure_reason = outcome.reason,
        updated_at = %(now)s
    FROM mine AS outcome
    WHERE publication.id = outcome.id
    RETURNING publication.id, publication.post_id, publication.attempts, outcome.event, outcome.code, outcome.reason
), noted AS (
    INSERT INTO publication_attempts (publication_id, attempt, event, code, reason, at)
    SELECT id, attempts, event, code, reason, %(now)s FROM recorded
)
SELECT id, post_id FROM recorded;
