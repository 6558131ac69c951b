-- The metrics of publications and the numbers of followers: claims, readings, problems and paid reads.

-- name: claim_publications
-- Claim due publications of a few connections, and return the data needed to read their metrics. A claim includes up to
-- %(connections_per_owner)s connections of an owner, and up to one batch of publications of a connection. Owners
-- in %(served)s are skipped. A claim also sets the time of a retry, in case the reading fails. The wait doubles with
-- each further failure, up to the maximum. Publications that became due before %(oldest)s are not claimed.
WITH reading AS (
    SELECT * FROM unnest(%(platforms)s::text[], %(batches)s::integer[]) AS reading (platform, batch)
), due AS MATERIALIZED (
    SELECT due.*, reading.batch
    FROM reading
    CROSS JOIN LATERAL (
        SELECT publication_id, owner_id, connection_id, due_at
        FROM publication_metrics
        WHERE platform = reading.platform AND due_at BETWEEN %(oldest)s AND %(now)s
          AND owner_id <> ALL (%(served)s::text[])
        ORDER BY due_at
        LIMIT %(window)s
    ) AS due
), waiting AS (
    SELECT connection_id, min(due_at) AS since,
           row_number() OVER (PARTITION BY owner_id ORDER BY min(due_at)) AS place
    FROM due
    GROUP BY owner_id, connection_id
), turn AS (
    SELECT connection_id
    FROM waiting
    WHERE place <= %(connections_per_owner)s
    ORDER BY since
    LIMIT %(max_connections)s
), chosen AS (
    SELECT due.publication_id, due.batch,
           row_number() OVER (PARTITION BY due.connection_id ORDER BY due.due_at) AS place
    FROM turn
    JOIN due ON due.connection_id = turn.connection_id
), locked AS (
    SELECT publication_id
    FROM publication_metrics
    WHERE publication_id = ANY(ARRAY(SELECT publication_id FROM chosen WHERE place <= batch)) AND due_at <= %(now)s
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE publication_metrics AS metrics
    SET tries = metrics.tries + 1,
        due_at = %(now)s + least(%(first_wait)s::interval * 2 ^ least(metrics.tries, 10), %(max_wait)s::interval)
    FROM locked
    WHERE metrics.publication_id = locked.publication_id
    RETURNING metrics.publication_id, metrics.owner_id, metrics.connection_id, metrics.platform, metrics.published_at,
              metrics.tries, metrics.missing_at
)
SELECT claimed.*, publication.remote_id, publication.part, post.platform_options -> claimed.platform AS options,
       connection.account_id, connection.handle, connection.base_url, connection.status, token.ciphertext,
       token.expires_at AS token_expires_at
FROM claimed
JOIN publications AS publication ON publication.id = claimed.publication_id
JOIN social_posts AS post ON post.id = publication.post_id
LEFT JOIN social_connections AS connection
  ON connection.id = claimed.connection_id AND connection.owner_id = claimed.owner_id
LEFT JOIN social_account_tokens AS token ON token.connection_id = connection.id
ORDER BY claimed.connection_id, claimed.published_at, claimed.publication_id;

-- name: save
-- Save the results of claimed publications, and set their next moments. The outcome is `read`, `missing`
-- (the platform has no such post, or does not show it) or `unmeasured` (it is not read again). A post counts as deleted
-- after two consecutive readings that did not find it.
WITH reading AS (
    SELECT *
    FROM unnest(%(ids)s::uuid[], %(outcomes)s::text[], %(moments)s::smallint[], %(metrics)s::jsonb[],
                %(next_moments)s::smallint[], %(due_at)s::timestamptz[])
        AS reading (publication_id, outcome, moment, metrics, next_moment, due_at)
), saved AS (
    UPDATE publication_metrics AS metrics
    SET moment = reading.next_moment,
        due_at = reading.due_at,
        tries = 0,
        taken_at = CASE reading.outcome WHEN 'read' THEN %(now)s ELSE metrics.taken_at END,
        metrics = CASE reading.outcome WHEN 'read' THEN reading.metrics ELSE metrics.metrics END,
        missing_at = CASE reading.outcome
            WHEN 'missing' THEN coalesce(metrics.missing_at, %(now)s)
            WHEN 'unmeasured' THEN metrics.missing_at END,
        deleted_at = CASE
            WHEN reading.outcome = 'missing' AND metrics.missing_at IS NOT NULL
                THEN coalesce(metrics.deleted_at, %(now)s)
            WHEN reading.outcome = 'unmeasured' THEN metrics.deleted_at END
    FROM reading
    WHERE metrics.publication_id = reading.publication_id
    RETURNING metrics.publication_id, metrics.owner_id, reading.outcome, reading.moment, reading.metrics
)
INSERT INTO metric_snapshots (publication_id, moment, owner_id, taken_at, metrics)
SELECT publication_id, moment, owner_id, %(now)s, metrics
FROM saved
WHERE outcome = 'read'
ON CONFLICT DO NOTHING;

