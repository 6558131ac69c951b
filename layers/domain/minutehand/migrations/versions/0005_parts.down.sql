ALTER INDEX publications_slots RENAME TO publications_turns;
DROP TRIGGER publications_number_part ON publications;
DROP FUNCTION publications_number_part;
ALTER TABLE publications DROP COLUMN part, DROP COLUMN reconciliations;
