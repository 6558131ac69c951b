-- name: upgrade
-- Keeps publications of test data from every platform, even if the code has a bug. There were no such owners before
-- this release, so the existing rows need no check, which would read the whole table under a lock.
ALTER TABLE publications ADD CONSTRAINT publications_of_tests_are_sandboxed
    CHECK (sandbox OR NOT starts_with(owner_id, 'test:')) NOT VALID;

-- name: downgrade
ALTER TABLE publications DROP CONSTRAINT publications_of_tests_are_sandboxed;
