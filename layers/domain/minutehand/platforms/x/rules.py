"""What X accepts. Source: API v2, "Create Post" and "Media"; twitter-text for the counting (see `weight`)."""

from collections.abc import Mapping, Sequence
from typing import Any

from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import Rulebook, TextLength, quoted
from minutehand.platforms.x.weight import weighted_length

MAX_WEIGHT, MAX_PREMIUM_WEIGHT = 280, 25_000
MAX_ALT = 1_000
MAX_IMAGES = 4
MAX_IMAGE_BYTES, MAX_GIF_BYTES = 5 * 1024 * 1024, 15 * 1024 * 1024
MAX_GIF_WIDTH, MAX_GIF_HEIGHT = 1280, 1080
MAX_VIDEO_BYTES, MAX_PREMIUM_VIDEO_BYTES = 512 * 1024 * 1024, 999 * 4 * 1024 * 1024
"""A paid account may post more still, but an upload has 999 parts, of 4 MiB here."""
MIN_VIDEO_SECONDS, MAX_VIDEO_SECONDS, MAX_PREMIUM_VIDEO_SECONDS = 0.5, 140, 4 * 60 * 60
MIN_VIDEO_SIDE, MAX_ASPECT = 32, 3
IMAGE_TYPES = frozenset(["image/jpeg", "image/png", "image/webp"])
GIF = "image/gif"
VIDEO_TYPES = frozenset(["video/mp4", "video/quicktime"])
REPLY_SETTINGS = ("following", "mentionedUsers", "subscribers", "verified")
MIN_POLL, MAX_POLL, MAX_POLL_OPTION = 2, 4, 25
MIN_POLL_MINUTES, MAX_POLL_MINUTES = 5, 10_080
FLAGS = ("premium", "madeWithAi", "paidPartnership")
IDS = ("quoteTweetId", "communityId")


