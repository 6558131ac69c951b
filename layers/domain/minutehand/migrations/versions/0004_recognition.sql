-- Whose a post is that was found on a platform: nobody else's, and not that of a call that is under way on the account.
CREATE INDEX publications_by_remote ON publications (platform, remote_id) WHERE remote_id IS NOT NULL;
CREATE INDEX publications_armed ON publications (connection_id) WHERE state = 'publishing' AND armed_at IS NOT NULL;

-- What pacing asks: what of an account waits for its turn, or had one a moment ago. What goes out in time, at the first
-- attempt, has no turn and costs it nothing.
DROP INDEX publications_catching_up;
CREATE INDEX publications_turns ON publications (owner_id, platform, next_attempt_at) WHERE next_attempt_at > due_at;
