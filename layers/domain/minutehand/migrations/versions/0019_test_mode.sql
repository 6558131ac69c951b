-- name: upgrade
-- Keeps publications of test data off the platforms, even if the code has a bug. Releases without this revision created
-- no test data. NOT VALID therefore omits the check of the existing rows, which reads the whole table under a lock.
ALTER TABLE publications ADD CONSTRAINT publications_of_tests_are_sandboxed
    CHECK (sandbox OR NOT starts_with(owner_id, 'test:')) NOT VALID;

-- name: downgrade
ALTER TABLE publications DROP CONSTRAINT publications_of_tests_are_sandboxed;
