-- The pieces of SQL that all lists of posts contain.

-- name: filters
-- The condition that a post belongs to the owner and matches the filters of the list.
owner_id = %(owner_id)s
  AND (%(status)s::text IS NULL OR status = %(status)s)
  AND (%(platform)s::text IS NULL OR platforms @> ARRAY[%(platform)s::text])
  AND (%(campaign)s::text IS NULL OR campaign = %(campaign)s)
