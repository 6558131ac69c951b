"""Opens the media library and the storage of its files; see `minutehand.runtime.function`."""

from typing import TYPE_CHECKING

from minutehand.media.library import Library
from minutehand.media.storage import Storage, client

if TYPE_CHECKING:
    from minutehand.media.library import MediaConfig
    from minutehand.runtime.function import Function


def open_storage(function: "Function[MediaConfig]") -> Storage:
    """Return the storage of the library's files."""
    return Storage(client(), function.config.media_bucket)


def open_library(function: "Function[MediaConfig]") -> Library:
    """Return the media library."""
    return Library(function.db, function.resource(open_storage), function.config.max_media_bytes)
