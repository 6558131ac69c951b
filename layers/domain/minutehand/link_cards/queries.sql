-- name: fetched_addresses
-- Return the addresses whose pages have been fetched for a post since %(since)s, including pages without a card.
SELECT card.url
FROM link_cards AS card
JOIN social_posts AS post ON post.id = card.post_id
WHERE card.post_id = %(post_id)s AND post.owner_id = %(owner_id)s AND card.fetched_at >= %(since)s;

-- name: store
-- Store the card of an address in a post. A title that is NULL records that the page has no card. A post that was
-- deleted in the meantime receives no card.
INSERT INTO link_cards (post_id, url, title, description, image, image_type, fetched_at)
SELECT id, %(url)s, %(title)s, %(description)s, %(image)s, %(image_type)s, %(now)s
FROM social_posts
WHERE id = %(post_id)s AND owner_id = %(owner_id)s
ON CONFLICT (post_id, url) DO UPDATE
SET title = excluded.title, description = excluded.description, image = excluded.image,
    image_type = excluded.image_type, fetched_at = excluded.fetched_at;

-- name: prune_cards
-- Read up to %(limit)s cards after the given one, and delete those of published and archived posts. Returns the last
-- card that was read, and the number of deleted cards. Returns no row if there are no further cards.
WITH page AS MATERIALIZED (
    SELECT ctid AS place, post_id, url
    FROM link_cards
    WHERE (post_id, url) > (%(after_id)s::uuid, %(after_url)s::text)
    ORDER BY post_id, url
    LIMIT %(limit)s
), deleted AS (
    DELETE FROM link_cards
    WHERE ctid = ANY(ARRAY(
        SELECT place
        FROM page -- a subquery, because a join might read all posts
        WHERE (SELECT status FROM social_posts WHERE id = page.post_id) IN ('published', 'archived')
    ))
    RETURNING 1
)
SELECT post_id, url, (SELECT count(*) FROM deleted) AS deleted
FROM page
ORDER BY post_id DESC, url DESC
LIMIT 1;

-- name: card
-- Return the card of an address in a post.
SELECT card.url, card.title, card.description, card.image, card.image_type
FROM link_cards AS card
JOIN social_posts AS post ON post.id = card.post_id
WHERE card.post_id = %(post_id)s AND post.owner_id = %(owner_id)s AND card.url = %(url)s AND card.title IS NOT NULL;
