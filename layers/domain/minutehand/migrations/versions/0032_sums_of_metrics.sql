-- name: upgrade
-- The values of the metrics that can be added up, in the order of `minutehand.platforms.metric_names.SUMMABLE`. Null:
-- the platform does not return the metric.
ALTER TABLE publication_metrics ADD COLUMN counts numeric[] GENERATED ALWAYS AS (ARRAY[
    (metrics -> 'impressions' -> 'value')::numeric,
    (metrics -> 'reach' -> 'value')::numeric,
    (metrics -> 'views' -> 'value')::numeric,
    (metrics -> 'reactions' -> 'value')::numeric,
    (metrics -> 'comments' -> 'value')::numeric,
    (metrics -> 'shares' -> 'value')::numeric,
    (metrics -> 'reposts' -> 'value')::numeric,
    (metrics -> 'saves' -> 'value')::numeric,
    (metrics -> 'clicks' -> 'value')::numeric,
    (metrics -> 'follows' -> 'value')::numeric
]) STORED;

-- For sum_metrics: all columns of this table that the statement reads. An owner's rows of one month are far apart in
-- the table, but next to each other in this index.
DROP INDEX publication_metrics_by_owner;
CREATE INDEX publication_metrics_by_owner ON publication_metrics (owner_id, published_at)
    INCLUDE (post_id, connection_id, platform, due_at, taken_at, deleted_at, counts);

-- name: downgrade
DROP INDEX publication_metrics_by_owner;
CREATE INDEX publication_metrics_by_owner ON publication_metrics (owner_id, published_at, publication_id);
ALTER TABLE publication_metrics DROP COLUMN counts;
