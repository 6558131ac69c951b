-- The conditions that lists and counts of jobs share. minutehand.queue.job_state defines the states. ``post`` must be a
-- row of social_posts, whose status is 'failed' for ``unknown``, and 'queued' for the other states.

-- name: live_if_all
-- The condition that excludes test data, unless the statement is for one owner.
(%(owner_id)s::text IS NOT NULL OR NOT {queue.of_tests})

-- name: active
-- The condition that a publisher or the platform is working on one of the publications.
EXISTS (SELECT FROM publications WHERE post_id = post.id AND state IN {queue.active})

-- name: waiting
-- The condition that one of the publications is queued, and none is active. OFFSET 0 keeps Postgres from joining all
-- publications.
EXISTS (SELECT FROM publications WHERE post_id = post.id AND state = 'queued' OFFSET 0)
  AND NOT EXISTS (SELECT FROM publications WHERE post_id = post.id AND state IN {queue.active})

-- name: held
-- The condition that the open publications are held, or wait for a held part.
EXISTS (SELECT FROM publications WHERE post_id = post.id AND state = 'held')
  AND NOT EXISTS (SELECT FROM publications WHERE post_id = post.id AND state IN {queue.sendable})

-- name: unknown
-- The condition that one of the publications is unknown.
EXISTS (SELECT FROM publications WHERE post_id = post.id AND state = 'unknown')
