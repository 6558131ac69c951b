"""The rules for posts on X. Source: API v2, "Create Post" and "Media". See `weight` for the character count."""

from collections.abc import Mapping, Sequence
from typing import Any

from minutehand.platforms.content import Content, MediaInfo
from minutehand.platforms.options import Option, choice, digits, quoted, switch
from minutehand.platforms.rulebook import MediaLimits, Rulebook, TextLength
from minutehand.platforms.x.weight import URL_WEIGHT, weighted_length

MAX_WEIGHT, MAX_PREMIUM_WEIGHT = 280, 25_000
MAX_ALT_CHARACTERS = 1_000
MAX_IMAGES = 4
MAX_IMAGE_BYTES, MAX_GIF_BYTES = 5 * 1024 * 1024, 15 * 1024 * 1024
MAX_GIF_WIDTH, MAX_GIF_HEIGHT = 1280, 1080
MAX_VIDEO_BYTES, MAX_PREMIUM_VIDEO_BYTES = 512 * 1024 * 1024, 999 * 4 * 1024 * 1024
"""The maximum sizes of a video. `uploads` sends chunks of 4 MiB, and X allows at most 999 chunks in an upload."""
MIN_VIDEO_SECONDS, MAX_VIDEO_SECONDS, MAX_PREMIUM_VIDEO_SECONDS = 0.5, 140, 4 * 60 * 60
MIN_VIDEO_SIDE, MAX_ASPECT_RATIO = 32, 3
IMAGE_TYPES = frozenset(["image/jpeg", "image/png", "image/webp"])
GIF = "image/gif"
VIDEO_TYPES = frozenset(["video/mp4", "video/quicktime"])
REPLY_SETTINGS = ("following", "mentionedUsers", "subscribers", "verified")
MIN_POLL_OPTIONS, MAX_POLL_OPTIONS, MAX_POLL_OPTION_CHARACTERS = 2, 4, 25
MIN_POLL_MINUTES, MAX_POLL_MINUTES = 5, 10_080
ALLOWED_POLL = "an object with options (strings that are not blank) and durationMinutes"


def _is_premium(content: Content) -> bool:
    return content.options.get("premium") is True


def _text_lengths(content: Content, media: Sequence[MediaInfo]) -> list[TextLength]:  # noqa: ARG001
    limit = MAX_PREMIUM_WEIGHT if _is_premium(content) else MAX_WEIGHT
    return [TextLength(weighted_length(content.text), limit, "weighted", url_length=URL_WEIGHT)]


def _text_problems(content: Content) -> list[str]:
    if content.text.strip() or content.media_urls:
        return []
    return ["A post on X needs text, an image or a video."]


def _media_problems(content: Content, media: Sequence[MediaInfo]) -> list[str]:
    found = []
    if (count := len(content.media_urls)) > MAX_IMAGES:
        found.append(f"The post has {count} media items; X allows {MAX_IMAGES}.")
    if len(media) > 1 and any(item.is_video or item.content_type == GIF for item in media):
        found.append("A post on X can contain up to 4 images, or one GIF, or one video.")
    return found


def _item_problems(number: int, item: MediaInfo, content: Content) -> list[str]:
    return _video_problems(item, _is_premium(content)) if item.is_video else _image_problems(number, item)


def _is_sent_in_chunks(item: MediaInfo, content: Content) -> bool:  # noqa: ARG001
    return item.is_video or item.content_type == GIF


def _option_problems(content: Content) -> list[str]:
    found, options = [], content.options
    if options.get("poll") is not None:
        if content.media_urls or options.get("quoteTweetId") is not None:
            found.append(
                "A post with a poll on X cannot contain media or quote a post. Remove poll, or media and quoteTweetId."
            )
    elif content.media_urls and options.get("quoteTweetId") is not None:
        found.append("A post on X cannot contain media and also quote a post. Remove the media or quoteTweetId.")
    return found


def _poll_problems(name: str, poll: Any) -> list[str]:
    choices = poll.get("options") if isinstance(poll, Mapping) else None
    if not isinstance(choices, list) or not all(isinstance(choice, str) and choice.strip() for choice in choices):
        return [f"{name} is {quoted(poll)}; it must be {ALLOWED_POLL}."]
    found = []
    if not MIN_POLL_OPTIONS <= len(choices) <= MAX_POLL_OPTIONS:
        found.append(f"poll.options has {len(choices)} entries; X allows {MIN_POLL_OPTIONS} to {MAX_POLL_OPTIONS}.")
    if (longest := max(map(len, choices), default=0)) > MAX_POLL_OPTION_CHARACTERS:
        found.append(f"A poll option is {longest} characters long; X allows {MAX_POLL_OPTION_CHARACTERS}.")
    minutes = poll.get("durationMinutes")
    if type(minutes) is not int or not MIN_POLL_MINUTES <= minutes <= MAX_POLL_MINUTES:
        allowed = f"an integer from {MIN_POLL_MINUTES} to {MAX_POLL_MINUTES}"
        found.append(f"poll.durationMinutes is {quoted(minutes)}; it must be {allowed}.")
    return found


