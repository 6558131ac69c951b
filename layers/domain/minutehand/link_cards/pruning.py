"""Deletes the link cards of published and archived posts, because these posts no longer need them. The image of a card
can take more space than the post.
"""

from datetime import datetime
from uuid import UUID

from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database

BATCH_SIZE = 1_000
"""The maximum number of cards that one statement reads."""


def prune_cards(db: Database, clock: Clock, *, deadline: datetime) -> int:
    """Delete the cards of published and archived posts in batches until ``deadline``. The next call deletes the
    remaining cards.

    Each call begins with the first card in the table.

    Returns the number of deleted cards.
    """
    total, after_id, after_url = 0, UUID(int=0), ""
    while clock.now() < deadline:
        row = db.one(_queries["prune_cards"], after_id=after_id, after_url=after_url, limit=BATCH_SIZE)
        if row is None:
            break
        total += row["deleted"]
        after_id, after_url = row["post_id"], row["url"]
    return total


_queries = sql.load(__package__)
