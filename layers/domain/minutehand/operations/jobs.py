"""Reads jobs for owners and operators."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from minutehand.operations.forms.jobs import job_not_found
from minutehand.operations.rendering.jobs import Job
from minutehand.operations.rendering.jobs import job as rendered
from minutehand.queue.job_state import JobState, job_state
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.pagination import Pagination, fetch_page


class JobFound(TypedDict):
    """The job with the given id."""

    job: Job


class JobPage(TypedDict):
    """A page of jobs."""

    jobs: list[Job]
    pagination: Pagination


def find(db: Database, owner_id: str | None, job_id: UUID, *, now: datetime, attempts: int) -> JobFound:
    """Return a ``job`` of this owner, or of any owner if ``owner_id`` is None.

    ``attempts``: the maximum number of attempts at a publish call.

    Raises:
        NotFound: the job does not exist, was cancelled, cleared or replaced by a newer job, or belongs to another
            owner.
    """
    post = db.one(_queries["job"], job_id=job_id, owner_id=owner_id)
    if post is None:
        raise job_not_found()
    return {"job": _with_publications(db, owner_id, [post], now, attempts)[0]}


def page(
    db: Database,
    owner_id: str | None,
    state: JobState,
    *,
    cursor: str | None,
    take: int,
    now: datetime,
    attempts: int,
) -> JobPage:
    """Return a page of ``jobs`` in this state, and its ``pagination``. On the last page, ``nextCursor`` is None.

    Open jobs are sorted by the times of their posts, earliest first. Ended jobs are sorted newest first.

    Raises:
        InvalidInput: the cursor is not valid for this list.
    """
    rows, pagination = fetch_page(
        db,
        _queries[f"jobs_{state}"],
        list_key=("jobs", owner_id, state),
        cursor=cursor,
        take=take,
        sorted_by=("listed_at", "listed_id"),
        owner_id=owner_id,
    )
    return {"jobs": _with_publications(db, owner_id, rows, now, attempts), "pagination": pagination}


def _with_publications(
    db: Database, owner_id: str | None, posts: Sequence[dict[str, Any]], now: datetime, attempts: int
) -> list[Job]:
    of_post, ids = defaultdict(list), [post["id"] for post in posts]
    for row in db.fetch(_queries["job_publications"], post_ids=ids, owner_id=owner_id) if posts else ():
        of_post[row["post_id"]].append(row)
    jobs = []
    for post in posts:
        rows = of_post[post["id"]]
        state = job_state(post["status"], {row["state"] for row in rows})
        jobs.append(rendered(post, rows, state, now, attempts))
    return jobs


_queries = sql.load(__package__)
