-- Every statement names the owner: what is not theirs is not there. Each change writes its audit event with it.

-- name: create
-- Write a post: a draft, or scheduled when it has a time.
WITH created AS (
    INSERT INTO social_posts (content, platforms, status, scheduled_at, timezone, media_urls, campaign, notes,
                              approval_required, approval_status, created_by, owner_id, created_at, updated_at)
    VALUES (%(content)s, %(platforms)s::text[],
            CASE WHEN %(scheduled_at)s::timestamptz IS NULL THEN 'draft' ELSE 'scheduled' END,
            %(scheduled_at)s, %(timezone)s, %(media_urls)s::text[], %(campaign)s, %(notes)s,
            %(approval_required)s, CASE WHEN %(approval_required)s THEN 'pending' END,
            %(actor)s, %(owner_id)s, %(now)s, %(now)s)
    RETURNING *
), noted AS (
    INSERT INTO post_events (post_id, owner_id, actor, type, data, at)
    SELECT id, owner_id, created_by, 'post.created',
           jsonb_strip_nulls(jsonb_build_object('status', status, 'scheduledAt', scheduled_at)), %(now)s
    FROM created
)
SELECT * FROM created;

-- name: update
-- Change the given fields of a post that may still be edited. No row: it may not, and `look` tells why.
-- Its job stays while it stays scheduled. What was approved is approved no more once something else would go out.
WITH before AS (
    SELECT *
    FROM social_posts
    WHERE id = %(post_id)s AND owner_id = %(owner_id)s AND status IN ('draft', 'scheduled')
      AND (%(version)s::integer IS NULL OR version = %(version)s)
      AND (%(assumed_timezone)s::text IS NULL OR timezone = %(assumed_timezone)s)
    FOR UPDATE
), edited AS (
    SELECT id,
           CASE WHEN 'content' = ANY(%(given)s::text[]) THEN %(content)s::text ELSE content END AS content,
           CASE WHEN 'platforms' = ANY(%(given)s) THEN %(platforms)s::text[] ELSE platforms END AS platforms,
           CASE WHEN 'mediaUrls' = ANY(%(given)s) THEN %(media_urls)s::text[] ELSE media_urls END AS media_urls,
           CASE WHEN 'campaign' = ANY(%(given)s) THEN %(campaign)s::text ELSE campaign END AS campaign,
           CASE WHEN 'notes' = ANY(%(given)s) THEN %(notes)s::text ELSE notes END AS notes,
           CASE WHEN 'timezone' = ANY(%(given)s) THEN %(timezone)s::text ELSE timezone END AS timezone,
           CASE WHEN 'scheduledAt' = ANY(%(given)s) THEN %(scheduled_at)s::timestamptz ELSE scheduled_at END
               AS scheduled_at,
           CASE WHEN 'approvalRequired' = ANY(%(given)s) THEN %(approval_required)s::boolean
                ELSE approval_required END AS approval_required
    FROM before
), compared AS (
    SELECT edited.*,
           array_remove(ARRAY[
               CASE WHEN edited.content <> before.content THEN 'content' END,
               CASE WHEN edited.platforms <> before.platforms THEN 'platforms' END,
               CASE WHEN edited.media_urls <> before.media_urls THEN 'mediaUrls' END,
               CASE WHEN edited.scheduled_at IS DISTINCT FROM before.scheduled_at THEN 'scheduledAt' END,
               CASE WHEN edited.timezone <> before.timezone THEN 'timezone' END,
               CASE WHEN edited.campaign IS DISTINCT FROM before.campaign THEN 'campaign' END,
               CASE WHEN edited.notes IS DISTINCT FROM before.notes THEN 'notes' END,
               CASE WHEN edited.approval_required <> before.approval_required THEN 'approvalRequired' END
           ], NULL) AS changed
    FROM edited
    JOIN before ON before.id = edited.id
), updated AS (
    UPDATE social_posts AS post
    SET content = compared.content,
        platforms = compared.platforms,
        media_urls = compared.media_urls,
        campaign = compared.campaign,
        notes = compared.notes,
        timezone = compared.timezone,
        scheduled_at = compared.scheduled_at,
        status = CASE WHEN compared.scheduled_at IS NULL THEN 'draft' ELSE 'scheduled' END,
        job_id = CASE WHEN compared.scheduled_at IS NOT NULL THEN post.job_id END,
        approval_required = compared.approval_required,
        approval_status = CASE
            WHEN NOT compared.approval_required THEN NULL
            WHEN compared.changed && ARRAY['content', 'platforms', 'mediaUrls', 'scheduledAt', 'approvalRequired']
                THEN 'pending'
            ELSE post.approval_status END,
        version = CASE WHEN cardinality(compared.changed) > 0 THEN post.version + 1 ELSE post.version END,
        updated_at = CASE WHEN cardinality(compared.changed) > 0 THEN %(now)s ELSE post.updated_at END
    FROM compared
    WHERE post.id = compared.id
    RETURNING post.*, compared.changed
), noted AS (
    INSERT INTO post_events (post_id, owner_id, actor, type, data, at)
    SELECT id, owner_id, %(actor)s, 'post.updated', jsonb_build_object('changed', changed), %(now)s
    FROM updated
    WHERE cardinality(changed) > 0
)
SELECT * FROM updated;