def _image_problems(number: int, image: MediaInfo) -> list[str]:
    gif = image.content_type == GIF
    if not gif and image.content_type not in IMAGE_TYPES:
        given = image.content_type[:50]
        return [f"Media item {number} has the type {given}; X accepts JPEG, PNG, WebP, GIF, MP4 and MOV."]
    found = []
    limit = MAX_GIF_BYTES if gif else MAX_IMAGE_BYTES
    if image.size_bytes is not None and image.size_bytes > limit:
        found.append(f"Image {number} has {image.size_bytes:,} bytes; X allows {limit:,}.")
    if gif and ((image.width or 0) > MAX_GIF_WIDTH or (image.height or 0) > MAX_GIF_HEIGHT):
        found.append(f"The GIF has {image.width} x {image.height} pixels; X allows {MAX_GIF_WIDTH} x {MAX_GIF_HEIGHT}.")
    return found


def _video_problems(video: MediaInfo, premium: bool) -> list[str]:
    if video.content_type not in VIDEO_TYPES:
        return [f"The video has the type {video.content_type[:50]}; X accepts MP4 and MOV."]
    found = []
    size, seconds = video.size_bytes, video.duration_seconds
    max_bytes = MAX_PREMIUM_VIDEO_BYTES if premium else MAX_VIDEO_BYTES
    max_seconds = MAX_PREMIUM_VIDEO_SECONDS if premium else MAX_VIDEO_SECONDS
    if size is not None and size > max_bytes:
        found.append(f"The video has {size:,} bytes; X allows {max_bytes:,}.")
    if seconds is not None and not MIN_VIDEO_SECONDS <= seconds <= max_seconds:
        found.append(f"The video lasts {seconds:g} seconds; X allows {MIN_VIDEO_SECONDS} to {max_seconds}.")
    if video.width and video.height:
        longer, shorter = max(video.width, video.height), min(video.width, video.height)
        if shorter < MIN_VIDEO_SIDE or longer > MAX_ASPECT_RATIO * shorter:
            found.append(
                f"The video has {video.width} x {video.height} pixels; X requires at least {MIN_VIDEO_SIDE} x "
                f"{MIN_VIDEO_SIDE}, and an aspect ratio of at most {MAX_ASPECT_RATIO}:1."
            )
    return found


OPTIONS = {
    "premium": switch("Whether the account has a paid plan for longer posts and videos."),
    "replySettings": choice(*REPLY_SETTINGS, description="Who may reply. Without this option, everybody may reply."),
    "quoteTweetId": digits("The id of the post to quote. Cannot be combined with media.", "a string of digits"),
    "communityId": digits("The id of the community to post in.", "a string of digits"),
    "poll": Option(
        {
            "type": "object",
            "properties": {
                "options": {
                    "type": "array",
                    "items": {"type": "string", "minLength": 1, "maxLength": MAX_POLL_OPTION_CHARACTERS},
                    "minItems": MIN_POLL_OPTIONS,
                    "maxItems": MAX_POLL_OPTIONS,
                },
                "durationMinutes": {"type": "integer", "minimum": MIN_POLL_MINUTES, "maximum": MAX_POLL_MINUTES},
            },
            "required": ["options", "durationMinutes"],
            "description": "A poll. Cannot be combined with media or a quoted post.",
        },
        lambda value: not _poll_problems("poll", value),
        ALLOWED_POLL,
        _poll_problems,
    ),
    "madeWithAi": switch("Whether the post is labelled as made with AI."),
    "paidPartnership": switch("Whether the post is labelled as a paid partnership."),
}

rulebook = Rulebook(
    name="X",
    options=OPTIONS,
    text_lengths=_text_lengths,
    text=_text_problems,
    media=_media_problems,
    media_item=_item_problems,
    needs_size=_is_sent_in_chunks,
    option_values=_option_problems,
    media_limits=MediaLimits(
        max_images=MAX_IMAGES,
        max_videos=1,
        image_types=IMAGE_TYPES | {GIF},
        video_types=VIDEO_TYPES,
        max_image_bytes=MAX_IMAGE_BYTES,
        max_video_bytes=MAX_VIDEO_BYTES,
    ),
    max_alt_characters=MAX_ALT_CHARACTERS,
    replies="thread",
    inherited_options=("premium",),
)
