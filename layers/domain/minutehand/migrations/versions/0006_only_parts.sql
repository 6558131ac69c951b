-- Contract: no function uses `segment` or `inquiries`. Dropping `segment` also drops its constraints and its index.
DROP TRIGGER publications_number_part ON publications;
DROP FUNCTION publications_number_part;
ALTER TABLE publications DROP COLUMN segment, DROP COLUMN inquiries;
ALTER TABLE publications RENAME CONSTRAINT publications_part_once_per_job TO publications_once_per_job;
ALTER INDEX publications_part_live_once RENAME TO publications_live_once;
