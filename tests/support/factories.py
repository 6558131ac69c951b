"""Rows with complete defaults, so that a test states only the columns that matter to it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query

_INSERT_POST = Query(
    "insert_post",
    """INSERT INTO social_posts (content, platforms, status, scheduled_at, owner_id, created_by, approval_required,
                                 approval_status, job_id, campaign, publish_within_seconds, platform_options,
                                 media_urls, connection_ids, connection_platforms, failure_reason, created_at,
                                 updated_at)
       VALUES (%(content)s, %(platforms)s, %(status)s, %(scheduled_at)s, %(owner_id)s, %(owner_id)s,
               %(approval_status)s::text IS NOT NULL, %(approval_status)s, %(job_id)s, %(campaign)s,
               %(publish_within_seconds)s, %(platform_options)s::jsonb, %(media_urls)s::text[],
               %(connection_ids)s::uuid[], %(connection_platforms)s::text[], %(failure_reason)s, %(now)s, %(now)s)
       RETURNING id""",
)
_INSERT_CONNECTION = Query(
    "insert_connection",
    """WITH connection AS (
           INSERT INTO social_connections (owner_id, platform, account_id, handle, base_url, is_default)
           VALUES (%(owner_id)s, %(platform)s, %(account_id)s, %(handle)s, %(base_url)s, %(is_default)s)
           RETURNING id
       )
       INSERT INTO social_account_tokens (connection_id, ciphertext) SELECT id, 'sealed' FROM connection
       RETURNING connection_id""",
)
_INSERT_POSTS = Query(
    "insert_posts",
    """INSERT INTO social_posts (content, platforms, status, scheduled_at, owner_id, created_by)
       SELECT 'Post ' || n, %(platforms)s, 'scheduled', %(scheduled_at)s::timestamptz + n * %(spacing)s::interval,
              %(owner_id)s, %(owner_id)s
       FROM generate_series(0, %(count)s - 1) AS n""",
)


def connect(
    db: Database,
    platform: str,
    owner_id: str = "ada",
    *,
    account_id: str = "account",
    handle: str = "handle",
    base_url: str = "",
    is_default: bool = True,
) -> UUID:
    """Insert a connection with a token that no vault sealed, and return its id."""
    row = db.one(
        _INSERT_CONNECTION,
        platform=platform,
        owner_id=owner_id,
        account_id=account_id,
        handle=handle,
        base_url=base_url,
        is_default=is_default,
    )
    assert row is not None
    return UUID(str(row["connection_id"]))


def make_post(db: Database, *, now: datetime, due: datetime | None = None, **columns: Any) -> UUID:
    """Insert a scheduled post, and return its id. By default it is due in a minute, on Bluesky without a connection."""
    values: dict[str, Any] = {
        "content": "The kiln is warm.",
        "platforms": ["bluesky"],
        "status": "scheduled",
        "scheduled_at": due or now + timedelta(seconds=60),
        "owner_id": "ada",
        "approval_status": None,
        "job_id": None,
        "campaign": None,
        "publish_within_seconds": None,
        "platform_options": {},
        "media_urls": [],
        "connection_ids": [],
        "connection_platforms": [],
        "failure_reason": None,
    } | columns
    values["platform_options"] = Jsonb(values["platform_options"])
    row = db.one(_INSERT_POST, now=now, **values)
    assert row is not None
    return UUID(str(row["id"]))


def make_posts(db: Database, count: int, *, due: datetime, spacing: timedelta = timedelta(), **columns: Any) -> None:
    """Insert many scheduled posts with one statement."""
    values = {"platforms": ["bluesky"], "owner_id": "ada"} | columns
    db.fetch(_INSERT_POSTS, count=count, scheduled_at=due, spacing=spacing, **values)
