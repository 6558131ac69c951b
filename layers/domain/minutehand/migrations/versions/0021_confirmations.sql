-- name: upgrade
-- The existing rows need no check, because they meet the previous, narrower constraint. A check would block publishers
-- while it reads the table.
ALTER TABLE publication_attempts
    DROP CONSTRAINT publication_attempts_event_known,
    ADD CONSTRAINT publication_attempts_event_known CHECK (event IN
        ('began', 'published', 'processing', 'transient', 'rate_limited', 'failed', 'in_doubt', 'not_landed',
         'unanswered', 'unknown', 'confirmed_published', 'confirmed_not_published')) NOT VALID;

-- name: downgrade
DELETE FROM publication_attempts WHERE event = 'confirmed_published';
ALTER TABLE publication_attempts
    DROP CONSTRAINT publication_attempts_event_known,
    ADD CONSTRAINT publication_attempts_event_known CHECK (event IN
        ('began', 'published', 'processing', 'transient', 'rate_limited', 'failed', 'in_doubt', 'not_landed',
         'unanswered', 'unknown', 'confirmed_not_published'));
