"""What Bluesky accepts, by the lexicons app.bsky.feed.post, app.bsky.embed.images and app.bsky.embed.video."""

from collections.abc import Sequence

from minutehand.platforms.media_format import IMAGE_TYPES
from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import Count, Rulebook, shown
from minutehand.platforms.text import graphemes

MAX_GRAPHEMES = 300
MAX_BYTES = 3_000
MAX_IMAGES = 4
MAX_IMAGE_BYTES = 2_000_000
MAX_VIDEO_BYTES = 300_000_000
VIDEO_TYPE = "video/mp4"
MAX_LANGUAGES = 3


def problems(content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
    """Return a sentence for each rule that ``content`` breaks."""
    return rulebook.problems(content, media)


def _counts(content: Content, media: Sequence[MediaInfo]) -> list[Count]:  # noqa: ARG001
    length, size = graphemes(content.text), len(content.text.encode())
    return [Count(length, MAX_GRAPHEMES, "graphemes"), Count(size, MAX_BYTES, "bytes")]


def _media_problems(content: Content, media: Sequence[MediaInfo]) -> list[str]:
    found = []
    if (images := len(content.media_urls)) > MAX_IMAGES:
        found.append(f"The post has {images} images; Bluesky allows {MAX_IMAGES}.")
    if len(content.media_urls) > 1 and any(medium.is_video for medium in media):
        found.append("A post on Bluesky takes one video, or images, not both.")
    return found


def _medium_problems(number: int, medium: MediaInfo, content: Content) -> list[str]:  # noqa: ARG001
    found = []
    if medium.is_video and medium.content_type != VIDEO_TYPE:
        found.append(f"The video is of the type {medium.content_type[:50]}; Bluesky takes MP4.")
    if medium.is_image and medium.content_type not in IMAGE_TYPES:
        found.append(f"Image {number} is of the type {medium.content_type[:50]}; Bluesky takes JPEG, PNG, GIF or WebP.")
    most, what = (MAX_VIDEO_BYTES, "The video") if medium.is_video else (MAX_IMAGE_BYTES, f"Image {number}")
    if medium.size_bytes is not None and medium.size_bytes > most:
        found.append(f"{what} has {medium.size_bytes:,} bytes; Bluesky allows {most:,}.")
    return found


def _option_problems(content: Content) -> list[str]:
    languages = content.options.get("languages", [])
    if not (isinstance(languages, list | tuple) and all(isinstance(code, str) and code for code in languages)):
        return [f"languages is {shown(languages)}; give a list of codes such as en."]
    if len(languages) > MAX_LANGUAGES:
        return [f"The post names {len(languages)} languages; Bluesky allows {MAX_LANGUAGES}."]
    return []


rulebook = Rulebook(
    name="Bluesky",
    options=("languages",),
    counts=_counts,
    media=_media_problems,
    each=_medium_problems,
    choices=_option_problems,
    replies="thread",
    carried_on=("languages",),
)
