-- name: fetched_addresses
-- Return the addresses in a post for which a card has been fetched since %(since)s, even if the page has no card.
SELECT card.url
FROM link_cards AS card
JOIN social_posts AS post ON post.id = card.post_id
WHERE card.post_id = %(post_id)s AND post.owner_id = %(owner_id)s AND card.fetched_at >= %(since)s;

-- name: store
-- Store the card of an address in a post. A title that is NULL records that the page has no card. A post that was
-- deleted in the meantime does not get a card.
INSERT INTO link_cards (post_id, url, title, description, image, image_type, fetched_at)
SELECT id, %(url)s, %(title)s, %(description)s, %(image)s, %(image_type)s, %(now)s
FROM social_posts
WHERE id = %(post_id)s AND owner_id = %(owner_id)s
ON CONFLICT (post_id, url) DO UPDATE
SET title = excluded.title, description = excluded.description, image = excluded.image,
    image_type = excluded.image_type, fetched_at = excluded.fetched_at;

-- name: card
-- Return the card of an address in a post.
SELECT card.url, card.title, card.description, card.image, card.image_type
FROM link_cards AS card
JOIN social_posts AS post ON post.id = card.post_id
WHERE card.post_id = %(post_id)s AND post.owner_id = %(owner_id)s AND card.url = %(url)s AND card.title IS NOT NULL;
