"""The query of GET queue."""

from typing import Literal

from minutehand.runtime.form import Form

type OwnerScope = Literal["own", "all"]


class QueueQuery(Form):
    """The query of GET queue. ``scope``: ``own`` or ``all``."""

    scope: OwnerScope | None = None
