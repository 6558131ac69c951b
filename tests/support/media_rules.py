"""The platforms that accept or upload a media item, according to their rules."""

from local.simulator.demo import requirements_of
from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import rulebook_for


def accepting(item: MediaInfo) -> list[str]:
    """Return the platforms on which a post with a short text and only ``item`` is valid."""
    return [
        platform for platform in DISPLAY_NAMES if not rulebook_for(platform).problems(_post(platform, item), [item])
    ]


def uploading(item: MediaInfo) -> list[str]:
    """Return the platforms to which ``item`` is uploaded in chunks or as a stream."""
    return [platform for platform in DISPLAY_NAMES if rulebook_for(platform).needs_size(item, _post(platform, item))]


def _post(platform: str, item: MediaInfo) -> Content:
    return Content("Look.", (item.url,), options=requirements_of(platform).options)
