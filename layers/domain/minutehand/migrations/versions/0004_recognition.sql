-- name: upgrade
-- DROP INDEX takes the strongest lock, and therefore comes first. Otherwise, a transaction that already holds a
-- weaker lock would wait for CREATE INDEX, and DROP INDEX would wait for that transaction: a deadlock.
DROP INDEX publications_catching_up;
-- For list_slots: the publications of an account that wait for a slot or have had one. First attempts that are on time
-- need no slot, and are not in the index.
CREATE INDEX publications_turns ON publications (owner_id, platform, next_attempt_at) WHERE next_attempt_at > due_at;

-- For ownership: finds the publication to which a post on a platform belongs, and the armed publications of the account
-- that are publishing or processing. Remote ids may have any length, so the first index stores their hashes.
CREATE INDEX publications_by_remote ON publications (platform, md5(remote_id)) WHERE remote_id IS NOT NULL;
CREATE INDEX publications_armed ON publications (connection_id)
    WHERE state IN ('publishing', 'processing') AND armed_at IS NOT NULL;

-- name: downgrade
DROP INDEX publications_armed, publications_by_remote, publications_turns;
CREATE INDEX publications_catching_up ON publications (owner_id, platform) WHERE state = 'queued';
