-- name: upgrade
-- The words of a text, each with the beginning of a hash of the owner as its prefix, so that a search in the index need
-- not read the words of other owners. Only the first 20,000 characters of a text and the first 100 characters of a word
-- are searched, so that the words of every text fit into a tsvector.
CREATE FUNCTION owner_words(owner text, words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT coalesce(array_to_tsvector(array_agg(left(md5(owner), 8) || left(lexeme, 100))), '')
    FROM unnest(to_tsvector('simple', left(words, 20000)))
$$;

-- The query that finds the texts with all of these words. The last word may be the beginning of a longer word. The
-- result is null if there are no words, so that the query finds nothing.
CREATE FUNCTION owner_words_query(owner text, words text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT string_agg(
        '''' || replace(replace(left(md5(owner), 8) || left(lexeme, 100), '\', '\\'), '''', '''''') || '''' || suffix,
        ' & ')::tsquery
    FROM (
        SELECT lexeme, '' AS suffix FROM unnest(to_tsvector('simple', regexp_replace(words, '\S*\s*$', '')))
        UNION
        SELECT lexeme, ':*' FROM unnest(to_tsvector('simple', substring(words FROM '\S*\s*$')))
    ) AS searched
$$;

-- The words have a table of their own, because an index on social_posts would grow with every change of a status.
CREATE TABLE post_words (
    post_id  uuid     PRIMARY KEY REFERENCES social_posts (id) ON DELETE CASCADE,
    owner_id text     NOT NULL,
    words    tsvector NOT NULL
);

-- The trigger runs with the privileges of the owner of the tables, so that no role needs the privilege to write the
-- words.
CREATE FUNCTION social_posts_index_words() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO post_words (post_id, owner_id, words)
    VALUES (NEW.id, NEW.owner_id, owner_words(NEW.owner_id, concat_ws(E'\n', NEW.campaign, NEW.notes, NEW.content)))
    ON CONFLICT (post_id) DO UPDATE SET words = EXCLUDED.words;
    RETURN NULL;
END
$$;
CREATE TRIGGER social_posts_index_words_of_new AFTER INSERT ON social_posts
    FOR EACH ROW EXECUTE FUNCTION social_posts_index_words();
CREATE TRIGGER social_posts_index_changed_words AFTER UPDATE OF content, notes, campaign ON social_posts
    FOR EACH ROW
    WHEN ((OLD.content, OLD.notes, OLD.campaign) IS DISTINCT FROM (NEW.content, NEW.notes, NEW.campaign))
    EXECUTE FUNCTION social_posts_index_words();

INSERT INTO post_words (post_id, owner_id, words)
    SELECT id, owner_id, owner_words(owner_id, concat_ws(E'\n', campaign, notes, content)) FROM social_posts;
CREATE INDEX post_words_words ON post_words USING gin (words) WITH (fastupdate = off);

-- For the filters of lists.
CREATE INDEX social_posts_by_owner_campaign_scheduled
    ON social_posts (owner_id, campaign, (coalesce(scheduled_at, 'infinity'::timestamptz)), id)
    WHERE campaign IS NOT NULL;
CREATE INDEX social_posts_by_owner_approval
    ON social_posts (owner_id, approval_status, (coalesce(scheduled_at, 'infinity'::timestamptz)), id)
    WHERE approval_status IS NOT NULL;
CREATE INDEX publications_by_failure ON publications (owner_id, failure_code) INCLUDE (post_id, job_id)
    WHERE state IN ('failed', 'unknown');

-- name: downgrade
DROP INDEX publications_by_failure, social_posts_by_owner_approval, social_posts_by_owner_campaign_scheduled;
DROP TRIGGER social_posts_index_changed_words ON social_posts;
DROP TRIGGER social_posts_index_words_of_new ON social_posts;
DROP FUNCTION social_posts_index_words;
DROP TABLE post_words;
DROP FUNCTION owner_words_query;
DROP FUNCTION owner_words;
