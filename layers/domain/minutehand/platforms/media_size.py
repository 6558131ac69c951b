"""The size of a media item, which some uploads have to declare before they begin."""

from minutehand.platforms.content import MediaInfo


def size_is_missing(item: MediaInfo) -> str:
    """Return the error message for an item whose size is unknown."""
    what = "video" if item.is_video else "image"
    return f"The server of the {what} does not report the {what}'s size. Use a server that sends Content-Length."


def require_size(item: MediaInfo) -> int:
    """Return the size of ``item`` in bytes.

    Raises:
        Rejected: the size is unknown, or zero.
    """
    if not item.size_bytes:
        from minutehand.platforms.errors import Rejected

        raise Rejected("media_refused", size_is_missing(item))
    return item.size_bytes
