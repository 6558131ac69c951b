-- What the lists of posts have in common.

-- name: filters
-- The posts of the owner that match the filters of the list.
owner_id = %(owner_id)s
  AND (%(status)s::text IS NULL OR status = %(status)s)
  AND (%(platform)s::text IS NULL OR platforms @> ARRAY[%(platform)s::text])
  AND (%(campaign)s::text IS NULL OR campaign = %(campaign)s)