def problems(content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
    """Return a sentence for each rule that ``content`` breaks."""
    return rulebook.problems(content, media)


def _is_premium(content: Content) -> bool:
    return content.options.get("premium") is True


def _counts(content: Content, media: Sequence[MediaInfo]) -> list[TextLength]:  # noqa: ARG001
    allowed = MAX_PREMIUM_WEIGHT if _is_premium(content) else MAX_WEIGHT
    return [TextLength(weighted_length(content.text), allowed, "weighted")]


def _text_problems(content: Content) -> list[str]:
    if content.text.strip() or content.media_urls:
        return []
    return ["A post on X needs a text, an image or a video."]


def _media_problems(content: Content, media: Sequence[MediaInfo]) -> list[str]:
    found = []
    if (count := len(content.media_urls)) > MAX_IMAGES:
        found.append(f"The post has {count} images; X allows {MAX_IMAGES}.")
    if len(media) > 1 and any(medium.is_video or medium.content_type == GIF for medium in media):
        found.append("X takes up to 4 images, or one GIF, or one video.")
    return found


def _medium_problems(number: int, medium: MediaInfo, content: Content) -> list[str]:
    return _video_problems(medium, _is_premium(content)) if medium.is_video else _image_problems(number, medium)


def _option_problems(content: Content) -> list[str]:
    found, options = [], content.options
    settings = options.get("replySettings")
    if settings is not None and settings not in REPLY_SETTINGS:
        found.append(f"replySettings is {quoted(settings)}; X knows {', '.join(REPLY_SETTINGS)}.")
    found += [
        f"{name} is {quoted(options[name])}; give true or false."
        for name in FLAGS
        if not isinstance(options.get(name, False), bool)
    ]
    for name in IDS:
        value = options.get(name)
        # Numbers of X are larger than those that JSON keeps exactly in many programs.
        if value is not None and not (isinstance(value, str) and value.isascii() and value.isdigit()):
            found.append(f"{name} is {quoted(value)}; give the number as a text.")
    if options.get("poll") is not None:
        found += _poll_problems(options["poll"])
        if content.media_urls or options.get("quoteTweetId") is not None:
            found.append("A poll on X goes without media and without a quoted post.")
    elif content.media_urls and options.get("quoteTweetId") is not None:
        found.append("A post on X has media or quotes a post, not both.")
    return found


def _poll_problems(poll: Any) -> list[str]:
    choices = poll.get("options") if isinstance(poll, Mapping) else None
    if not isinstance(choices, list) or not all(isinstance(choice, str) and choice.strip() for choice in choices):
        return [f"poll is {quoted(poll)}; give an object with options (texts) and durationMinutes."]
    found = []
    if not MIN_POLL <= len(choices) <= MAX_POLL:
        found.append(f"The poll has {len(choices)} options; X takes {MIN_POLL} to {MAX_POLL}.")
    if (longest := max(map(len, choices), default=0)) > MAX_POLL_OPTION:
        found.append(f"An option of the poll has {longest} characters; X allows {MAX_POLL_OPTION}.")
    minutes = poll.get("durationMinutes")
    if type(minutes) is not int or not MIN_POLL_MINUTES <= minutes <= MAX_POLL_MINUTES:
        found.append(f"poll.durationMinutes is {quoted(minutes)}; X takes {MIN_POLL_MINUTES} to {MAX_POLL_MINUTES}.")
    return found


def _image_problems(number: int, image: MediaInfo) -> list[str]:
    gif = image.content_type == GIF
    if not gif and image.content_type not in IMAGE_TYPES:
        given = image.content_type[:50]
        return [f"Medium {number} is of the type {given}; X takes JPEG, PNG, WebP, GIF, and videos as MP4 or MOV."]
    found = []
    allowed = MAX_GIF_BYTES if gif else MAX_IMAGE_BYTES
    if image.size_bytes is not None and image.size_bytes > allowed:
        found.append(f"Image {number} has {image.size_bytes:,} bytes; X allows {allowed:,}.")
    if gif and ((image.width or 0) > MAX_GIF_WIDTH or (image.height or 0) > MAX_GIF_HEIGHT):
        found.append(f"The GIF is {image.width} x {image.height}; X allows {MAX_GIF_WIDTH} x {MAX_GIF_HEIGHT}.")
    return found


def _video_problems(video: MediaInfo, premium: bool) -> list[str]:
    if video.content_type not in VIDEO_TYPES:
        return [f"The video is of the type {video.content_type[:50]}; X takes videos as MP4 or MOV."]
    found = []
    size, seconds = video.size_bytes, video.duration_seconds
    most_bytes = MAX_PREMIUM_VIDEO_BYTES if premium else MAX_VIDEO_BYTES
    most_seconds = MAX_PREMIUM_VIDEO_SECONDS if premium else MAX_VIDEO_SECONDS
    if size is not None and size > most_bytes:
        found.append(f"The video has {size:,} bytes; X allows {most_bytes:,}.")
    if seconds is not None and not MIN_VIDEO_SECONDS <= seconds <= most_seconds:
        found.append(f"The video lasts {seconds:g} seconds; X takes {MIN_VIDEO_SECONDS} to {most_seconds}.")
    if video.width and video.height:
        longer, shorter = max(video.width, video.height), min(video.width, video.height)
        if shorter < MIN_VIDEO_SIDE or longer > MAX_ASPECT * shorter:
            found.append(
                f"The video is {video.width} x {video.height}; X takes {MIN_VIDEO_SIDE} x {MIN_VIDEO_SIDE} and more, "
                f"with sides of {MAX_ASPECT} to 1 at most."
            )
    return found


rulebook = Rulebook(
    name="X",
    options=(*FLAGS, *IDS, "replySettings", "poll"),
    text_lengths=_counts,
    text=_text_problems,
    media=_media_problems,
    media_item=_medium_problems,
    option_values=_option_problems,
    max_alt_characters=MAX_ALT,
    replies="thread",
    inherited_options=("premium",),
)