-- name: postpone
-- Postpone the readings of the publications of connections until a given time, for example because of a rate limit.
UPDATE publication_metrics AS metrics
SET due_at = postponed.until
FROM unnest(%(connection_ids)s::uuid[], %(until)s::timestamptz[]) AS postponed (connection_id, until)
WHERE metrics.connection_id = postponed.connection_id AND metrics.due_at < postponed.until;

-- name: note_problems
-- Note the reasons why the metrics of connections could not be read, and delete the notes of the connections in
-- %(solved)s.
WITH solved AS (
    DELETE FROM metric_problems WHERE connection_id = ANY(%(solved)s) AND subject = %(subject)s
)
INSERT INTO metric_problems AS present (connection_id, subject, owner_id, code, reason, since)
SELECT connection.id, %(subject)s, connection.owner_id, problem.code, problem.reason, %(now)s
FROM unnest(%(connection_ids)s::uuid[], %(codes)s::text[], %(reasons)s::text[])
    AS problem (connection_id, code, reason)
JOIN social_connections AS connection ON connection.id = problem.connection_id
ON CONFLICT (connection_id, subject) DO UPDATE
SET code = excluded.code, reason = excluded.reason,
    since = CASE WHEN present.code = excluded.code THEN present.since ELSE excluded.since END;

-- name: reserve_paid_reads
-- Count paid reads of owners on platforms, and return the number of reads that each owner may make on each platform.
-- The number is smaller than requested if the requested reads and the owner's earlier reads on the platform since
-- %(since)s together exceed %(budget)s.
WITH wanted AS (
    SELECT * FROM unnest(%(owner_ids)s::text[], %(platforms)s::text[], %(reads)s::integer[])
        AS wanted (owner_id, platform, reads)
), allowed AS (
    SELECT wanted.owner_id, wanted.platform,
           least(wanted.reads, %(budget)s - coalesce((
               SELECT sum(used.reads) FROM paid_reads AS used
               WHERE used.owner_id = wanted.owner_id AND used.day >= %(since)s AND used.platform = wanted.platform
           ), 0)) AS reads
    FROM wanted
), counted AS (
    INSERT INTO paid_reads AS present (owner_id, day, platform, reads)
    SELECT owner_id, %(day)s, platform, reads FROM allowed WHERE reads > 0
    ON CONFLICT (owner_id, day, platform) DO UPDATE SET reads = present.reads + excluded.reads
)
SELECT owner_id, platform, greatest(reads, 0)::integer AS reads FROM allowed;

