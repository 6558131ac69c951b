-- name: fetched_addresses
-- The addresses of a post for which a card was looked for since %(since)s.
SELECT url FROM link_cards WHERE post_id = %(post_id)s AND fetched_at >= %(since)s;

-- name: store
-- Store the card of an address in a post. A title that is NULL records that the page has no card. A post that was
-- deleted in the meantime gets no card.
INSERT INTO link_cards (post_id, url, title, description, image, image_type, fetched_at)
SELECT id, %(url)s, %(title)s, %(description)s, %(image)s, %(image_type)s, %(now)s
FROM social_posts
WHERE id = %(post_id)s
ON CONFLICT (post_id, url) DO UPDATE
SET title = excluded.title, description = excluded.description, image = excluded.image,
    image_type = excluded.image_type, fetched_at = excluded.fetched_at;

-- name: card
-- The card of an address in a post.
SELECT url, title, description, image, image_type
FROM link_cards
WHERE post_id = %(post_id)s AND url = %(url)s AND title IS NOT NULL;
