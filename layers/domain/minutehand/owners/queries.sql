-- The settings of an owner.

-- name: settings
SELECT * FROM {owners.settings} AS settings;

-- name: change_settings
-- Change the settings in %(changes)s, and return all settings.
INSERT INTO owner_settings (owner_id, timezone, require_approval, spacing_minutes, updated_by, updated_at)
SELECT %(owner_id)s, changed.timezone, changed.require_approval, changed.spacing_minutes, %(actor)s, %(now)s
FROM {owners.settings} AS present
CROSS JOIN LATERAL jsonb_populate_record(
    NULL::owner_settings, to_jsonb(present) || %(changes)s::jsonb
) AS changed
ON CONFLICT (owner_id) DO UPDATE
SET timezone = coalesce(%(changes)s::jsonb ->> 'timezone', owner_settings.timezone),
    require_approval = coalesce((%(changes)s::jsonb -> 'require_approval')::boolean, owner_settings.require_approval),
    spacing_minutes = coalesce((%(changes)s::jsonb -> 'spacing_minutes')::integer, owner_settings.spacing_minutes),
    updated_by = excluded.updated_by, updated_at = excluded.updated_at
RETURNING timezone, require_approval, spacing_minutes, updated_by, updated_at;

-- name: count_exceptions
-- Return the number of scheduled and queued posts to which the setting requireApproval does not apply. If the setting is
-- on, these are the unapproved posts that do not require an approval. If the setting is off, these are the posts that
-- still require an approval.
SELECT count(*) AS posts
FROM social_posts
WHERE owner_id = %(owner_id)s AND status IN ('scheduled', 'queued')
  AND approval_required <> %(require_approval)s AND approval_status IS DISTINCT FROM 'approved';
