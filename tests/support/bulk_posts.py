"""Insert thousands or millions of posts in every state, as after years of use.

Unknown publications are few, however many posts there are, because people resolve them.
"""

from datetime import datetime
from typing import LiteralString

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query

OWNERS = 10
"""The number of owners. Ada owns every second post; the others share the rest."""

WITHOUT_TRIGGERS: LiteralString = "SET session_replication_role = replica"
WITH_TRIGGERS: LiteralString = "SET session_replication_role = origin"
"""Settings of a session. The trigger that indexes the words of each post would take most of the time."""

_POSTS = Query(
    "posts",
    """
    INSERT INTO social_posts (content, platforms, status, scheduled_at, posted_at, campaign, failure_reason, owner_id,
                              created_by, job_id, created_at, updated_at)
    SELECT 'Post ' || n,
           CASE WHEN n %% 1000 = 0 THEN '{pinterest}'::text[] WHEN n %% 3 = 0 THEN '{x,bluesky}' ELSE '{bluesky}' END,
           status,
           CASE status WHEN 'draft' THEN NULL
                       WHEN 'scheduled' THEN %(now)s::timestamptz + interval '1 day' + n * interval '1 second'
                       WHEN 'queued' THEN %(now)s::timestamptz
                       ELSE %(now)s::timestamptz - n * interval '1 second' END,
           CASE WHEN status IN ('published', 'archived') THEN %(now)s::timestamptz - n * interval '1 second' END,
           CASE WHEN n %% 100 = 0 THEN 'spring' END,
           CASE status WHEN 'failed' THEN 'It broke.' END,
           owner, owner,
           CASE WHEN status IN ('queued', 'published', 'archived', 'failed') THEN gen_random_uuid() END,
           %(now)s::timestamptz - n * interval '1 second',
           %(now)s::timestamptz - n * interval '1 second'
    FROM (
        SELECT n,
               CASE WHEN n %% 2 = 0 THEN 'ada' ELSE 'owner-' || n %% %(owners)s END AS owner,
               CASE WHEN n <= %(queued)s THEN 'queued'
                    WHEN n %% 20 = 1 THEN 'draft'
                    WHEN n %% 20 IN (2, 3) THEN 'failed'
                    WHEN n %% 20 BETWEEN 4 AND 9 THEN 'scheduled'
                    WHEN n %% 20 = 10 THEN 'archived'
                    ELSE 'published' END AS status
        FROM generate_series(%(first)s::integer, %(count)s) AS n
    ) AS kinds
    """,
)
_WORDS = Query(
    "words",
    """
    INSERT INTO post_words (post_id, owner_id, words, text_hash)
    SELECT id, owner_id, owner_words(owner_id, concat_ws(E'\\n', campaign, notes, content)), text_hash(content)
    FROM social_posts WHERE id NOT IN (SELECT post_id FROM post_words)
    """,
)
"""Indexes the words of all posts as the trigger does."""
_PUBLICATIONS = Query(
    "publications",
    """
    INSERT INTO publications (post_id, job_id, owner_id, platform, sandbox, state, due_at, next_attempt_at, queued_at,
                              sent_at, lease_token, lease_until, published_at, failure_code, failure_reason, attempts)
    SELECT id, job_id, owner_id, platforms[1], true, state, scheduled_at, scheduled_at, scheduled_at, scheduled_at,
           CASE state WHEN 'publishing' THEN gen_random_uuid() END,
           CASE state WHEN 'publishing' THEN %(now)s::timestamptz + interval '90 seconds' END,
           CASE state WHEN 'published' THEN posted_at END,
           CASE WHEN state IN ('failed', 'unknown') THEN 'broken' END,
           CASE WHEN state IN ('failed', 'unknown') THEN 'It broke.' END,
           1
    FROM (
        SELECT *,
               CASE status WHEN 'queued' THEN (ARRAY['queued', 'publishing', 'held'])[1 + place %% 3]
                           WHEN 'failed' THEN CASE WHEN place <= 35 THEN 'unknown' ELSE 'failed' END
                           ELSE 'published' END AS state
        FROM (SELECT *, row_number() OVER (PARTITION BY status ORDER BY created_at DESC) AS place
              FROM social_posts
              WHERE status IN ('queued', 'published', 'archived', 'failed')
                AND id NOT IN (SELECT post_id FROM publications)) AS placed
    ) AS each
    """,
)


def fill(db: Database, count: int, *, queued: int, now: datetime) -> None:
    """Insert ``count`` posts with their publications, of which ``queued`` are queued, and collect statistics."""
    insert(db, count, queued=queued, now=now)
    db.fetch(Query("vacuum", "VACUUM (ANALYZE)"))


def insert(db: Database, count: int, *, queued: int, now: datetime, first: int = 1) -> None:
    """Insert the posts ``first`` to ``count`` with their publications. The posts up to ``queued`` are queued."""
    db.fetch(Query("without_triggers", WITHOUT_TRIGGERS))
    db.fetch(_POSTS, first=first, count=count, queued=queued, owners=OWNERS, now=now)
    db.fetch(Query("with_triggers", WITH_TRIGGERS))
    db.fetch(_WORDS)
    db.fetch(_PUBLICATIONS, now=now)
