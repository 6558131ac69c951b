"""The content of a publication. The API and the platforms' rules import this module without importing `port`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from minutehand.platforms.link_card import LinkCard


class Content(NamedTuple):
    """The content of one publication."""

    text: str
    media_urls: tuple[str, ...] = ()
    alt_texts: Mapping[str, str] = MappingProxyType({})
    """The alternative texts of the media items, keyed by the URL of the item."""
    options: Mapping[str, Any] = MappingProxyType({})
    """The options for the platform (`platformOptions`) that apply to this part, without `thread` and `firstComment`."""
    reply_to: str | None = None
    """The remote id of the previous part of a thread, or of the post to which a comment belongs."""
    link_card: "LinkCard | None" = None
    """The link card for the URL that `Rulebook.card_url` returns, or None. The card is optional."""


class MediaInfo(NamedTuple):
    """The facts about a media item that are known without a complete download. An unknown number is None."""

    url: str
    content_type: str = ""
    """The MIME type, or an empty string while nothing is known about the item."""
    size_bytes: int | None = None
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None

    @property
    def is_known(self) -> bool:
        """Whether the item has been probed."""
        return bool(self.content_type)

    @property
    def is_image(self) -> bool:
        """Whether the item is known to be an image."""
        return self.content_type.startswith("image/")

    @property
    def is_video(self) -> bool:
        """Whether the item is known to be a video."""
        return self.content_type.startswith("video/")
