-- name: upgrade
-- The newest metrics of a publication on its platform, and the time at which the collector reads its metrics again. A
-- metric is stored as {"<name>": {"value": <number>, "unit": "<unit>", "name": "<the platform's own name>"}}. A metric
-- that the platform does not return is absent.
CREATE TABLE publication_metrics (
    publication_id uuid        PRIMARY KEY REFERENCES publications (id) ON DELETE CASCADE,
    owner_id       text        NOT NULL,
    post_id        uuid        NOT NULL,
    connection_id  uuid        NOT NULL,               -- no foreign key: the row outlives the connection
    platform       text        NOT NULL,
    published_at   timestamptz NOT NULL,
    moment         smallint    DEFAULT 1,              -- the next moment, in hours after published_at
    due_at         timestamptz,                        -- when the collector reads next; null: never
    tries          integer     NOT NULL DEFAULT 0,     -- consecutive readings that returned no metrics
    taken_at       timestamptz,                        -- when the newest metrics were read
    metrics        jsonb       NOT NULL DEFAULT '{}',
    missing_at     timestamptz,                        -- when the platform first did not return the post
    deleted_at     timestamptz,                        -- when a later reading confirmed that the post is missing
    CONSTRAINT publication_metrics_moment_known CHECK (moment IN (1, 6, 24, 72, 168, 720)),
    CONSTRAINT publication_metrics_due_has_moment CHECK (due_at IS NULL OR moment IS NOT NULL),
    CONSTRAINT publication_metrics_are_fields CHECK (jsonb_typeof(metrics) = 'object'),
    CONSTRAINT publication_metrics_deleted_is_missing CHECK (deleted_at IS NULL OR missing_at IS NOT NULL)
);
-- For claim_publications: due publications of the platforms that the collector reads.
CREATE INDEX publication_metrics_due ON publication_metrics (platform, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX publication_metrics_due_of_connection ON publication_metrics (connection_id, due_at)
    WHERE due_at IS NOT NULL;
CREATE INDEX publication_metrics_by_owner ON publication_metrics (owner_id, published_at, publication_id);
CREATE INDEX publication_metrics_by_post ON publication_metrics (post_id);
CREATE INDEX publication_metrics_by_age ON publication_metrics (published_at); -- for deleting old rows

-- The metrics of a publication at each moment. Rows are added and never changed.
CREATE TABLE metric_snapshots (
    publication_id uuid        NOT NULL REFERENCES publication_metrics (publication_id) ON DELETE CASCADE,
    moment         smallint    NOT NULL,
    owner_id       text        NOT NULL,
    taken_at       timestamptz NOT NULL,
    metrics        jsonb       NOT NULL,
    PRIMARY KEY (publication_id, moment),
    CONSTRAINT metric_snapshots_moment_known CHECK (moment IN (1, 6, 24, 72, 168, 720)),
    CONSTRAINT metric_snapshots_metrics_are_fields CHECK (jsonb_typeof(metrics) = 'object')
);
CREATE INDEX metric_snapshots_by_owner ON metric_snapshots (owner_id, taken_at, publication_id);

-- The time at which the collector reads the number of followers of each connection again. The column tries has the same
-- meaning as in publication_metrics.
CREATE TABLE follower_readings (
    connection_id uuid        PRIMARY KEY REFERENCES social_connections (id) ON DELETE CASCADE,
    owner_id      text        NOT NULL,
    platform      text        NOT NULL,
    due_at        timestamptz NOT NULL,
    tries         integer     NOT NULL DEFAULT 0
);
CREATE INDEX follower_readings_due ON follower_readings (platform, due_at);

-- The number of followers of each connection over time. The table has no foreign key, so that the numbers are kept when
-- the account is disconnected.
CREATE TABLE follower_counts (
    connection_id uuid        NOT NULL,
    taken_at      timestamptz NOT NULL,
    owner_id      text        NOT NULL,
    platform      text        NOT NULL,
    followers     bigint      NOT NULL,
    name          text        NOT NULL,                -- the platform's own name for the number
    PRIMARY KEY (connection_id, taken_at)
);
CREATE INDEX follower_counts_by_owner ON follower_counts (owner_id, taken_at);
CREATE INDEX follower_counts_by_age ON follower_counts (taken_at); -- for deleting old rows

-- The reason why the last reading of the metrics of a connection failed. A successful reading deletes the row.
CREATE TABLE metric_problems (
    connection_id uuid        NOT NULL REFERENCES social_connections (id) ON DELETE CASCADE,
    subject       text        NOT NULL,                -- the metrics of the publications, or those of the account
    owner_id      text        NOT NULL,
    code          text        NOT NULL,
    reason        text        NOT NULL,
    since         timestamptz NOT NULL,
    PRIMARY KEY (connection_id, subject),
    CONSTRAINT metric_problems_subject_known CHECK (subject IN ('publications', 'account'))
);

-- The number of reads for which a platform charges, by owner and day in UTC.
CREATE TABLE paid_reads (
    owner_id text    NOT NULL,
    day      date    NOT NULL,
    platform text    NOT NULL,
    reads    integer NOT NULL,
    PRIMARY KEY (owner_id, day, platform),
    CONSTRAINT paid_reads_positive CHECK (reads > 0)
);

-- The first moment is an hour after published_at. The trigger runs with the privileges of the owner of the tables,
-- so that the publisher and the API need no privilege on the table. The collector cannot read
-- the metrics of a publication without a remote id.
CREATE FUNCTION publications_schedule_metrics() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO publication_metrics
        (publication_id, owner_id, post_id, connection_id, platform, published_at, due_at)
    VALUES (NEW.id, NEW.owner_id, NEW.post_id, NEW.connection_id, NEW.platform, NEW.published_at,
            NEW.published_at + interval '1 hour')
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER publications_schedule_metrics AFTER INSERT OR UPDATE OF state ON publications
    FOR EACH ROW
    WHEN (NEW.state = 'published' AND NEW.remote_id IS NOT NULL AND NEW.connection_id IS NOT NULL AND NOT NEW.sandbox)
    EXECUTE FUNCTION publications_schedule_metrics();

-- The first reading of the number of followers is due immediately. Connections of test data have no readings, because
-- they have no accounts on platforms.
CREATE FUNCTION social_connections_schedule_followers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO follower_readings (connection_id, owner_id, platform, due_at)
    VALUES (NEW.id, NEW.owner_id, NEW.platform, NEW.created_at)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER social_connections_schedule_followers AFTER INSERT ON social_connections
    FOR EACH ROW
    WHEN (NOT starts_with(NEW.owner_id, 'test:'))
    EXECUTE FUNCTION social_connections_schedule_followers();
INSERT INTO follower_readings (connection_id, owner_id, platform, due_at)
    SELECT id, owner_id, platform, now() FROM social_connections WHERE NOT starts_with(owner_id, 'test:')
    ON CONFLICT DO NOTHING;

-- name: downgrade
DROP TRIGGER social_connections_schedule_followers ON social_connections;
DROP FUNCTION social_connections_schedule_followers;
DROP TRIGGER publications_schedule_metrics ON publications;
DROP FUNCTION publications_schedule_metrics;
DROP TABLE paid_reads, metric_problems, follower_counts, follower_readings, metric_snapshots, publication_metrics;
