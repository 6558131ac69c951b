-- Calendar feeds. Only the hash of a secret is stored.

-- name: create
-- Create a feed. Returns no row if the owner has at least %(max_feeds)s feeds.
INSERT INTO calendar_feeds (owner_id, created_by, name, secret_hash, created_at)
SELECT %(owner_id)s, %(created_by)s, %(name)s, %(secret_hash)s, %(now)s
WHERE (SELECT count(*) FROM calendar_feeds WHERE owner_id = %(owner_id)s) < %(max_feeds)s
RETURNING id, created_by, name, created_at;

-- name: list_feeds
-- Return an owner's feeds, newest first: all, or those of one creator.
SELECT id, created_by, name, created_at
FROM calendar_feeds
WHERE owner_id = %(owner_id)s AND (%(created_by)s::text IS NULL OR created_by = %(created_by)s)
ORDER BY created_at DESC, id DESC;

-- name: revoke
-- Delete a feed. If %(created_by)s is not null, only a feed of this creator is deleted.
DELETE FROM calendar_feeds
WHERE id = %(feed_id)s AND owner_id = %(owner_id)s
  AND (%(created_by)s::text IS NULL OR created_by = %(created_by)s)
RETURNING id;

-- name: find_owner
-- Return the owner whose posts the feed with this secret shows.
SELECT owner_id FROM calendar_feeds WHERE secret_hash = %(secret_hash)s;

-- name: posts
-- Return up to %(limit)s posts with a time in the period of a feed, latest first, each with its accounts.
SELECT post.id, left(post.content, %(max_characters)s) AS content, post.platforms, post.status, post.campaign,
       post.scheduled_at, post.approval_status, post.created_at, post.updated_at, post.version, going.accounts
FROM (
    SELECT *
    FROM social_posts
    WHERE owner_id = %(owner_id)s
      AND coalesce(scheduled_at, 'infinity'::timestamptz) >= %(since)s
      AND coalesce(scheduled_at, 'infinity'::timestamptz) < %(until)s
    ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz) DESC, id DESC
    LIMIT %(limit)s
) AS post
CROSS JOIN LATERAL {queue.accounts} AS going
ORDER BY coalesce(post.scheduled_at, 'infinity'::timestamptz) DESC, post.id DESC;
