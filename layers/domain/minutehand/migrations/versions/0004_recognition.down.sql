DROP INDEX publications_armed, publications_by_remote, publications_turns;
CREATE INDEX publications_catching_up ON publications (owner_id, platform) WHERE state = 'queued';
