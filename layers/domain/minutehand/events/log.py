"""Writes an event in the transaction of the change that the event records."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from minutehand.runtime import sql
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database


def write_event(
    db: Database,
    type_: str,
    *,
    owner_id: str,
    actor: Actor,
    now: datetime,
    post_id: UUID | None = None,
    connection_id: UUID | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write an event. Call this function in the transaction of the change that the event records.

    ``type_``: one of `minutehand.events.types.EVENT_TYPES`. ``data``: JSON values; values that are None are omitted.
    """
    db.fetch(
        _queries["write"],
        type=type_,
        owner_id=owner_id,
        **actor.columns(),
        post_id=post_id,
        connection_id=connection_id,
        data=Jsonb({name: value for name, value in (data or {}).items() if value is not None}),
        now=now,
    )


_queries = sql.load(__package__)
