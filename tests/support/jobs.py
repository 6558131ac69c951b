"""Rows of jobs in any state, for tests that list and count them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.clock import START

STATES = ["waiting", "delayed", "active", "completed", "failed", "unknown", "held"]
_STATUS = {"delayed": "scheduled", "completed": "published", "failed": "failed", "unknown": "failed"}
_PUBLICATION = {
    "waiting": "queued",
    "active": "publishing",
    "completed": "published",
    "failed": "failed",
    "unknown": "unknown",
    "held": "held",
}
_POST = Query(
    "post",
    """INSERT INTO social_posts (content, platforms, status, scheduled_at, posted_at, failure_reason, campaign,
                                 owner_id, created_by, job_id, created_at, updated_at)
       VALUES ('The kiln is warm.', %(platforms)s, %(status)s, %(at)s,
               CASE WHEN %(status)s = 'published' THEN %(at)s::timestamptz END,
               CASE WHEN %(status)s = 'failed' THEN 'It broke.' END,
               %(campaign)s, %(owner)s, %(owner)s, %(job_id)s, %(at)s, %(at)s)
       RETURNING id""",
)
_PUBLICATIONS = Query(
    "publications",
    """INSERT INTO publications (post_id, job_id, owner_id, platform, sandbox, state, due_at, next_attempt_at,
                                 queued_at, sent_at, lease_token, lease_until, published_at, failure_code,
                                 failure_reason, attempts, updated_at)
       SELECT %(id)s, %(job_id)s, %(owner)s, platform, true, %(state)s, %(at)s, %(at)s, %(at)s, %(at)s,
              CASE WHEN %(state)s = 'publishing' THEN gen_random_uuid() END,
              CASE WHEN %(state)s = 'publishing' THEN %(at)s::timestamptz + interval '90 seconds' END,
              CASE WHEN %(state)s = 'published' THEN %(at)s::timestamptz END,
              CASE WHEN %(state)s IN ('failed', 'unknown') THEN 'broken' END,
              CASE WHEN %(state)s IN ('failed', 'unknown') THEN 'It broke.' END,
              CASE WHEN %(state)s = 'failed' THEN 3 ELSE 0 END, %(at)s
       FROM unnest(%(platforms)s::text[]) AS platform""",
)


def make_job(
    db: Database,
    state: str,
    *,
    owner: str = "ada",
    at: datetime = START,
    platforms: Sequence[str] = ("bluesky",),
    campaign: str | None = None,
) -> UUID:
    """Insert a post whose job is in ``state``, with a publication on each platform, and return the post's id."""
    values = {"owner": owner, "at": at, "platforms": list(platforms), "job_id": uuid4()}
    [row] = db.fetch(_POST, **values, status=_STATUS.get(state, "queued"), campaign=campaign)
    post_id = UUID(str(row["id"]))
    if state in _PUBLICATION:
        db.fetch(_PUBLICATIONS, **values, id=post_id, state=_PUBLICATION[state])
    return post_id