-- name: claim_followers
-- Claim connections whose numbers of followers are due. The limits and the waits are those of claim_publications.
WITH due AS MATERIALIZED (
    SELECT due.*
    FROM unnest(%(platforms)s::text[]) AS reading (platform)
    CROSS JOIN LATERAL (
        SELECT connection_id, owner_id, due_at
        FROM follower_readings
        WHERE platform = reading.platform AND due_at <= %(now)s AND owner_id <> ALL (%(served)s::text[])
        ORDER BY due_at
        LIMIT %(window)s
    ) AS due
), waiting AS (
    SELECT connection_id, due_at, row_number() OVER (PARTITION BY owner_id ORDER BY due_at) AS place FROM due
), locked AS (
    SELECT connection_id
    FROM follower_readings
    WHERE connection_id = ANY(ARRAY(
              SELECT connection_id FROM waiting
              WHERE place <= %(connections_per_owner)s
              ORDER BY due_at
              LIMIT %(max_connections)s
          ))
      AND due_at <= %(now)s
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE follower_readings AS followers
    SET tries = followers.tries + 1,
        due_at = %(now)s + least(%(first_wait)s::interval * 2 ^ least(followers.tries, 10), %(max_wait)s::interval)
    FROM locked
    WHERE followers.connection_id = locked.connection_id
    RETURNING followers.connection_id, followers.owner_id, followers.platform, followers.tries
)
SELECT claimed.*, connection.account_id, connection.handle, connection.base_url, connection.status, token.ciphertext,
       token.expires_at AS token_expires_at
FROM claimed
JOIN social_connections AS connection ON connection.id = claimed.connection_id
LEFT JOIN social_account_tokens AS token ON token.connection_id = connection.id
ORDER BY claimed.connection_id;

-- name: save_followers
-- Save numbers of followers, and set the times of the next readings. A number that a platform hides is null, and is not
-- stored.
WITH reading AS (
    SELECT *
    FROM unnest(%(connection_ids)s::uuid[], %(followers)s::bigint[], %(names)s::text[], %(due_at)s::timestamptz[])
        AS reading (connection_id, followers, name, due_at)
), saved AS (
    UPDATE follower_readings AS present
    SET due_at = reading.due_at, tries = 0
    FROM reading
    WHERE present.connection_id = reading.connection_id
    RETURNING present.connection_id, present.owner_id, present.platform, reading.followers, reading.name
)
INSERT INTO follower_counts (connection_id, taken_at, owner_id, platform, followers, name)
SELECT connection_id, %(now)s, owner_id, platform, followers, name
FROM saved
WHERE followers IS NOT NULL
ON CONFLICT DO NOTHING;

-- name: prune_metrics
-- Delete the metrics of up to %(limit)s publications that were published before %(before)s, with their snapshots.
WITH deleted AS (
    DELETE FROM publication_metrics
    WHERE publication_id = ANY(ARRAY(
        SELECT publication_id FROM publication_metrics WHERE published_at < %(before)s
        ORDER BY published_at
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
    ))
    RETURNING 1
)
SELECT count(*) AS deleted FROM deleted;

-- name: prune_followers
-- Delete up to %(limit)s numbers of followers that were read before %(before)s.
WITH deleted AS (
    DELETE FROM follower_counts
    WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM follower_counts WHERE taken_at < %(before)s
        ORDER BY taken_at
        LIMIT %(limit)s
    ))
    RETURNING 1
)
SELECT count(*) AS deleted FROM deleted;

-- name: measured_publications
-- Return the measured publications of a post, with their newest metrics, the time of the next reading, and the problem
-- of their connection. If the post has none, the statement returns one row of null values. If the owner has no such
-- post, the statement returns no row.
SELECT measured.publication_id, measured.connection_id, measured.platform, publication.part, measured.published_at,
       measured.due_at, measured.taken_at, measured.deleted_at, measured.metrics, problem.code, problem.reason,
       problem.since
FROM social_posts AS post
LEFT JOIN publication_metrics AS measured ON measured.post_id = post.id AND measured.owner_id = %(owner_id)s
LEFT JOIN publications AS publication ON publication.id = measured.publication_id
LEFT JOIN metric_problems AS problem
  ON problem.connection_id = measured.connection_id AND problem.owner_id = %(owner_id)s
 AND problem.subject = 'publications'
WHERE post.id = %(post_id)s AND post.owner_id = %(owner_id)s
ORDER BY measured.published_at, publication.part, measured.publication_id;

-- name: snapshots
-- Return the snapshots of the publications of a post. The snapshots of each publication are sorted by moment.
SELECT snapshot.publication_id, snapshot.moment, snapshot.taken_at, snapshot.metrics
FROM publication_metrics AS measured
JOIN metric_snapshots AS snapshot
  ON snapshot.publication_id = measured.publication_id AND snapshot.owner_id = %(owner_id)s
