"""Ends posts whose publications have all ended."""

import json
from collections.abc import Collection
from datetime import datetime
from functools import cache
from uuid import UUID

from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.runtime import sql
from minutehand.runtime.db import Database


def lock_posts(db: Database, post_ids: Collection[UUID]) -> None:
    """Hold the rows of these posts until the transaction ends; to be called before their publications are ended."""
    db.fetch(_queries["lock_posts"], ids=sorted(post_ids))


def settle(db: Database, post_ids: Collection[UUID], *, now: datetime) -> None:
    """End each of these posts of which no publication is open any more, in the caller's transaction.

    ``published`` when every publication is, ``failed`` otherwise, with a reason that names the platforms.
    """
    if post_ids:
        db.fetch(_queries["settle_posts"], ids=sorted(post_ids), names=display_names_json(), now=now)


@cache
def display_names_json() -> str:
    """Return the platforms' display names as a JSON object, for sentences that SQL composes."""
    return json.dumps(DISPLAY_NAMES)


_queries = sql.load(__package__)
