"""Jobs as owners and operators look at them: what state they are in, in Bull's words, and why."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from minutehand.operations import rendering
from minutehand.operations.forms import State, job_not_found
from minutehand.runtime import sql
from minutehand.runtime.cursor import Cursor
from minutehand.runtime.db import Database


def find(db: Database, owner_id: str | None, job_id: UUID, *, now: datetime) -> dict[str, Any]:
    """Return a job of this owner, or (None) of anybody.

    Raises:
        NotFound: there is no such job, it was cancelled or cleared, or it is another's.
    """
    post = db.one(_queries["job"], job_id=job_id, owner_id=owner_id)
    if post is None:
        raise job_not_found()
    return _with_publications(db, [post], now)[0]


def page(
    db: Database, owner_id: str | None, state: State, *, cursor: str | None, take: int, now: datetime
) -> dict[str, Any]:
    """Return ``jobs`` in this state and ``pagination``; its nextCursor is None on the last page.

    What is still to come is listed by its time, what has ended with the last one first.

    Raises:
        InvalidInput: the cursor belongs to another list.
    """
    described = ("jobs", owner_id, state)
    after = Cursor.read(cursor, *described) if cursor is not None else None
    rows = db.fetch(
        _queries[f"jobs_{state}"],
        owner_id=owner_id,
        after_at=after.at if after else None,
        after_id=after.id if after else None,
        limit=take + 1,  # one more than is shown tells whether there is a next page
    )
    shown, last = rows[:take], rows[take - 1] if len(rows) > take else None
    return {
        "jobs": _with_publications(db, shown, now),
        "pagination": {
            "take": take,
            "count": len(shown),
            "nextCursor": Cursor(last["listed_at"], last["listed_id"]).write(*described) if last else None,
        },
    }


def state_of(status: str, publication_states: set[str]) -> str:
    """Return the state of the job of a post in ``status`` whose publications are in these states."""
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


def _with_publications(db: Database, posts: Sequence[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    of_post = defaultdict(list)
    for row in db.fetch(_queries["job_publications"], post_ids=[post["id"] for post in posts]) if posts else ():
        of_post[row["post_id"]].append(row)
    jobs = []
    for post in posts:
        rows = of_post[post["id"]]
        state = state_of(post["status"], {row["state"] for row in rows})
        jobs.append(rendering.job(post, rows, state, now))
    return jobs


_queries = sql.load(__package__)
