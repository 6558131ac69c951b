-- name: upgrade
-- The hash of a text, which is the same for texts that differ only in case and in white space.
CREATE FUNCTION text_hash(words text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT md5(lower(btrim(regexp_replace(words, '\s+', ' ', 'g'))))::uuid
$$;
ALTER TABLE post_words ADD COLUMN text_hash uuid;
UPDATE post_words SET text_hash = text_hash(post.content) FROM social_posts AS post WHERE post.id = post_words.post_id;
CREATE INDEX post_words_equal_texts ON post_words (owner_id, text_hash);

CREATE OR REPLACE FUNCTION social_posts_index_words() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO post_words (post_id, owner_id, words, text_hash)
    VALUES (NEW.id, NEW.owner_id, owner_words(NEW.owner_id, concat_ws(E'\n', NEW.campaign, NEW.notes, NEW.content)),
            text_hash(NEW.content))
    ON CONFLICT (post_id) DO UPDATE SET words = EXCLUDED.words, text_hash = EXCLUDED.text_hash;
    RETURN NULL;
END
$$;

-- name: downgrade
CREATE OR REPLACE FUNCTION social_posts_index_words() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO post_words (post_id, owner_id, words)
    VALUES (NEW.id, NEW.owner_id, owner_words(NEW.owner_id, concat_ws(E'\n', NEW.campaign, NEW.notes, NEW.content)))
    ON CONFLICT (post_id) DO UPDATE SET words = EXCLUDED.words;
    RETURN NULL;
END
$$;
DROP INDEX post_words_equal_texts;
ALTER TABLE post_words DROP COLUMN text_hash;
DROP FUNCTION text_hash;
