-- name: upgrade
-- NOT VALID skips the check of the existing rows, which meet the previous, narrower constraint. The check reads the
-- whole table, and blocks publishers in the meantime.
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