-- name: delete
-- Remove a post of which nothing went out or may yet. No row: something did, or it is not there.
-- Going out means a queued post, so that whoever holds the row of one that is not queued sees the whole truth.
WITH doomed AS (
    SELECT id
    FROM social_posts AS post
    WHERE post.id = %(post_id)s AND post.owner_id = %(owner_id)s AND post.status IN ('draft', 'scheduled', 'failed')
      AND NOT EXISTS (
          SELECT FROM publications
          WHERE post_id = %(post_id)s AND state IN ('publishing', 'processing', 'published', 'unknown')
      )
    FOR UPDATE
), deleted AS (
    DELETE FROM social_posts AS post
    USING doomed
    WHERE post.id = doomed.id
    RETURNING post.*
), noted AS (
    INSERT INTO post_events (post_id, owner_id, actor, type, data, at)
    SELECT id, owner_id, %(actor)s, 'post.deleted',
           jsonb_strip_nulls(jsonb_build_object('status', status, 'scheduledAt', scheduled_at)), %(now)s
    FROM deleted
)
SELECT id FROM deleted;

-- name: look
-- One post.
SELECT * FROM social_posts WHERE id = %(post_id)s AND owner_id = %(owner_id)s;

-- name: publications
-- What counts of the publications of these posts: those of the present job, and of earlier ones what went out or may have.
SELECT publication.*
FROM publications AS publication
JOIN social_posts AS post ON post.id = publication.post_id
WHERE post.id = ANY(%(post_ids)s) AND post.owner_id = %(owner_id)s
  AND (publication.job_id = post.job_id OR publication.state IN ('published', 'unknown'))
ORDER BY publication.post_id, publication.platform, publication.id;

-- name: list_newest
-- A page of posts, the newest first.
SELECT *
FROM social_posts
WHERE owner_id = %(owner_id)s
  AND (%(status)s::text IS NULL OR status = %(status)s)
  AND (%(platform)s::text IS NULL OR %(platform)s = ANY(platforms))
  AND (%(campaign)s::text IS NULL OR campaign = %(campaign)s)
  AND (%(after_id)s::uuid IS NULL OR (created_at, id) < (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY created_at DESC, id DESC
LIMIT %(limit)s OFFSET %(skip)s;

-- name: list_oldest
-- A page of posts, the oldest first.
SELECT *
FROM social_posts
WHERE owner_id = %(owner_id)s
  AND (%(status)s::text IS NULL OR status = %(status)s)
  AND (%(platform)s::text IS NULL OR %(platform)s = ANY(platforms))
  AND (%(campaign)s::text IS NULL OR campaign = %(campaign)s)
  AND (%(after_id)s::uuid IS NULL OR (created_at, id) > (%(after_at)s::timestamptz, %(after_id)s))
ORDER BY created_at, id
LIMIT %(limit)s OFFSET %(skip)s;

-- name: list_scheduled
-- A page of posts, the next one to go out first; what has no time comes last.
SELECT *
FROM social_posts
WHERE owner_id = %(owner_id)s
  AND (%(status)s::text IS NULL OR status = %(status)s)
  AND (%(platform)s::text IS NULL OR %(platform)s = ANY(platforms))
  AND (%(campaign)s::text IS NULL OR campaign = %(campaign)s)
  AND (%(after_id)s::uuid IS NULL
       OR (coalesce(scheduled_at, 'infinity'::timestamptz), id)
        > (coalesce(%(after_at)s::timestamptz, 'infinity'::timestamptz), %(after_id)s))
ORDER BY coalesce(scheduled_at, 'infinity'::timestamptz), id
LIMIT %(limit)s OFFSET %(skip)s;
