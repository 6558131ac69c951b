-- name: upgrade
-- Contract: no function uses `segment` or `inquiries`. Dropping `segment` also drops its constraints and its index.
DROP TRIGGER publications_number_part ON publications;
DROP FUNCTION publications_number_part;
ALTER TABLE publications DROP COLUMN segment, DROP COLUMN inquiries;
ALTER TABLE publications RENAME CONSTRAINT publications_part_once_per_job TO publications_once_per_job;
ALTER INDEX publications_part_live_once RENAME TO publications_live_once;

-- name: downgrade
ALTER INDEX publications_live_once RENAME TO publications_part_live_once;
ALTER TABLE publications RENAME CONSTRAINT publications_once_per_job TO publications_part_once_per_job;
ALTER TABLE publications
    ADD COLUMN segment smallint NOT NULL DEFAULT 0,
    ADD COLUMN inquiries integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT publications_segment_counts_from_zero CHECK (segment >= 0),
    ADD CONSTRAINT publications_once_per_job UNIQUE NULLS NOT DISTINCT (job_id, platform, connection_id, segment);
CREATE UNIQUE INDEX publications_live_once
    ON publications (post_id, platform, connection_id, segment) NULLS NOT DISTINCT
    WHERE state IN ('publishing', 'processing', 'published', 'unknown');
CREATE FUNCTION publications_number_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.segment > 0 AND new.part = 1 THEN
        new.part := new.segment + 1;
    ELSE
        new.segment := new.part - 1;
    END IF;
    RETURN new;
END
$$;
CREATE TRIGGER publications_number_part BEFORE INSERT ON publications
    FOR EACH ROW EXECUTE FUNCTION publications_number_part();
