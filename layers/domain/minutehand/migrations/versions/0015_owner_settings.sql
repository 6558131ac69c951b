-- name: upgrade
-- The settings of each owner. An owner without a row has the defaults in the SQL fragment `settings` of
-- minutehand.owners.
CREATE TABLE owner_settings (
    owner_id         text        PRIMARY KEY,
    timezone         text        NOT NULL,
    require_approval boolean     NOT NULL,
    spacing_minutes  integer     NOT NULL,
    updated_by       text        NOT NULL,
    updated_at       timestamptz NOT NULL,
    CONSTRAINT owner_settings_spacing_not_negative CHECK (spacing_minutes >= 0)
);

-- name: downgrade
DROP TABLE owner_settings;
