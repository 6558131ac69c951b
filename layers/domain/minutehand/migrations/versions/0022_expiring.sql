-- name: upgrade
-- noted_end is the end of access that the last event connection.expiring announced. The index contains the tokens whose
-- access ends at another time: see the statement note_expiring.
ALTER TABLE social_account_tokens ADD COLUMN noted_end timestamptz;
CREATE INDEX social_account_tokens_ends
    ON social_account_tokens ((CASE WHEN refresh_at IS NULL THEN expires_at ELSE refresh_expires_at END))
    WHERE noted_end IS DISTINCT FROM CASE WHEN refresh_at IS NULL THEN expires_at ELSE refresh_expires_at END;

-- name: downgrade
DROP INDEX social_account_tokens_ends;
ALTER TABLE social_account_tokens DROP COLUMN noted_end;
