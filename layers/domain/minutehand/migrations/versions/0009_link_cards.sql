-- name: upgrade
-- The cards of the addresses in posts. A row without a title records that the page has no card.
CREATE TABLE link_cards (
    post_id     uuid        NOT NULL REFERENCES social_posts (id) ON DELETE CASCADE,
    url         text        NOT NULL,
    title       text,
    description text        NOT NULL,
    image       bytea,
    image_type  text        NOT NULL,
    fetched_at  timestamptz NOT NULL,
    PRIMARY KEY (post_id, url),
    CONSTRAINT link_cards_image_size CHECK (octet_length(image) <= 1000000)
);

-- name: downgrade
DROP TABLE link_cards;
