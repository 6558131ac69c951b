"""The rules for posts and comments on LinkedIn. Source: Posts API, Images API, Videos API, Comments API.

LinkedIn documents neither the unit of its limits nor whether escapes count. This module counts the code points of the
plain text.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from minutehand.platforms.content import Content, MediaInfo
from minutehand.platforms.options import WEB_URL, Option, choice, quoted, switch, text
from minutehand.platforms.rulebook import MediaLimits, Rulebook, TextLength, is_video, is_web_url

MAX_CHARACTERS = 3_000
MAX_COMMENT_CHARACTERS = 1_250
MAX_IMAGES = 20
MAX_PIXELS = 36_152_320
MAX_IMAGE_BYTES = 20 * 1024 * 1024
"""Minutehand's own limit. LinkedIn documents no limit, but an image is held in memory during its upload."""
MIN_VIDEO_BYTES, MAX_VIDEO_BYTES = 75 * 1024, 500 * 1024 * 1024
MIN_VIDEO_SECONDS, MAX_VIDEO_SECONDS = 3, 30 * 60
IMAGE_TYPES = frozenset(["image/jpeg", "image/png", "image/gif"])
VIDEO_TYPE = "video/mp4"
VISIBILITIES = ("PUBLIC", "CONNECTIONS", "LOGGED_IN")
ORGANISATION = re.compile(r"(?:urn:li:organization:)?(\d{1,20})", re.ASCII)


def organisation_in(options: Mapping[str, Any]) -> str | None:
    """Return the URN of the organisation that the option ``organization`` names, or None if it names none."""
    organisation = ORGANISATION.fullmatch(str(options.get("organization", "")))
    return None if organisation is None else f"urn:li:organization:{organisation[1]}"


def _text_lengths(content: Content, media: Sequence[MediaInfo]) -> list[TextLength]:  # noqa: ARG001
    if content.reply_to is not None:
        return [TextLength(len(content.text), MAX_COMMENT_CHARACTERS, what="comment")]
    return [TextLength(len(content.text), MAX_CHARACTERS)]


def _text_problems(content: Content) -> list[str]:
    if content.text.strip() or content.media_urls or "article" in content.options:
        return []
    return ["A post on LinkedIn needs text, an image, a video or an article."]


def _media_problems(content: Content, media: Sequence[MediaInfo]) -> list[str]:
    found, comment = [], content.reply_to is not None
    what, limit = ("comment", 1) if comment else ("post", MAX_IMAGES)
    if (count := len(content.media_urls)) > limit:
        found.append(f"The {what} has {count} media items; LinkedIn allows {limit}.")
    if any(item.is_video for item in media):
        if comment:
            found.append("A comment on LinkedIn cannot contain a video. Remove the video.")
        elif len(media) > 1:
            found.append("A post on LinkedIn can contain one video or several images, not both.")
    return found


def _item_problems(number: int, item: MediaInfo, content: Content) -> list[str]:  # noqa: ARG001
    return _video_problems(item) if item.is_video else _image_problems(number, item)


def _option_problems(content: Content) -> list[str]:
    if content.options.get("article") is not None and content.media_urls:
        return ["article cannot be combined with media. Remove article or the media."]
    return []


def _article_problems(name: str, article: Any) -> list[str]:
    if not isinstance(article, Mapping):
        return [f"{name} is {quoted(article)}; it must be an object with url, title and, optionally, description."]
    found = []
    if not is_web_url(article.get("url")):
        found.append(f"article.url is {quoted(article.get('url'))}; it must be {WEB_URL}.")
    if not isinstance(article.get("title"), str) or not article["title"].strip():
        found.append(
            "article.title must be a string that is not blank. LinkedIn does not read the title from the page."
        )
    if not isinstance(article.get("description", ""), str):
        found.append(f"article.description is {quoted(article['description'])}; it must be a string.")
    return found


def _image_problems(number: int, image: MediaInfo) -> list[str]:
    if image.content_type not in IMAGE_TYPES:
        given = image.content_type[:50]
        return [f"Media item {number} has the type {given}; LinkedIn accepts JPEG, PNG, GIF and MP4."]
    found = []
    if image.size_bytes is not None and image.size_bytes > MAX_IMAGE_BYTES:
        found.append(f"Image {number} has {image.size_bytes:,} bytes; Minutehand uploads up to {MAX_IMAGE_BYTES:,}.")
    if image.width and image.height and image.width * image.height >= MAX_PIXELS:
        found.append(
            f"Image {number} has {image.width} x {image.height} pixels; LinkedIn requires fewer than {MAX_PIXELS:,} in "
            "total."
        )
    return found


def _video_problems(video: MediaInfo) -> list[str]:
    if video.content_type != VIDEO_TYPE:
        return [f"The video has the type {video.content_type[:50]}; LinkedIn accepts MP4."]
    found = []
    size, seconds = video.size_bytes, video.duration_seconds
    if size is not None and not MIN_VIDEO_BYTES <= size <= MAX_VIDEO_BYTES:
        found.append(f"The video has {size:,} bytes; LinkedIn allows {MIN_VIDEO_BYTES:,} to {MAX_VIDEO_BYTES:,}.")
    if seconds is not None and not MIN_VIDEO_SECONDS <= seconds <= MAX_VIDEO_SECONDS:
        found.append(
            f"The video lasts {seconds:g} seconds; LinkedIn allows {MIN_VIDEO_SECONDS} to {MAX_VIDEO_SECONDS}."
        )
    return found


OPTIONS = {
    "organization": Option(
        {
            "type": ["string", "integer"],
            "pattern": "^(urn:li:organization:)?[0-9]{1,20}$",
            "minimum": 0,
            "description": "The number or URN of the organisation page that publishes the post.",
            "x-choices": "pages",
        },
        lambda value: type(value) in (str, int) and ORGANISATION.fullmatch(str(value)) is not None,
        "the number or the URN of a LinkedIn page",
    ),
    "visibility": choice(*VISIBILITIES, description="Who can see the post."),
    "disableReshare": switch("Whether resharing the post is disabled."),
    "title": text("The title of a single image or video."),
    "article": Option(
        {
            "type": "object",
            "properties": {
                "url": {"type": "string", "format": "uri"},
                "title": {"type": "string", "minLength": 1},
                "description": {"type": "string"},
            },
            "required": ["url", "title"],
            "description": "A link card. Allowed only if the post has no media.",
        },
        lambda value: not _article_problems("article", value),
        "an object with url, title and, optionally, description",
        _article_problems,
    ),
}

rulebook = Rulebook(
    name="LinkedIn",
    options=OPTIONS,
    text_lengths=_text_lengths,
    text=_text_problems,
    media=_media_problems,
    media_item=_item_problems,
    needs_size=is_video,
    option_values=_option_problems,
    media_limits=MediaLimits(
        max_images=MAX_IMAGES,
        max_videos=1,
        image_types=IMAGE_TYPES,
        video_types=[VIDEO_TYPE],
        max_image_bytes=MAX_IMAGE_BYTES,
        max_video_bytes=MAX_VIDEO_BYTES,
    ),
    inherited_options=("organization",),
)
