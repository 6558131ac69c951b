"""What LinkedIn accepts. Source: Posts API, Images API, Videos API, Comments API.

LinkedIn does not say in which unit it counts, nor whether escapes count: characters of the plain text are counted.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from minutehand.platforms.exchange import shorten
from minutehand.platforms.port import Content, MediaInfo

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
    comment = content.reply_to is not None
    found = []
    if not content.text.strip() and not content.media_urls and "article" not in content.options:
        found.append("A post on LinkedIn needs a text, an image or a video.")
    allowed = MAX_COMMENT_CHARACTERS if comment else MAX_CHARACTERS
    if (length := len(content.text)) > allowed:
        what = "comment" if comment else "text"
        found.append(f"The {what} has {length} characters; LinkedIn allows {allowed}.")
    if (count := len(content.media_urls)) > (most := 1 if comment else MAX_IMAGES):
        what = "comment" if comment else "post"
        found.append(f"The {what} has {count} images; LinkedIn allows {most}.")
    found += _option_problems(content.options, has_media=bool(content.media_urls), comment=comment)
    videos = [medium for medium in media if medium.is_video]
    if videos and comment:
        found.append("A comment on LinkedIn takes an image, but no video.")
    elif videos and len(media) > 1:
        found.append("LinkedIn takes one video alone, or images, but not several videos or both.")
    for number, medium in enumerate(media, start=1):
        found += _video_problems(medium) if medium.is_video else _image_problems(number, medium)
    return found


def _option_problems(options: Mapping[str, Any], *, has_media: bool, comment: bool) -> list[str]:
    found = []
    visibility = options.get("visibility", "PUBLIC")
    if visibility not in VISIBILITIES:
        found.append(f"visibility is {_shown(visibility)}; LinkedIn knows {', '.join(VISIBILITIES)}.")
    organisation = options.get("organization")
    if organisation is not None and not ORGANISATION.fullmatch(str(organisation)):
        found.append(f"organization is {_shown(organisation)}; give the number of a page on LinkedIn, or its URN.")
    if not isinstance(options.get("disableReshare", False), bool):
        found.append(f"disableReshare is {_shown(options['disableReshare'])}; give true or false.")
    title = options.get("title")
    if title is not None and not isinstance(title, str):
        found.append(f"title is {_shown(title)}; give a text.")
    if (article := options.get("article")) is not None:
        found += _article_problems(article)
        if has_media or comment:
            found.append("article goes with a text only: LinkedIn shows no link card in comments or beside media.")
    return found


def _article_problems(article: Any) -> list[str]:
    if not isinstance(article, Mapping):
        return [f"article is {_shown(article)}; give an object with url, title and perhaps description."]
    found = []
    if not str(article.get("url", "")).startswith(("https://", "http://")):
        found.append(f"article.url is {_shown(article.get('url'))}; give a web address.")
    if not isinstance(article.get("title"), str) or not article["title"].strip():
        found.append("article.title is missing: LinkedIn does not look it up at the address.")
    if not isinstance(article.get("description", ""), str):
        found.append(f"article.description is {_shown(article['description'])}; give a text.")
    return found


def _image_problems(number: int, image: MediaInfo) -> list[str]:
    if image.content_type not in IMAGE_TYPES:
        return [f"Medium {number} is of the type {shorten(image.content_type)}; LinkedIn takes JPEG, PNG, GIF and MP4."]
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
        return [f"The video is of the type {shorten(video.content_type)}; LinkedIn takes videos as MP4."]
    found = []
    size, seconds = video.size_bytes, video.duration_seconds
    if size is not None and not MIN_VIDEO_BYTES <= size <= MAX_VIDEO_BYTES:
        found.append(f"The video has {size:,} bytes; LinkedIn takes {MIN_VIDEO_BYTES:,} to {MAX_VIDEO_BYTES:,}.")
    if seconds is not None and not MIN_VIDEO_SECONDS <= seconds <= MAX_VIDEO_SECONDS:
        found.append(f"The video lasts {seconds:g} seconds; LinkedIn takes {MIN_VIDEO_SECONDS} to {MAX_VIDEO_SECONDS}.")
    return found


def _shown(value: object) -> str:
    return shorten(repr(value))[:60]
