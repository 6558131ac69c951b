"""The rules for posts on Instagram. Source: Instagram Platform, "Content publishing" and the reference of ``media``."""

from collections.abc import Mapping, Sequence
from typing import Any

import regex

from minutehand.platforms.content import Content, MediaInfo
from minutehand.platforms.instagram import options as choices
from minutehand.platforms.rulebook import Finding, MediaLimits, Rulebook, TextLength
from minutehand.platforms.text import find_hashtags, without_addresses

MAX_CHARACTERS = 2_200
MAX_HASHTAGS, RECOMMENDED_HASHTAGS = 30, 5
"""The maximum and the recommended number of hashtags. Meta's reference for ``media`` states 30. Since December 2025,
Instagram's own app accepts 5. Meta does not document how the API treats a sixth hashtag.
"""
MAX_MENTIONS = 20
MAX_ITEMS = 10
MAX_ALT_CHARACTERS = 1_000
MAX_IMAGE_BYTES = 8 * 1024 * 1024
MAX_VIDEO_BYTES, RECOMMENDED_VIDEO_BYTES = 1024 * 1024 * 1024, 300 * 1000 * 1000
"""The maximum and the recommended size of a video. Some copies of Meta's reference for ``media`` state 1 GB, others 300
MB.
"""
MIN_VIDEO_SECONDS, MAX_VIDEO_SECONDS, MAX_STORY_SECONDS = 3, 900, 60
MAX_VIDEO_WIDTH = 1_920
MIN_ASPECT, MAX_ASPECT = 4 / 5, 1.91
ASPECT_TOLERANCE = 0.01
"""The tolerance for rounding. Width and height are whole pixels, so an image at a limit rarely has the exact ratio."""
IMAGE_TYPES = frozenset(["image/jpeg", "image/png"])
"""The accepted types. Meta documents only JPEG. Other publishing services accept PNG images, but one of them states
that Meta refuses these images.
"""
VIDEO_TYPES = frozenset(["video/mp4", "video/quicktime"])

_MENTION = regex.compile(r"(?<![\p{L}\p{N}_.@/])@[A-Za-z0-9_.]+")


def _text_lengths(content: Content, media: Sequence[MediaInfo]) -> list[TextLength]:  # noqa: ARG001
    return [TextLength(len(content.text), MAX_CHARACTERS)]


def _text_problems(content: Content) -> list[str]:
    found = []
    if (tags := _hashtags(content)) > MAX_HASHTAGS:
        found.append(f"The text has {tags} hashtags; Instagram allows {MAX_HASHTAGS}.")
    if (mentions := len(_MENTION.findall(without_addresses(content.text)))) > MAX_MENTIONS:
        found.append(f"The text mentions {mentions} accounts; Instagram allows {MAX_MENTIONS}.")
    if content.reply_to and not content.text.strip():
        found.append("A comment on Instagram needs text.")
    return found


def _hashtags(content: Content) -> int:
    return sum(1 for _ in find_hashtags(content.text))


def _cautions(content: Content, media: Sequence[MediaInfo]) -> list[Finding]:
    found = []
    if RECOMMENDED_HASHTAGS < (tags := _hashtags(content)) <= MAX_HASHTAGS:
        sentence = f"The text has {tags} hashtags; Instagram may refuse more than {RECOMMENDED_HASHTAGS}."
        found.append(Finding("text", sentence))
    for number, item in enumerate(media, start=1):
        if item.content_type == "image/png":
            found.append(Finding("media", f"Image {number} is a PNG image; Instagram documents only JPEG images."))
        if item.is_video and RECOMMENDED_VIDEO_BYTES < (item.size_bytes or 0) <= MAX_VIDEO_BYTES:
            size = f"Video {number} has {item.size_bytes:,} bytes"
            found.append(Finding("media", f"{size}; Instagram may refuse more than {RECOMMENDED_VIDEO_BYTES:,}."))
    return found


def _media_problems(content: Content, media: Sequence[MediaInfo]) -> list[str]:
    items, kind = len(content.media_urls), choices.type_of(content.options)
    if content.reply_to:
        return ["A comment on Instagram cannot contain media. Remove the images and videos."] if items else []
    if items == 0:
        return ["A post on Instagram needs an image or a video."]
    if kind == "story" and items > 1:
        return [f"The post has {items} media items; a story on Instagram needs exactly 1."]
    if kind == "reel" and items > 1:
        return [f"The post has {items} media items; a reel on Instagram needs exactly 1 video."]
    if items > MAX_ITEMS:
        return [f"The post has {items} media items; Instagram allows {MAX_ITEMS}."]
    return ["A reel on Instagram must be a video."] if kind == "reel" and media and media[0].is_image else []


