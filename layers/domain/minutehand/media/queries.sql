-- The media library. Each statement filters by owner, so that the caller cannot read or change other owners' items. An
-- upload that is not finished within a day expires. `expired` finds expired uploads for deletion.

-- name: begin
-- Create an item. Returns no row if the owner's items would then have more than %(max_bytes)s bytes in total.
INSERT INTO media (id, owner_id, created_by, filename, content_type, size_bytes, object_key, upload_id, created_at)
SELECT %(id)s, %(owner_id)s, %(actor)s, %(filename)s, %(content_type)s, %(size_bytes)s, %(object_key)s, %(upload_id)s,
       %(now)s
WHERE coalesce((SELECT bytes FROM media_usage WHERE owner_id = %(owner_id)s), 0) + %(size_bytes)s::bigint
      <= %(max_bytes)s::bigint
RETURNING *;

-- name: usage
-- Return the total size of the owner's items. A trigger of the table media updates this size.
SELECT bytes FROM media_usage WHERE owner_id = %(owner_id)s;

-- name: find
-- Return an item, unless its upload has expired.
SELECT * FROM media
WHERE id = %(media_id)s AND owner_id = %(owner_id)s AND (status = 'ready' OR created_at > %(pending_since)s);

-- name: find_several
-- Return several items in the order of %(ids)s, except items whose uploads have expired.
SELECT * FROM media
WHERE id = ANY(%(ids)s) AND owner_id = %(owner_id)s AND (status = 'ready' OR created_at > %(pending_since)s)
ORDER BY array_position(%(ids)s, id);

-- name: mark_thumbnail
-- Record that an item has a thumbnail. Returns no row if the item was deleted in the meantime.
UPDATE media SET has_thumbnail = true
WHERE id = %(media_id)s AND owner_id = %(owner_id)s AND status = 'ready'
RETURNING *;

-- name: finish
-- Mark an item as ready. If no row is returned, another call has deleted or finished the item in the meantime.
WITH finished AS (
    UPDATE media
    SET status = 'ready', width = %(width)s, height = %(height)s, duration_seconds = %(duration_seconds)s
    WHERE id = %(media_id)s AND owner_id = %(owner_id)s AND status = 'pending'
    RETURNING *
), event AS (
    INSERT INTO events (media_id, owner_id, actor, actor_name, type, data, at)
    SELECT id, owner_id, %(actor)s, %(actor_name)s, 'media.ready',
           jsonb_build_object('filename', filename, 'contentType', content_type, 'sizeBytes', size_bytes), %(now)s
    FROM finished
)
SELECT * FROM finished;

-- name: discard
-- Delete a pending item whose file was refused.
DELETE FROM media WHERE id = %(media_id)s AND owner_id = %(owner_id)s AND status = 'pending';

-- name: page
-- Return a page of the library, newest first.
SELECT *
FROM media
WHERE owner_id = %(owner_id)s
  AND (status = 'ready' OR created_at > %(pending_since)s)
  AND (%(after_id)s::uuid IS NULL OR (created_at, id) < (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY created_at DESC, id DESC
LIMIT %(limit)s;

-- name: lock
-- Return an item and lock it until the transaction ends, so that no new post can use it.
SELECT * FROM media WHERE id = %(media_id)s AND owner_id = %(owner_id)s FOR UPDATE;

-- name: used_by
-- Return up to %(limit)s drafts, scheduled posts and queued posts that use the item.
SELECT id FROM social_posts
WHERE media_ids @> ARRAY[%(media_id)s::uuid] AND media_ids <> '{}' AND owner_id = %(owner_id)s
  AND status IN ('draft', 'scheduled', 'queued')
ORDER BY id
LIMIT %(limit)s;

-- name: remove
-- Delete an item.
DELETE FROM media WHERE id = %(media_id)s AND owner_id = %(owner_id)s;

-- name: expired
-- Return and lock uploads that were not finished in time. Skip rows that another call is deleting.
SELECT * FROM media
WHERE owner_id = %(owner_id)s AND status = 'pending' AND created_at <= %(pending_since)s
ORDER BY created_at
LIMIT %(limit)s
FOR UPDATE SKIP LOCKED;

-- name: usable
-- Return the items in %(ids)s that the owner's posts may use, and lock them against deletion until the transaction
-- ends.
SELECT id FROM media
WHERE id = ANY(%(ids)s) AND owner_id = %(owner_id)s AND status = 'ready'
ORDER BY id
FOR KEY SHARE;

-- name: media_info
-- Return the media types, sizes, dimensions and durations of the owner's items with these ids.
SELECT id, content_type, size_bytes, width, height, duration_seconds
FROM media
WHERE id = ANY(%(ids)s) AND owner_id = %(owner_id)s AND status = 'ready';

-- name: keys
-- Return the object keys of items, each given by its owner and its id. Items that are not ready are omitted.
SELECT media.owner_id, media.id, media.object_key
FROM unnest(%(owner_ids)s::text[], %(ids)s::uuid[]) AS wanted (owner_id, id)
JOIN media ON media.id = wanted.id AND media.owner_id = wanted.owner_id AND media.status = 'ready';
