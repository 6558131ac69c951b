"""Archives one published or failed post, or all posts that were published more than a given number of days ago."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Never, TypedDict
from uuid import UUID

from minutehand.posts.conflicts import wrong_state
from minutehand.posts.reading import find
from minutehand.runtime import sql
from minutehand.runtime.actor import Actor
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.identity import Identity

ARCHIVABLE = ("published", "failed")
"""The statuses in which the statement ``archive`` archives a post."""
BATCH_SIZE = 1_000
"""The maximum number of posts that one statement archives. A small batch holds its locks only briefly."""


class ArchiveReport(TypedDict):
    """The number of archived posts, and whether the archiving is complete."""

    count: int
    complete: bool
    """False if there may be more posts to archive. Repeat the call until `complete` is true."""


@dataclass(slots=True)
class Archived:
    """The number of archived posts. ``complete`` is False if the time ran out, so that posts may remain."""

    count: int = 0
    complete: bool = True

    def rendered(self) -> ArchiveReport:
        """Return the fields that the API shows."""
        return {"count": self.count, "complete": self.complete}


def archive(db: Database, writer: Identity, post_id: UUID, *, now: datetime) -> Archived:
    """Archive one published or failed post. An archived post is never published again.

    Raises:
        NotFound: the owner has no such post.
        Conflict: the post is neither published nor failed, or one of its publications is unknown.
    """
    if (
        db.one(_queries["archive"], post_id=post_id, owner_id=writer.owner_id, **writer.actor.columns(), now=now)
        is None
    ):
        _refuse(find(db, writer, post_id))
    return Archived(1)


def archive_older(
    db: Database, clock: Clock, *, owner_id: str | None, days_old: int, actor: Actor, deadline: datetime
) -> Archived:
    """Archive posts that were published more than ``days_old`` days ago. Do not begin a batch after ``deadline``.

    ``owner_id``: the owner of the posts, or None for the posts of all owners.
    """
    done = Archived()
    before = clock.now() - timedelta(days=days_old)
    while True:
        now = clock.now()
        if now >= deadline:
            done.complete = False
            return done
        rows = db.fetch(
            _queries["archive_older"],
            owner_id=owner_id,
            before=before,
            days_old=days_old,
            limit=BATCH_SIZE,
            **actor.columns(),
            now=now,
        )
        done.count += len(rows)
        if len(rows) < BATCH_SIZE:
            return done


def _refuse(post: dict[str, Any]) -> Never:
    if post["status"] in ARCHIVABLE:
        raise Conflict(
            "This post cannot be archived: we could not confirm whether all of its publications were published. Check "
            "the accounts, and report the result first.",
            code="outcome_unknown",
        )
    raise wrong_state(post, "archived", ARCHIVABLE)


_queries = sql.load(__package__)
