"""The rules for posts and comments on LinkedIn. Source: Posts API, Images API, Videos API, Comments API.

LinkedIn documents neither the unit of its limits nor whether escapes count. This module counts the code points of the
plain text.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import Rulebook, TextLength, is_video, is_web_url, quoted

MAX_CHARACTERS = 3_000
MAX_COMMENT_CHARACTERS = 1_250
MAX_IMAGES = 20
MAX_PIXELS = 36_152_320
MAX_IMAGE_BYTES = 20 * 1024 * 1024
"""Minutehand's own limit, because an image is held in memory during its upload. LinkedIn does not document a limit."""
MIN_VIDEO_BYTES, MAX_VIDEO_BYTES = 75 * 1024, 500 * 1024 * 1024
MIN_VIDEO_SECONDS, MAX_VIDEO_SECONDS = 3, 30 * 60
IMAGE_TYPES = frozenset(["image/jpeg", "image/png", "image/gif"])
VIDEO_TYPE = "video/mp4"
VISIBILITIES = ("PUBLIC", "CONNECTIONS", "LOGGED_IN")
ORGANISATION = re.compile(r"(?:urn:li:organization:)?(\d{1,20})", re.ASCII)


def _text_lengths(content: Content, media: Sequence[MediaInfo]) -> list[TextLength]:  # noqa: ARG001
    if content.reply_to is not None:
        return [TextLength(len(content.text), MAX_COMMENT_CHARACTERS, what="comment")]
    return [TextLength(len(content.text), MAX_CHARACTERS)]


def _text_problems(content: Content) -> list[str]:
    if content.text.strip() or content.media_urls or "article" in content.options:
        return []
    return ["A post on LinkedIn needs text, an image or a video."]


def _media_problems(content: Content, media: Sequence[MediaInfo]) -> list[str]:
    found, comment = [], content.reply_to is not None
    what, limit = ("comment", 1) if comment else ("post", MAX_IMAGES)
    if (count := len(content.media_urls)) > limit:
        found.append(f"The {what} has {count} images; LinkedIn allows {limit}.")
    if any(item.is_video for item in media):
        if comment:
            found.append("A comment on LinkedIn can contain an image, but not a video.")
        elif len(media) > 1:
            found.append("A post on LinkedIn can contain one video or several images, not both.")
    return found


def _item_problems(number: int, item: MediaInfo, content: Content) -> list[str]:  # noqa: ARG001
    return _video_problems(item) if item.is_video else _image_problems(number, item)


def _option_problems(content: Content) -> list[str]:
    found, options = [], content.options
    visibility = options.get("visibility", "PUBLIC")
    if visibility not in VISIBILITIES:
        found.append(f"visibility is {quoted(visibility)}; it must be one of {', '.join(VISIBILITIES)}.")
    organisation = options.get("organization")
    if organisation is not None and not (
        type(organisation) in (str, int) and ORGANISATION.fullmatch(str(organisation))
    ):
        found.append(f"organization is {quoted(organisation)}; it must be the number or the URN of a LinkedIn page.")
    if not isinstance(options.get("disableReshare", False), bool):
        found.append(f"disableReshare is {quoted(options['disableReshare'])}; it must be true or false.")
    title = options.get("title")
    if title is not None and not isinstance(title, str):
        found.append(f"title is {quoted(title)}; it must be a string.")
    if (article := options.get("article")) is not None:
        found += _article_problems(article)
        if content.media_urls or content.reply_to is not None:
            found.append(
                "article is not allowed in a comment or together with media, where LinkedIn shows no link card."
            )
    return found


def _article_problems(article: Any) -> list[str]:
    if not isinstance(article, Mapping):
        return [f"article is {quoted(article)}; it must be an object with url, title and, optionally, description."]
    found = []
    if not is_web_url(article.get("url")):
        found.append(f"article.url is {quoted(article.get('url'))}; it must be a web address.")
    if not isinstance(article.get("title"), str) or not article["title"].strip():
        found.append("article.title is missing. LinkedIn does not read the title from the page.")
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


rulebook = Rulebook(
    name="LinkedIn",
    options=("organization", "visibility", "disableReshare", "title", "article"),
    text_lengths=_text_lengths,
    text=_text_problems,
    media=_media_problems,
    media_item=_item_problems,
    needs_size=is_video,
    option_values=_option_problems,
    inherited_options=("organization",),
)
