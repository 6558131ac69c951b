"""What Instagram accepts. Source: Instagram Platform, "Content publishing" and the reference of ``media``."""

from collections.abc import Sequence

import regex

from minutehand.platforms.instagram import options as choices
from minutehand.platforms.port import Content, MediaInfo

MAX_CHARACTERS = 2_200
MAX_HASHTAGS = 30
MAX_MENTIONS = 20
MAX_ITEMS = 10
MAX_ALT_CHARACTERS = 1_000
MAX_IMAGE_BYTES = 8 * 1024 * 1024
MAX_VIDEO_BYTES = 1024 * 1024 * 1024
MIN_VIDEO_SECONDS, MAX_VIDEO_SECONDS = 3, 900
MAX_VIDEO_WIDTH = 1_920
LEAST_ASPECT, MOST_ASPECT = 4 / 5, 1.91
ASPECT_TOLERANCE = 0.01
"""Sides are whole pixels, so a ratio is hardly ever met exactly."""
IMAGE_TYPES = frozenset(["image/jpeg", "image/png"])
VIDEO_TYPES = frozenset(["video/mp4", "video/quicktime"])

_HASHTAG = regex.compile(r"(?<![\p{L}\p{N}_&])#[\p{L}\p{M}\p{N}_]+")
_MENTION = regex.compile(r"(?<![\p{L}\p{N}_.@/])@[A-Za-z0-9_.]+")


def problems(content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
    """Return a sentence for each rule that ``content`` breaks."""
    if content.reply_to:
        return _comment_problems(content)
    kind = choices.type_of(content.options)
    found = _text_problems(content.text) + _count_problems(content, kind) + choices.problems(content.options)
    if kind == "story" and content.options.get("collaborators"):
        found.append("A story on Instagram has no collaborators.")
    if len(content.media_urls) > 1 and content.options.get("userTags"):
        found.append("userTags goes with a single image or video.")
    found += [
        f"An alternative text has {len(alt)} characters; Instagram allows {MAX_ALT_CHARACTERS}."
        for alt in (content.alt_texts.get(url, "") for url in content.media_urls)
        if len(alt) > MAX_ALT_CHARACTERS
    ]
    if kind == "reel" and media and not media[0].is_video:
        found.append("A reel on Instagram is a video.")
    for number, medium in enumerate(media, start=1):
        found += _video_problems(number, medium) if medium.is_video else _image_problems(number, medium, kind)
    return found


def _comment_problems(content: Content) -> list[str]:
    found = _text_problems(content.text)
    if not content.text.strip():
        found.append("A comment on Instagram needs a text.")
    if content.media_urls:
        found.append("A comment on Instagram has a text only: take its images and videos away.")
    return found


def _text_problems(text: str) -> list[str]:
    found = []
    if (length := len(text)) > MAX_CHARACTERS:
        found.append(f"The text has {length} characters; Instagram allows {MAX_CHARACTERS}.")
    if (tags := len(_HASHTAG.findall(text))) > MAX_HASHTAGS:
        found.append(f"The text has {tags} hashtags; Instagram allows {MAX_HASHTAGS}.")
    if (mentions := len(_MENTION.findall(text))) > MAX_MENTIONS:
        found.append(f"The text mentions {mentions} accounts; Instagram allows {MAX_MENTIONS}.")
    return found


def _count_problems(content: Content, kind: str) -> list[str]:
    items = len(content.media_urls)
    if items == 0:
        return ["A post on Instagram needs an image or a video."]
    if kind == "story" and items > 1:
        return [f"The post has {items} images and videos; a story on Instagram has one."]
    if kind == "reel" and items > 1:
        return [f"The post has {items} images and videos; a reel on Instagram is one video."]
    if items > MAX_ITEMS:
        return [f"The post has {items} images and videos; Instagram allows {MAX_ITEMS}."]
    return []


def _image_problems(number: int, image: MediaInfo, kind: str) -> list[str]:
    if image.content_type not in IMAGE_TYPES:
        return [f"Medium {number} is of the type {image.content_type[:50]}; Instagram takes images as JPEG or PNG."]
    found = []
    if image.size_bytes is not None and image.size_bytes > MAX_IMAGE_BYTES:
        found.append(f"Image {number} has {image.size_bytes:,} bytes; Instagram allows {MAX_IMAGE_BYTES:,}.")
    if image.width and image.height and kind != "story":
        aspect = image.width / image.height
        if not LEAST_ASPECT - ASPECT_TOLERANCE <= aspect <= MOST_ASPECT + ASPECT_TOLERANCE:
            found.append(
                f"Image {number} is {image.width} x {image.height}; Instagram allows ratios from 4:5 to 1.91:1."
            )
    return found


def _video_problems(number: int, video: MediaInfo) -> list[str]:
    if video.content_type not in VIDEO_TYPES:
        return [f"Medium {number} is of the type {video.content_type[:50]}; Instagram takes videos as MP4 or MOV."]
    found = []
    if video.size_bytes is not None and video.size_bytes > MAX_VIDEO_BYTES:
        found.append(f"Video {number} has {video.size_bytes:,} bytes; Instagram allows {MAX_VIDEO_BYTES:,}.")
    if video.width is not None and video.width > MAX_VIDEO_WIDTH:
        found.append(f"Video {number} is {video.width} pixels wide; Instagram allows {MAX_VIDEO_WIDTH}.")
    seconds = video.duration_seconds
    if seconds is not None and not MIN_VIDEO_SECONDS <= seconds <= MAX_VIDEO_SECONDS:
        found.append(
            f"Video {number} lasts {seconds:.1f} seconds; Instagram allows {MIN_VIDEO_SECONDS} to {MAX_VIDEO_SECONDS}."
        )
    return found
