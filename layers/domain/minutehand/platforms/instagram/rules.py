"""What Instagram accepts. Source: Instagram Platform, "Content publishing" and the reference of ``media``."""

from collections.abc import Mapping, Sequence
from typing import Any

import regex

from minutehand.platforms.instagram import options as choices
from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import Rulebook, TextLength

MAX_CHARACTERS = 2_200
MAX_HASHTAGS = 30
MAX_MENTIONS = 20
MAX_ITEMS = 10
MAX_ALT_CHARACTERS = 1_000
MAX_IMAGE_BYTES = 8 * 1024 * 1024
MAX_VIDEO_BYTES = 1024 * 1024 * 1024
MIN_VIDEO_SECONDS, MAX_VIDEO_SECONDS, MAX_STORY_SECONDS = 3, 900, 60
MAX_VIDEO_WIDTH = 1_920
MIN_ASPECT, MAX_ASPECT = 4 / 5, 1.91
ASPECT_TOLERANCE = 0.01
"""Sides are whole pixels, so a ratio is hardly ever met exactly."""
IMAGE_TYPES = frozenset(["image/jpeg", "image/png"])
VIDEO_TYPES = frozenset(["video/mp4", "video/quicktime"])

_HASHTAG = regex.compile(r"(?<![\p{L}\p{N}_&])#[\p{L}\p{M}\p{N}_]+")
_MENTION = regex.compile(r"(?<![\p{L}\p{N}_.@/])@[A-Za-z0-9_.]+")


def problems(content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
    """Return a sentence for each rule that ``content`` breaks."""
    return rulebook.problems(content, media)


def _counts(content: Content, media: Sequence[MediaInfo]) -> list[TextLength]:  # noqa: ARG001
    return [TextLength(len(content.text), MAX_CHARACTERS)]


def _text_problems(content: Content) -> list[str]:
    found = []
    if (tags := len(_HASHTAG.findall(content.text))) > MAX_HASHTAGS:
        found.append(f"The text has {tags} hashtags; Instagram allows {MAX_HASHTAGS}.")
    if (mentions := len(_MENTION.findall(content.text))) > MAX_MENTIONS:
        found.append(f"The text mentions {mentions} accounts; Instagram allows {MAX_MENTIONS}.")
    if content.reply_to and not content.text.strip():
        found.append("A comment on Instagram needs a text.")
    return found


def _media_problems(content: Content, media: Sequence[MediaInfo]) -> list[str]:
    items, kind = len(content.media_urls), choices.type_of(content.options)
    if content.reply_to:
        return ["A comment on Instagram has a text only: take its images and videos away."] if items else []
    if items == 0:
        return ["A post on Instagram needs an image or a video."]
    if kind == "story" and items > 1:
        return [f"The post has {items} images and videos; a story on Instagram has one."]
    if kind == "reel" and items > 1:
        return [f"The post has {items} images and videos; a reel on Instagram is one video."]
    if items > MAX_ITEMS:
        return [f"The post has {items} images and videos; Instagram allows {MAX_ITEMS}."]
    return ["A reel on Instagram is a video."] if kind == "reel" and media and media[0].is_image else []


def _medium_problems(number: int, medium: MediaInfo, content: Content) -> list[str]:
    if content.reply_to:
        return []
    kind = choices.type_of(content.options)
    return _video_problems(number, medium, kind) if medium.is_video else _image_problems(number, medium, kind)


def _image_problems(number: int, image: MediaInfo, kind: str) -> list[str]:
    if image.content_type not in IMAGE_TYPES:
        return [f"Medium {number} is of the type {image.content_type[:50]}; Instagram takes images as JPEG or PNG."]
    found = []
    if image.size_bytes is not None and image.size_bytes > MAX_IMAGE_BYTES:
        found.append(f"Image {number} has {image.size_bytes:,} bytes; Instagram allows {MAX_IMAGE_BYTES:,}.")
    if image.width and image.height and kind != "story":
        aspect = image.width / image.height
        if not MIN_ASPECT - ASPECT_TOLERANCE <= aspect <= MAX_ASPECT + ASPECT_TOLERANCE:
            found.append(
                f"Image {number} is {image.width} x {image.height}; Instagram allows ratios from 4:5 to 1.91:1."
            )
    return found


def _video_problems(number: int, video: MediaInfo, kind: str) -> list[str]:
    if video.content_type not in VIDEO_TYPES:
        return [f"Medium {number} is of the type {video.content_type[:50]}; Instagram takes videos as MP4 or MOV."]
    found = []
    if video.size_bytes is not None and video.size_bytes > MAX_VIDEO_BYTES:
        found.append(f"Video {number} has {video.size_bytes:,} bytes; Instagram allows {MAX_VIDEO_BYTES:,}.")
    if video.width is not None and video.width > MAX_VIDEO_WIDTH:
        found.append(f"Video {number} is {video.width} pixels wide; Instagram allows {MAX_VIDEO_WIDTH}.")
    seconds, most = video.duration_seconds, MAX_STORY_SECONDS if kind == "story" else MAX_VIDEO_SECONDS
    if seconds is not None and not MIN_VIDEO_SECONDS <= seconds <= most:
        what = "a story " if kind == "story" else ""
        found.append(
            f"Video {number} lasts {seconds:.1f} seconds; Instagram allows {what}{MIN_VIDEO_SECONDS} to {most}."
        )
    return found


def _cover_problems(cover: MediaInfo) -> list[str]:
    return [] if cover.is_image else [f"coverUrl leads to {cover.content_type[:50]}; give the address of an image."]


def _option_problems(content: Content) -> list[str]:
    found, kind = choices.problems(content.options), choices.type_of(content.options)
    if kind == "story" and content.options.get("collaborators"):
        found.append("A story on Instagram has no collaborators.")
    if len(content.media_urls) > 1 and content.options.get("userTags"):
        found.append("userTags goes with a single image or video.")
    return found


def _uncommented(options: Mapping[str, Any]) -> list[str]:
    story = choices.type_of(options) == "story"
    return ["A story on Instagram has no comments: take firstComment away."] if story else []


rulebook = Rulebook(
    name="Instagram",
    options=tuple(choices.CHECKS),
    text_lengths=_counts,
    text=_text_problems,
    media=_media_problems,
    media_item=_medium_problems,
    option_values=_option_problems,
    option_media={"coverUrl": _cover_problems},
    max_alt_characters=MAX_ALT_CHARACTERS,
    comments_disabled=_uncommented,
)
