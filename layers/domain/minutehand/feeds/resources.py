"""Opens the object that serves calendar feeds; see `minutehand.runtime.function`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minutehand.feeds.reading import Feeds
    from minutehand.runtime.config import DatabaseConfig
    from minutehand.runtime.function import Function


def open_feeds(function: "Function[DatabaseConfig]") -> "Feeds":
    """Return the object that serves feeds. Invocations share the object and the results of its look-ups."""
    from minutehand.feeds.reading import Feeds

    return Feeds(function.db)
