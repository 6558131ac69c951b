"""The query of GET queue: the scope, which is the caller's owner or all owners."""

from typing import Literal

from minutehand.runtime.form import Form

type OwnerScope = Literal["own", "all"]


class QueueQuery(Form):
    """The query of GET queue. ``scope``: ``own`` for the caller's owner, ``all`` for all owners."""

    scope: OwnerScope | None = None
