-- name: upgrade
-- The number of each owner's writing calls in each minute. The table is unlogged, because losing the counts in a crash
-- does no harm. Each tick deletes the counts of old minutes.
CREATE UNLOGGED TABLE request_counts (
    owner_id text        NOT NULL,
    minute   timestamptz NOT NULL,
    requests integer     NOT NULL,
    allowed  integer     NOT NULL,                      -- the limit when the last of these requests was made
    PRIMARY KEY (minute, owner_id),                     -- in this order for deleting old minutes
    CONSTRAINT request_counts_within_limit CHECK (requests <= allowed)
);

-- name: downgrade
DROP TABLE request_counts;
