-- SQL fragments about an owner. Statements of several features include them.

-- name: settings
-- The settings of the owner %(owner_id)s as one row, to be used in FROM. Settings that were never changed have their
-- defaults.
(
    SELECT coalesce(kept.timezone, 'UTC') AS timezone,
           coalesce(kept.require_approval, false) AS require_approval,
           coalesce(kept.spacing_minutes, 0) AS spacing_minutes,
           kept.updated_by, kept.updated_at
    FROM (VALUES (NULL)) AS one
    LEFT JOIN owner_settings AS kept ON kept.owner_id = %(owner_id)s
)
