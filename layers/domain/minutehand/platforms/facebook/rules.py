"""The rules for posts on Facebook Pages. Source: Pages API, "Posts"; Video API, "Reels publishing"; Page photos."""

from collections.abc import Mapping, Sequence
from typing import Any

from minutehand.platforms.content import Content, MediaInfo
from minutehand.platforms.facebook import options as choices
from minutehand.platforms.rulebook import Finding, MediaLimits, Rulebook, TextLength

MAX_CHARACTERS = 63_206
MAX_COMMENT_CHARACTERS = 8_000
MAX_IMAGES = 10
MAX_IMAGE_BYTES, RECOMMENDED_IMAGE_BYTES = 10 * 1024 * 1024, 4 * 1000 * 1000
"""The maximum and the recommended size of an image. Meta states 10 MB for photos; error 1366046 states 4 MB."""
MAX_VIDEO_BYTES = 10 * 1024**3
MAX_VIDEO_SECONDS = 4 * 60 * 60
MIN_REEL_SECONDS, MAX_REEL_SECONDS, MAX_STORY_SECONDS = 3, 90, 60
MIN_REEL_WIDTH, MIN_REEL_HEIGHT = 540, 960
IMAGE_TYPES = frozenset(["image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff"])
FEED_VIDEO_TYPES = frozenset(["video/mp4", "video/quicktime", "video/x-msvideo"])
REEL_TYPES = frozenset(["video/mp4"])


def _text_lengths(content: Content, media: Sequence[MediaInfo]) -> list[TextLength]:  # noqa: ARG001
    if content.reply_to:
        return [TextLength(len(content.text), MAX_COMMENT_CHARACTERS, what="comment")]
    return [TextLength(len(content.text), MAX_CHARACTERS)]


def _text_problems(content: Content) -> list[str]:
    if content.text.strip() or content.media_urls:
        return []
    if content.reply_to:
        return ["A comment on Facebook needs text or an image."]
    if choices.type_of(content.options) == "feed" and not content.options.get("link"):
        return ["A post on Facebook needs text, a link, an image or a video."]
    return []


def _media_problems(content: Content, media: Sequence[MediaInfo]) -> list[str]:
    items, kind = len(content.media_urls), choices.type_of(content.options)
    if content.reply_to:
        found = [f"The comment has {items} media items; Facebook allows 1."] if items > 1 else []
        if any(item.is_video for item in media):
            found.append("A comment on Facebook cannot contain a video. Remove the video.")
        return found
    if items == 0 and kind in {"story", "reel"}:
        return [f"A {kind} on Facebook needs {'a video' if kind == 'reel' else 'an image or a video'}."]
    if kind == "story":
        return [] if items == 1 else [f"The post has {items} media items; a story on Facebook needs exactly 1."]
    if kind == "reel":
        if items != 1:
            return [f"The post has {items} media items; a reel on Facebook needs exactly 1 video."]
        return ["A reel on Facebook must be a video."] if media and media[0].is_image else []
    if items > 1 and any(item.is_video for item in media):
        return ["A post on Facebook can contain one video or several images, not both."]
    if items > MAX_IMAGES:
        return [f"The post has {items} media items; Facebook allows {MAX_IMAGES}."]
    return []


def _item_problems(number: int, item: MediaInfo, content: Content) -> list[str]:
    if item.is_video:
        return [] if content.reply_to else _video_problems(number, item, choices.type_of(content.options))
    return _image_problems(number, item)


def _is_sent_in_chunks(item: MediaInfo, content: Content) -> bool:
    """Return whether Minutehand sends ``item`` in chunks. Facebook fetches all other media items from their URLs."""
    return item.is_video and choices.type_of(content.options) == "feed" and not content.reply_to


def _image_problems(number: int, image: MediaInfo) -> list[str]:
    if image.content_type not in IMAGE_TYPES:
        given = image.content_type[:50]
        return [f"Media item {number} has the type {given}; Facebook accepts JPEG, PNG, GIF, BMP and TIFF images."]
    if image.size_bytes is not None and image.size_bytes > MAX_IMAGE_BYTES:
        return [f"Image {number} has {image.size_bytes:,} bytes; Facebook allows {MAX_IMAGE_BYTES:,}."]
    return []


def _cautions(content: Content, media: Sequence[MediaInfo]) -> list[Finding]:  # noqa: ARG001
    return [
        Finding(
            "media",
            f"Image {number} has {item.size_bytes:,} bytes; Facebook may refuse more than {RECOMMENDED_IMAGE_BYTES:,}.",
        )
        for number, item in enumerate(media, start=1)
        if item.is_image and RECOMMENDED_IMAGE_BYTES < (item.size_bytes or 0) <= MAX_IMAGE_BYTES
    ]


def _video_problems(number: int, video: MediaInfo, kind: str) -> list[str]:
    types, accepted = (FEED_VIDEO_TYPES, "MP4, MOV and AVI") if kind == "feed" else (REEL_TYPES, "MP4")
    if video.content_type not in types:
        given = video.content_type[:50]
        return [f"Media item {number} has the type {given}; Facebook accepts {accepted} for a {kind} video."]
    found = []
    if video.size_bytes is not None and video.size_bytes > MAX_VIDEO_BYTES:
        found.append(f"Video {number} has {video.size_bytes:,} bytes; Facebook allows {MAX_VIDEO_BYTES:,}.")
    shortest = 0 if kind == "feed" else MIN_REEL_SECONDS
    longest = {"reel": MAX_REEL_SECONDS, "story": MAX_STORY_SECONDS}.get(kind, MAX_VIDEO_SECONDS)
    if video.duration_seconds is not None and not shortest <= video.duration_seconds <= longest:
        found.append(
            f"Video {number} lasts {video.duration_seconds:.1f} seconds; "
            f"Facebook allows {shortest} to {longest} for a {kind} video."
        )
    if kind != "feed" and (
        (video.width or MIN_REEL_WIDTH) < MIN_REEL_WIDTH or (video.height or MIN_REEL_HEIGHT) < MIN_REEL_HEIGHT
    ):
        found.append(
            f"Video {number} measures {video.width} x {video.height} pixels; "
            f"Facebook requires at least {MIN_REEL_WIDTH} x {MIN_REEL_HEIGHT}."
        )
    return found


def _option_problems(content: Content) -> list[str]:
    if content.options.get("link") and content.media_urls:
        return ["link cannot be combined with media. Remove link or the media."]
    return []


def _comments_disabled(options: Mapping[str, Any]) -> list[str]:
    is_story = choices.type_of(options) == "story"
    return ["A story on Facebook cannot have comments. Remove firstComment."] if is_story else []


rulebook = Rulebook(
    name="Facebook",
    options=choices.OPTIONS,
    text_lengths=_text_lengths,
    text=_text_problems,
    media=_media_problems,
    media_item=_item_problems,
    needs_size=_is_sent_in_chunks,
    option_values=_option_problems,
    cautions=_cautions,
    media_limits=MediaLimits(
        max_images=MAX_IMAGES,
        max_videos=1,
        image_types=IMAGE_TYPES,
        video_types=FEED_VIDEO_TYPES,
        max_image_bytes=MAX_IMAGE_BYTES,
        max_video_bytes=MAX_VIDEO_BYTES,
    ),
    comments_disabled=_comments_disabled,
)
