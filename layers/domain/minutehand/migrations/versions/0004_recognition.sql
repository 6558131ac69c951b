-- The strongest lock comes first: statements that hold the table a little already would otherwise wait for the indexes, and
-- the last of these for them.
DROP INDEX publications_catching_up;
-- For list_slots: the publications of an account that wait for a slot, or had one. A first attempt that is on time has no
-- slot, and is not in the index.
CREATE INDEX publications_turns ON publications (owner_id, platform, next_attempt_at) WHERE next_attempt_at > due_at;

-- Whose a post is that was found on a platform: nobody else's, and not that of a call that is under way on the account, or
-- of a post that is being digested there. Ids come from servers and may be of any length.
CREATE INDEX publications_by_remote ON publications (platform, md5(remote_id)) WHERE remote_id IS NOT NULL;
CREATE INDEX publications_armed ON publications (connection_id)
    WHERE state IN ('publishing', 'processing') AND armed_at IS NOT NULL;
