-- The conditions that lists and counts of jobs share. minutehand.queue.job_state defines the states. ``post`` must be a
-- row of social_posts with the status 'queued'.

-- name: live_if_all
-- The condition that excludes test data, unless the statement is for one owner.
(%(owner_id)s::text IS NOT NULL OR NOT {queue.of_tests})

-- name: active
-- A publisher or the platform is working on one of the publications.
EXISTS (SELECT FROM publications WHERE post_id = post.id AND state IN {queue.active})

-- name: waiting
-- One of the publications is queued, and none is active. OFFSET 0 keeps the planner from joining all publications.
EXISTS (SELECT FROM publications WHERE post_id = post.id AND state = 'queued' OFFSET 0)
  AND NOT EXISTS (SELECT FROM publications WHERE post_id = post.id AND state IN {queue.active})

-- name: held
-- The open publications are held, or wait for a held part.
EXISTS (SELECT FROM publications WHERE post_id = post.id AND state = 'held')
  AND NOT EXISTS (SELECT FROM publications WHERE post_id = post.id AND state IN {queue.sendable})

-- name: unknown
-- One of the publications is unknown. Used for failed posts.
EXISTS (SELECT FROM publications WHERE post_id = post.id AND state = 'unknown')
