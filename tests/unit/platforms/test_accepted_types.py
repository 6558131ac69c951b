"""The sentence about a type that a platform refuses names every type that the platform accepts."""

import pytest

from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import rulebook_for

NAMES = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WebP",
    "image/avif": "AVIF",
    "image/heic": "HEIC",
    "image/heif": "HEIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
    "video/mp4": "MP4",
    "video/quicktime": "MOV",
    "video/webm": "WebM",
    "video/x-m4v": "M4V",
    "video/x-msvideo": "AVI",
}


def sentences(platform: str, content_type: str) -> list[str]:
    """Return the platform's problems with a media item of which only the type is known."""
    found = rulebook_for(platform).media_item(1, MediaInfo("https://ex.am/a", content_type), Content("Look."))
    return [sentence for sentence in found if "type" in sentence]


@pytest.mark.parametrize("kind", ["image", "video"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_refusal_of_a_type_names_the_accepted_types(platform: str, kind: str) -> None:
    accepted = {name for type_, name in NAMES.items() if type_.startswith(kind) and not sentences(platform, type_)}
    for sentence in sentences(platform, f"{kind}/x-unknown"):
        named = {word.strip(",.;") for word in sentence.partition(" accepts ")[2].split()}
        assert accepted <= named
        assert named & set(NAMES.values()) - accepted <= {name for type_, name in NAMES.items() if kind not in type_}
