"""The rules for unconnected platforms, windows and catch-up slots, from a deployment's parameters."""

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from minutehand.runtime.configs.queue import QueueConfig


LATE_TOLERANCE = timedelta(seconds=60)
"""The delay after which a post counts as overdue. Calls also accept a time that is at most this far in the past."""


class Policy(NamedTuple):
    """The rules for queueing posts.

    ``unconnected``: the action for a platform on which the owner has no connection: ``sandbox`` or ``reject``.
    ``window``: the window of posts that do not set their own window, or None if these posts have no window.
    ``spacing``: the time between two catch-up slots of one connection.
    """

    unconnected: str = "reject"
    window: timedelta | None = None
    spacing: timedelta = timedelta()

    @classmethod
    def of(cls, config: "QueueConfig") -> Self:
        """Return the rules that ``config`` sets."""
        return cls(config.unconnected_platforms, config.publish_within, config.catch_up_spacing)

    @property
    def window_seconds(self) -> int | None:
        """The window in whole seconds, for SQL, or None if there is no window."""
        return None if self.window is None else int(self.window.total_seconds())
