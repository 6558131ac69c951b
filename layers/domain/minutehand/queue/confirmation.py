"""Records whether people have found unknown publications on their platforms."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from minutehand.queue.finish import display_names_json, update_failed_post
from minutehand.queue.locks import lock_post
from minutehand.runtime import sql
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict, NotFound


class Confirmation(NamedTuple):
    """States whether a person has found a publication on its platform. ``permalink``: its public address, or None."""

    publication_id: UUID
    published: bool
    permalink: str | None = None


def confirm(
    db: Database,
    *,
    post_id: UUID,
    owner_id: str,
    actor: Actor,
    confirmations: Sequence[Confirmation],
    now: datetime,
) -> None:
    """Record for each of these unknown publications of a post whether a person has found it on its platform.

    Each publication becomes ``published`` or ``failed``. A failed publication can be retried. A failed post becomes
    published if all of its publications are published. Otherwise, its ``failureReason`` is updated.

    Raises:
        NotFound: this owner has no such post, or the post has no such publication.
        Conflict: a publication is not unknown.
    """
    ids = [each.publication_id for each in confirmations]
    with db.transaction():
        lock_post(db, post_id, owner_id)
        rows = db.fetch(_queries["lock_publications"], ids=ids, post_id=post_id, owner_id=owner_id)
        states = {row["id"]: row["state"] for row in rows}
        for index, publication_id in enumerate(ids):
            if publication_id not in states:
                raise publication_not_found(str(publication_id))
            if states[publication_id] != "unknown":
                raise _not_unknown(index, publication_id, states[publication_id])
        record_confirmations(db, post_id, owner_id, actor, confirmations, now)
        update_failed_post(db, post_id, actor, now=now)


def record_confirmations(
    db: Database, post_id: UUID, owner_id: str, actor: Actor, confirmations: Sequence[Confirmation], now: datetime
) -> None:
    """Record ``confirmations`` in the caller's transaction, which has locked the post and its unknown publications."""
    db.fetch(
        _queries["confirm"],
        post_id=post_id,
        owner_id=owner_id,
        ids=[each.publication_id for each in confirmations],
        published=[each.published for each in confirmations],
        permalinks=[each.permalink for each in confirmations],
        names=display_names_json(),
        **actor.columns(),
        now=now,
    )


def publication_not_found(publication_id: str) -> NotFound:
    """Return the error for a publication that the post does not have."""
    return NotFound(f"This post has no publication with the id {publication_id[:80]}.", code="publication_not_found")


def _not_unknown(index: int, publication_id: UUID, state: str) -> Conflict:
    sentence = (
        f"The state of the publication {publication_id} is {state}. Only an unknown publication can be confirmed."
    )
    detail = {"field": f"publications[{index}]", "message": sentence, "given": state, "allowed": "unknown"}
    return Conflict(sentence, code="not_unknown", details=[detail])


_queries = sql.load(__package__)
