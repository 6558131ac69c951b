-- The media library. Every statement names the owner: what is not theirs is not there.
-- An upload that was begun and not finished within its day is as good as not there; `forget` removes it.

-- name: begin
INSERT INTO media (id, owner_id, created_by, filename, content_type, size_bytes, object_key, upload_id, created_at)
VALUES (%(id)s, %(owner_id)s, %(actor)s, %(filename)s, %(content_type)s, %(size_bytes)s, %(object_key)s,
        %(upload_id)s, %(now)s)
RETURNING *;

-- name: find
SELECT * FROM media
WHERE id = %(media_id)s AND owner_id = %(owner_id)s AND (status = 'ready' OR created_at > %(pending_since)s);

-- name: finish
-- The file is there and is what was announced. No row: it was removed meanwhile, or finished by another call.
UPDATE media
SET status = 'ready', width = %(width)s, height = %(height)s, duration_seconds = %(duration_seconds)s
WHERE id = %(media_id)s AND owner_id = %(owner_id)s AND status = 'pending'
RETURNING *;

-- name: discard
-- What was uploaded is not what was announced.
DELETE FROM media WHERE id = %(media_id)s AND owner_id = %(owner_id)s AND status = 'pending';

-- name: page
-- A page of the library, the newest first.
SELECT *
FROM media
WHERE owner_id = %(owner_id)s
  AND (status = 'ready' OR created_at > %(pending_since)s)
  AND (%(after_id)s::uuid IS NULL OR (created_at, id) < (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY created_at DESC, id DESC
LIMIT %(limit)s;

-- name: hold
-- One item, held until the end of the transaction against posts that would name it.
SELECT * FROM media WHERE id = %(media_id)s AND owner_id = %(owner_id)s FOR UPDATE;

-- name: wanted_by
-- Posts that name the item and have not gone out.
SELECT id FROM social_posts
WHERE media_ids @> ARRAY[%(media_id)s::uuid] AND media_ids <> '{}' AND owner_id = %(owner_id)s
  AND status IN ('draft', 'scheduled', 'queued')
ORDER BY id
LIMIT %(limit)s;

-- name: remove
DELETE FROM media WHERE id = %(media_id)s AND owner_id = %(owner_id)s;

-- name: forgotten
-- Uploads that were not finished in time. Whoever else removes them at this moment is not waited for.
SELECT * FROM media
WHERE owner_id = %(owner_id)s AND status = 'pending' AND created_at <= %(pending_since)s
ORDER BY created_at
LIMIT %(limit)s
FOR UPDATE SKIP LOCKED;

-- name: usable
-- Which of these items a post of the owner may name. They stay as they are until the end of the transaction.
SELECT id FROM media
WHERE id = ANY(%(ids)s) AND owner_id = %(owner_id)s AND status = 'ready'
ORDER BY id
FOR KEY SHARE;

-- name: facts
-- What is known of these items of the owner.
SELECT id, content_type, size_bytes, width, height, duration_seconds
FROM media
WHERE id = ANY(%(ids)s) AND owner_id = %(owner_id)s AND status = 'ready';

-- name: keys
-- Where these items of these owners lie.
SELECT media.owner_id, media.id, media.object_key
FROM unnest(%(owner_ids)s::text[], %(ids)s::uuid[]) AS wanted (owner_id, id)
JOIN media ON media.id = wanted.id AND media.owner_id = wanted.owner_id AND media.status = 'ready';
