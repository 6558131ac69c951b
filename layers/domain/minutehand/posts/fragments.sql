-- The pieces of SQL that all lists of posts contain. A statement calls the posts ``post``.

-- name: filters
-- The condition that a post belongs to the owner and matches the filters of the list, except its words. A filter whose
-- value is null does not restrict the list, and Postgres removes it from the plan.
post.owner_id = %(owner_id)s
  AND (%(status)s::text IS NULL OR post.status = %(status)s)
  AND (%(platform)s::text IS NULL OR post.platforms @> ARRAY[%(platform)s::text])
  AND (%(campaign)s::text IS NULL OR post.campaign = %(campaign)s)
  AND (%(approval_status)s::text IS NULL OR post.approval_status = %(approval_status)s)
  AND (%(since)s::timestamptz IS NULL
       OR coalesce(post.scheduled_at, 'infinity'::timestamptz) >= %(since)s::timestamptz)
  AND (%(until)s::timestamptz IS NULL
       OR coalesce(post.scheduled_at, 'infinity'::timestamptz) < %(until)s::timestamptz)
  AND (%(failure_code)s::text IS NULL OR (post.status = 'failed' AND (post.id, post.job_id) IN (
      SELECT post_id, job_id
      FROM publications
      WHERE owner_id = %(owner_id)s AND failure_code = %(failure_code)s AND state IN {queue.failed})))
  AND (%(connection_id)s::uuid IS NULL
       OR (post.id, post.job_id) IN (
           SELECT post_id, job_id
           FROM publications
           WHERE owner_id = %(owner_id)s AND connection_id = %(connection_id)s)
       OR post.id IN (
           SELECT post_id
           FROM publications
           WHERE owner_id = %(owner_id)s AND connection_id = %(connection_id)s AND state IN {queue.counted})
       OR (post.status IN ('draft', 'scheduled') AND EXISTS (
           SELECT FROM {queue.destinations} AS destination
           WHERE destination.connection_id = %(connection_id)s)))
  AND (%(substrings)s::text[] IS NULL
       OR (SELECT bool_and(strpos(lower(concat_ws(E'\n', post.campaign, post.notes, post.content)), lower(part)) > 0)
           FROM unnest(%(substrings)s::text[]) AS part))

-- name: matches
-- The condition that a post contains all words of a search; see the function owner_words_query of the database.
post.id IN (
    SELECT post_id
    FROM post_words
    WHERE owner_id = %(owner_id)s AND words @@ owner_words_query(%(owner_id)s, %(words)s))

-- name: after_newest
-- The condition that a post comes after the cursor in a list of the newest posts.
(%(after_id)s::uuid IS NULL OR (post.created_at, post.id) < (%(after_at)s::timestamptz, %(after_id)s))

-- name: after_oldest
-- The condition that a post comes after the cursor in a list of the oldest posts.
(%(after_id)s::uuid IS NULL OR (post.created_at, post.id) > (%(after_at)s::timestamptz, %(after_id)s))

-- name: after_scheduled
-- The condition that a post comes after the cursor in a list of posts by their times.
(%(after_id)s::uuid IS NULL
 OR (coalesce(post.scheduled_at, 'infinity'::timestamptz), post.id)
  > (coalesce(%(after_at)s::timestamptz, 'infinity'::timestamptz), %(after_id)s))
