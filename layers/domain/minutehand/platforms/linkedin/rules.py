"""What LinkedIn accepts. Source: Posts API, Images API, Videos API, Comments API.

LinkedIn does not say in which unit it counts, nor whether escapes count: characters of the plain text are counted.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import Rulebook, TextLength, is_web_url, quoted

MAX_CHARACTERS = 3_000
MAX_COMMENT_CHARACTERS = 1_250
MAX_IMAGES = 20
MAX_PIXELS = 36_152_320
MAX_IMAGE_BYTES = 20 * 1024 * 1024
"""LinkedIn names no limit; an image is held in memory while it is passed on."""
MIN_VIDEO_BYTES, MAX_VIDEO_BYTES = 75 * 1024, 500 * 1024 * 1024
MIN_VIDEO_SECONDS, MAX_VIDEO_SECONDS = 3, 30 * 60
IMAGE_TYPES = frozenset(["image/jpeg", "image/png", "image/gif"])
VIDEO_TYPE = "video/mp4"
VISIBILITIES = ("PUBLIC", "CONNECTIONS", "LOGGED_IN")
ORGANISATION = re.compile(r"(?:urn:li:organization:)?(\d{1,20})", re.ASCII)


def problems(content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
    """Return a sentence for each rule that ``content`` breaks."""
    return rulebook.problems(content, media)


def _counts(content: Content, media: Sequence[MediaInfo]) -> list[TextLength]:  # noqa: ARG001
    if content.reply_to is not None:
        return [TextLength(len(content.text), MAX_COMMENT_CHARACTERS, what="comment")]
    return [TextLength(len(content.text), MAX_CHARACTERS)]


def _text_problems(content: Content) -> list[str]:
    if content.text.strip() or content.media_urls or "article" in content.options:
        return []
    return ["A post on LinkedIn needs a text, an image or a video."]


def _media_problems(content: Content, media: Sequence[MediaInfo]) -> list[str]:
    found, comment = [], content.reply_to is not None
    what, most = ("comment", 1) if comment else ("post", MAX_IMAGES)
    if (count := len(content.media_urls)) > most:
        found.append(f"The {what} has {count} images; LinkedIn allows {most}.")
    if any(medium.is_video for medium in media):
        if comment:
            found.append("A comment on LinkedIn takes an image, but no video.")
        elif len(media) > 1:
            found.append("LinkedIn takes one video alone, or images, but not several videos or both.")
    return found


def _medium_problems(number: int, medium: MediaInfo, content: Content) -> list[str]:  # noqa: ARG001
    return _video_problems(medium) if medium.is_video else _image_problems(number, medium)


def _option_problems(content: Content) -> list[str]:
    found, options = [], content.options
    visibility = options.get("visibility", "PUBLIC")
    if visibility not in VISIBILITIES:
        found.append(f"visibility is {quoted(visibility)}; LinkedIn knows {', '.join(VISIBILITIES)}.")
    organisation = options.get("organization")
    if organisation is not None and not (
        type(organisation) in (str, int) and ORGANISATION.fullmatch(str(organisation))
    ):
        found.append(f"organization is {quoted(organisation)}; give the number of a page on LinkedIn, or its URN.")
    if not isinstance(options.get("disableReshare", False), bool):
        found.append(f"disableReshare is {quoted(options['disableReshare'])}; give true or false.")
    title = options.get("title")
    if title is not None and not isinstance(title, str):
        found.append(f"title is {quoted(title)}; give a text.")
    if (article := options.get("article")) is not None:
        found += _article_problems(article)
        if content.media_urls or content.reply_to is not None:
            found.append("article goes with a text only: LinkedIn shows no link card in comments or beside media.")
    return found


def _article_problems(article: Any) -> list[str]:
    if not isinstance(article, Mapping):
        return [f"article is {quoted(article)}; give an object with url, title and perhaps description."]
    found = []
    if not is_web_url(article.get("url")):
        found.append(f"article.url is {quoted(article.get('url'))}; give a web address.")
    if not isinstance(article.get("title"), str) or not article["title"].strip():
        found.append("article.title is missing: LinkedIn does not look it up at the address.")
    if not isinstance(article.get("description", ""), str):
        found.append(f"article.description is {quoted(article['description'])}; give a text.")
    return found


def _image_problems(number: int, image: MediaInfo) -> list[str]:
    if image.content_type not in IMAGE_TYPES:
        return [f"Medium {number} is of the type {image.content_type[:50]}; LinkedIn takes JPEG, PNG, GIF and MP4."]
    found = []
    if image.size_bytes is not None and image.size_bytes > MAX_IMAGE_BYTES:
        found.append(f"Image {number} has {image.size_bytes:,} bytes; up to {MAX_IMAGE_BYTES:,} are passed on.")
    if image.width and image.height and image.width * image.height >= MAX_PIXELS:
        found.append(
            f"Image {number} is {image.width} x {image.height}; LinkedIn takes less than {MAX_PIXELS:,} pixels."
        )
    return found


def _video_problems(video: MediaInfo) -> list[str]:
    if video.content_type != VIDEO_TYPE:
        return [f"The video is of the type {video.content_type[:50]}; LinkedIn takes videos as MP4."]
    found = []
    size, seconds = video.size_bytes, video.duration_seconds
    if size is not None and not MIN_VIDEO_BYTES <= size <= MAX_VIDEO_BYTES:
        found.append(f"The video has {size:,} bytes; LinkedIn takes {MIN_VIDEO_BYTES:,} to {MAX_VIDEO_BYTES:,}.")
    if seconds is not None and not MIN_VIDEO_SECONDS <= seconds <= MAX_VIDEO_SECONDS:
        found.append(f"The video lasts {seconds:g} seconds; LinkedIn takes {MIN_VIDEO_SECONDS} to {MAX_VIDEO_SECONDS}.")
    return found


rulebook = Rulebook(
    name="LinkedIn",
    options=("organization", "visibility", "disableReshare", "title", "article"),
    text_lengths=_counts,
    text=_text_problems,
    media=_media_problems,
    media_item=_medium_problems,
    option_values=_option_problems,
    inherited_options=("organization",),
)
