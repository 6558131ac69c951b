"""What Facebook Pages accept. Source: Pages API, "Posts"; Video API, "Reels publishing"; Page photos."""

from collections.abc import Mapping, Sequence
from typing import Any

from minutehand.platforms.facebook import options as choices
from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import Rulebook, TextLength

MAX_CHARACTERS = 63_206
MAX_COMMENT_CHARACTERS = 8_000
MAX_IMAGES = 10
MAX_IMAGE_BYTES = 10 * 1024 * 1024
MAX_VIDEO_BYTES = 10 * 1024**3
MAX_VIDEO_SECONDS = 4 * 60 * 60
MIN_REEL_SECONDS, MAX_REEL_SECONDS, MAX_STORY_SECONDS = 3, 90, 60
MIN_REEL_WIDTH, MIN_REEL_HEIGHT = 540, 960
IMAGE_TYPES = frozenset(["image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff"])
FEED_VIDEO_TYPES = frozenset(["video/mp4", "video/quicktime", "video/x-msvideo"])
REEL_TYPES = frozenset(["video/mp4"])


def problems(content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
    """Return a sentence for each rule that ``content`` breaks."""
    return rulebook.problems(content, media)


def _counts(content: Content, media: Sequence[MediaInfo]) -> list[TextLength]:  # noqa: ARG001
    if content.reply_to:
        return [TextLength(len(content.text), MAX_COMMENT_CHARACTERS, what="comment")]
    return [TextLength(len(content.text), MAX_CHARACTERS)]


def _text_problems(content: Content) -> list[str]:
    if content.text.strip() or content.media_urls:
        return []
    if content.reply_to:
        return ["A comment on Facebook needs a text or an image."]
    if choices.type_of(content.options) == "feed" and not content.options.get("link"):
        return ["A post on Facebook needs a text, a link, an image or a video."]
    return []


def _media_problems(content: Content, media: Sequence[MediaInfo]) -> list[str]:
    items, kind = len(content.media_urls), choices.type_of(content.options)
    if content.reply_to:
        found = [f"The comment has {items} images; Facebook allows 1."] if items > 1 else []
        if any(medium.is_video for medium in media):
            found.append("A comment on Facebook has a text and an image only: take its video away.")
        return found
    if kind == "story":
        return [] if items == 1 else [f"The post has {items} images and videos; a story on Facebook has one."]
    if kind == "reel":
        if items != 1:
            return [f"The post has {items} images and videos; a reel on Facebook is one video."]
        return ["A reel on Facebook is a video."] if media and media[0].is_image else []
    if items > 1 and any(medium.is_video for medium in media):
        return ["A post on Facebook has either images or one video."]
    if items > MAX_IMAGES:
        return [f"The post has {items} images; Facebook allows {MAX_IMAGES}."]
    return []


def _medium_problems(number: int, medium: MediaInfo, content: Content) -> list[str]:
    if medium.is_video:
        return [] if content.reply_to else _video_problems(number, medium, choices.type_of(content.options))
    return _image_problems(number, medium)


def _image_problems(number: int, image: MediaInfo) -> list[str]:
    if image.content_type not in IMAGE_TYPES:
        return [f"Medium {number} is of the type {image.content_type[:50]}; Facebook does not take that."]
    if image.size_bytes is not None and image.size_bytes > MAX_IMAGE_BYTES:
        return [f"Image {number} has {image.size_bytes:,} bytes; Facebook allows {MAX_IMAGE_BYTES:,}."]
    return []


def _video_problems(number: int, video: MediaInfo, kind: str) -> list[str]:
    if video.content_type not in (FEED_VIDEO_TYPES if kind == "feed" else REEL_TYPES):
        return [f"Medium {number} is of the type {video.content_type[:50]}; Facebook takes a {kind} video as MP4."]
    found = []
    if video.size_bytes is not None and video.size_bytes > MAX_VIDEO_BYTES:
        found.append(f"Video {number} has {video.size_bytes:,} bytes; Facebook allows {MAX_VIDEO_BYTES:,}.")
    least = 0 if kind == "feed" else MIN_REEL_SECONDS
    most = {"reel": MAX_REEL_SECONDS, "story": MAX_STORY_SECONDS}.get(kind, MAX_VIDEO_SECONDS)
    if video.duration_seconds is not None and not least <= video.duration_seconds <= most:
        found.append(
            f"Video {number} lasts {video.duration_seconds:.1f} seconds; "
            f"Facebook allows {least} to {most} for a {kind} video."
        )
    if kind != "feed" and (
        (video.width or MIN_REEL_WIDTH) < MIN_REEL_WIDTH or (video.height or MIN_REEL_HEIGHT) < MIN_REEL_HEIGHT
    ):
        found.append(
            f"Video {number} is {video.width} x {video.height}; "
            f"Facebook wants at least {MIN_REEL_WIDTH} x {MIN_REEL_HEIGHT}, upright."
        )
    return found


def _option_problems(content: Content) -> list[str]:
    found = choices.problems(content.options)
    if content.options.get("link") and content.media_urls:
        found.append("link goes with a text only: Facebook shows no preview beside images or videos.")
    return found


def _uncommented(options: Mapping[str, Any]) -> list[str]:
    story = choices.type_of(options) == "story"
    return ["A story on Facebook has no comments: take firstComment away."] if story else []


rulebook = Rulebook(
    name="Facebook",
    options=("type", "link", "title"),
    text_lengths=_counts,
    text=_text_problems,
    media=_media_problems,
    media_item=_medium_problems,
    option_values=_option_problems,
    comments_disabled=_uncommented,
)
