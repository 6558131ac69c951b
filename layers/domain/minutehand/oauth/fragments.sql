-- The pieces of SQL that several statements about authorizations contain.

-- name: has_room
-- Whether the owner has fewer than %(max_pending)s authorizations that are neither used nor expired.
(SELECT count(*) FROM (
     SELECT FROM oauth_states
     WHERE owner_id = %(owner_id)s AND used_at IS NULL AND expires_at > %(now)s
     LIMIT %(max_pending)s
 ) AS pending) < %(max_pending)s