def _item_problems(number: int, item: MediaInfo, content: Content) -> list[str]:
    if content.reply_to:
        return []
    kind = choices.type_of(content.options)
    return _video_problems(number, item, kind) if item.is_video else _image_problems(number, item, kind)


def _image_problems(number: int, image: MediaInfo, kind: str) -> list[str]:
    if image.content_type not in IMAGE_TYPES:
        return [f"Media item {number} has the type {image.content_type[:50]}; Instagram accepts JPEG and PNG images."]
    found = []
    if image.size_bytes is not None and image.size_bytes > MAX_IMAGE_BYTES:
        found.append(f"Image {number} has {image.size_bytes:,} bytes; Instagram allows {MAX_IMAGE_BYTES:,}.")
    if image.width and image.height and kind != "story":
        aspect = image.width / image.height
        if not MIN_ASPECT - ASPECT_TOLERANCE <= aspect <= MAX_ASPECT + ASPECT_TOLERANCE:
            found.append(
                f"Image {number} measures {image.width} x {image.height} pixels; "
                "Instagram allows aspect ratios from 4:5 to 1.91:1."
            )
    return found


def _video_problems(number: int, video: MediaInfo, kind: str) -> list[str]:
    if video.content_type not in VIDEO_TYPES:
        return [f"Media item {number} has the type {video.content_type[:50]}; Instagram accepts MP4 and MOV videos."]
    found = []
    if video.size_bytes is not None and video.size_bytes > MAX_VIDEO_BYTES:
        found.append(f"Video {number} has {video.size_bytes:,} bytes; Instagram allows {MAX_VIDEO_BYTES:,}.")
    if video.width is not None and video.width > MAX_VIDEO_WIDTH:
        found.append(f"Video {number} is {video.width} pixels wide; Instagram allows {MAX_VIDEO_WIDTH} pixels.")
    seconds, longest = video.duration_seconds, MAX_STORY_SECONDS if kind == "story" else MAX_VIDEO_SECONDS
    if seconds is not None and not MIN_VIDEO_SECONDS <= seconds <= longest:
        where = " in a story" if kind == "story" else ""
        found.append(
            f"Video {number} lasts {seconds:.1f} seconds; Instagram allows {MIN_VIDEO_SECONDS} to {longest}{where}."
        )
    return found


def cover_problems(cover: MediaInfo) -> list[str]:
    """Return a list with one sentence if ``cover`` is not an image, and an empty list otherwise."""
    if cover.is_image:
        return []
    return [f"The file at coverUrl has the type {cover.content_type[:50]}. Give the URL of an image."]


def _option_problems(content: Content) -> list[str]:
    found, kind = [], choices.type_of(content.options)
    if kind == "story" and content.options.get("collaborators"):
        found.append("A story on Instagram cannot have collaborators. Remove collaborators.")
    if len(content.media_urls) > 1 and content.options.get("userTags"):
        found.append("userTags requires a post with exactly 1 image or video.")
    return found


def _comments_disabled(options: Mapping[str, Any]) -> list[str]:
    is_story = choices.type_of(options) == "story"
    return ["A story on Instagram cannot have comments. Remove firstComment."] if is_story else []


rulebook = Rulebook(
    name="Instagram",
    options=choices.OPTIONS,
    text_lengths=_text_lengths,
    text=_text_problems,
    media=_media_problems,
    media_item=_item_problems,
    option_values=_option_problems,
    option_media={"coverUrl": cover_problems},
    cautions=_cautions,
    media_limits=MediaLimits(
        required=True,
        max_images=MAX_ITEMS,
        max_videos=MAX_ITEMS,
        mixed=True,
        image_types=IMAGE_TYPES,
        video_types=VIDEO_TYPES,
        max_image_bytes=MAX_IMAGE_BYTES,
        max_video_bytes=MAX_VIDEO_BYTES,
    ),
    max_alt_characters=MAX_ALT_CHARACTERS,
    comments_disabled=_comments_disabled,
)
