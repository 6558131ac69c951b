-- name: upgrade
-- For the limit of pending authorizations of an owner.
CREATE INDEX oauth_states_pending ON oauth_states (owner_id, expires_at) WHERE used_at IS NULL;

-- The total size of each owner's media items, so that no statement has to add up the sizes of all items. A trigger
-- updates the total size, so that it is also correct while functions of the previous release add and delete items.
CREATE TABLE media_usage (
    owner_id text   PRIMARY KEY,
    bytes    bigint NOT NULL,
    CONSTRAINT media_usage_not_negative CHECK (bytes >= 0)
);
LOCK TABLE media IN SHARE ROW EXCLUSIVE MODE; -- no item may be added or deleted between the sum and the trigger
INSERT INTO media_usage (owner_id, bytes) SELECT owner_id, sum(size_bytes) FROM media GROUP BY owner_id;
-- The function runs with the privileges of the owner of the tables, so that no role needs the privilege to change the
-- sizes.
CREATE FUNCTION media_add_usage() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO media_usage AS usage (owner_id, bytes) VALUES (new.owner_id, new.size_bytes)
        ON CONFLICT (owner_id) DO UPDATE SET bytes = usage.bytes + excluded.bytes;
    ELSE
        UPDATE media_usage SET bytes = bytes - old.size_bytes WHERE owner_id = old.owner_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER media_usage_follows_media AFTER INSERT OR DELETE ON media
    FOR EACH ROW EXECUTE FUNCTION media_add_usage();

-- name: downgrade
DROP TRIGGER media_usage_follows_media ON media;
DROP FUNCTION media_add_usage;
DROP TABLE media_usage;
DROP INDEX oauth_states_pending;
