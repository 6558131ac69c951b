"""Reads jobs for owners and operators. The states of jobs have Bull's names."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from minutehand.operations import rendering
from minutehand.operations.forms import State, job_not_found
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.pagination import fetch_page


def find(db: Database, owner_id: str | None, job_id: UUID, *, now: datetime, attempts: int) -> dict[str, Any]:
    """Return a job of this owner, or of any owner if ``owner_id`` is None.

    ``attempts``: the maximum number of attempts at a publication.

    Raises:
        NotFound: the job does not exist, was cancelled or cleared, or belongs to another owner.
    """
    post = db.one(_queries["job"], job_id=job_id, owner_id=owner_id)
    if post is None:
        raise job_not_found()
    return _with_publications(db, [post], now, attempts)[0]


def page(
    db: Database,
    owner_id: str | None,
    state: State,
    *,
    cursor: str | None,
    take: int,
    now: datetime,
    attempts: int,
) -> dict[str, Any]:
    """Return a page of ``jobs`` in this state, and its ``pagination``. On the last page, ``nextCursor`` is None.

    Open jobs are sorted by time, the next one first. Ended jobs are sorted with the most recent one first.

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
    return {"jobs": _with_publications(db, rows, now, attempts), "pagination": pagination}


def state_of(status: str, publication_states: set[str]) -> str:
    """Return the state of a job from the status of its post and the states of its publications."""
    match status:
        case "scheduled":
            return "delayed"
        case "published" | "archived":
            return "completed"
        case "failed":
            return "unknown" if "unknown" in publication_states else "failed"
    if publication_states & {"publishing", "processing"}:
        return "active"
    return "held" if "held" in publication_states and "queued" not in publication_states else "waiting"


def _with_publications(
    db: Database, posts: Sequence[dict[str, Any]], now: datetime, attempts: int
) -> list[dict[str, Any]]:
    of_post = defaultdict(list)
    for row in db.fetch(_queries["job_publications"], post_ids=[post["id"] for post in posts]) if posts else ():
        of_post[row["post_id"]].append(row)
    jobs = []
    for post in posts:
        rows = of_post[post["id"]]
        state = state_of(post["status"], {row["state"] for row in rows})
        jobs.append(rendering.job(post, rows, state, now, attempts))
    return jobs


_queries = sql.load(__package__)
