-- name: upgrade
-- Expand: count parts from 1, as the API does, and name reconciliations as the code does. Functions of the previous
-- release use `segment` (counted from 0) and `inquiries`. Revision 0006 removes both columns.
ALTER TABLE publications
    ADD COLUMN part            smallint NOT NULL DEFAULT 1, -- 1: the post, or the first part of its thread
    ADD COLUMN reconciliations integer  NOT NULL DEFAULT 0, -- consecutive reconciliations without an answer
    ADD CONSTRAINT publications_part_counts_from_one CHECK (part >= 1);

-- These statements update few rows: most posts have one part, and few publish calls are in doubt.
UPDATE publications SET part = segment + 1 WHERE segment > 0;
UPDATE publications SET reconciliations = inquiries WHERE inquiries > 0;

CREATE FUNCTION publications_number_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.segment > 0 AND new.part = 1 THEN -- inserted by the previous release
        new.part := new.segment + 1;
    ELSE
        new.segment := new.part - 1;
    END IF;
    RETURN new;
END
$$;
CREATE TRIGGER publications_number_part BEFORE INSERT ON publications
    FOR EACH ROW EXECUTE FUNCTION publications_number_part();

ALTER TABLE publications
    ADD CONSTRAINT publications_part_once_per_job UNIQUE NULLS NOT DISTINCT (job_id, platform, connection_id, part);
CREATE UNIQUE INDEX publications_part_live_once
    ON publications (post_id, platform, connection_id, part) NULLS NOT DISTINCT
    WHERE state IN ('publishing', 'processing', 'published', 'unknown');
ALTER INDEX publications_turns RENAME TO publications_slots;

-- name: downgrade
ALTER INDEX publications_slots RENAME TO publications_turns;
DROP TRIGGER publications_number_part ON publications;
DROP FUNCTION publications_number_part;
ALTER TABLE publications DROP COLUMN part, DROP COLUMN reconciliations;