WHERE measured.post_id = %(post_id)s AND measured.owner_id = %(owner_id)s
ORDER BY snapshot.publication_id, snapshot.moment;

-- name: sum_metrics
-- Return the sums of the newest metrics of publications. The first row contains the totals. The key of any other row
-- names a group: a platform, a campaign, a connection, or the position in %(days)s of the beginning of a day. The
-- arrays contain the sum of each metric and the number of publications with this metric, in the order of the column
-- counts.
WITH measured AS (
    SELECT measured.platform, measured.taken_at, measured.deleted_at, measured.due_at, measured.counts,
           CASE %(group_by)s::text
               WHEN 'platform' THEN measured.platform
               WHEN 'campaign' THEN post.campaign
               WHEN 'connection' THEN measured.connection_id::text
               WHEN 'day' THEN width_bucket(measured.published_at, %(days)s::timestamptz[])::text
           END AS key
    FROM publication_metrics AS measured
    LEFT JOIN social_posts AS post
      ON (%(group_by)s::text = 'campaign' OR %(campaign)s::text IS NOT NULL)
     AND post.id = measured.post_id AND post.owner_id = %(owner_id)s AND post.campaign IS NOT NULL
    WHERE measured.owner_id = %(owner_id)s
      AND measured.published_at >= %(since)s AND measured.published_at < %(until)s
      AND (%(platform)s::text IS NULL OR measured.platform = %(platform)s)
      AND (%(connection_id)s::uuid IS NULL OR measured.connection_id = %(connection_id)s)
      AND (%(campaign)s::text IS NULL OR post.campaign = %(campaign)s)
)
SELECT key, max(platform COLLATE "C") AS platform, count(*) AS publications, count(taken_at) AS measured,
       count(deleted_at) AS deleted, max(taken_at) AS as_of, min(due_at) AS next_reading,
       to_jsonb(ARRAY[sum(counts[1]), sum(counts[2]), sum(counts[3]), sum(counts[4]), sum(counts[5]), sum(counts[6]),
                      sum(counts[7]), sum(counts[8]), sum(counts[9]), sum(counts[10])]) AS sums,
       ARRAY[count(counts[1]), count(counts[2]), count(counts[3]), count(counts[4]), count(counts[5]),
             count(counts[6]), count(counts[7]), count(counts[8]), count(counts[9]), count(counts[10])] AS measurements
FROM measured
GROUP BY GROUPING SETS ((), (key))
HAVING GROUPING(key) = 1 OR %(group_by)s::text IS NOT NULL
ORDER BY GROUPING(key) DESC, publications DESC, key
LIMIT %(limit)s;

-- name: list_followers
-- Return up to %(limit)s numbers of followers of an owner's connections in a period, in the order of their times. If
-- there are more, the oldest are omitted.
SELECT * FROM (
    SELECT connection_id, platform, name, taken_at, followers
    FROM follower_counts
    WHERE owner_id = %(owner_id)s AND taken_at >= %(since)s AND taken_at < %(until)s
      AND (%(platform)s::text IS NULL OR platform = %(platform)s)
      AND (%(connection_id)s::uuid IS NULL OR connection_id = %(connection_id)s)
    ORDER BY taken_at DESC
    LIMIT %(limit)s
) AS counted
ORDER BY taken_at;

-- name: list_problems
-- Return the reasons why the last readings of an owner's connections failed.
SELECT connection.id AS connection_id, connection.platform, problem.subject, problem.code, problem.reason,
       problem.since
FROM social_connections AS connection
JOIN metric_problems AS problem ON problem.connection_id = connection.id
WHERE connection.owner_id = %(owner_id)s
  AND (%(platform)s::text IS NULL OR connection.platform = %(platform)s)
  AND (%(connection_id)s::uuid IS NULL OR connection.id = %(connection_id)s)
ORDER BY connection.platform, connection.id, problem.subject;
