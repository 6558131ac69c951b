"""The rules for videos and comments on YouTube. Source: YouTube Data API, "videos" resource and "thumbnails.set"."""

from collections.abc import Mapping, Sequence
from typing import Any

from minutehand.platforms.content import Content, MediaInfo
from minutehand.platforms.options import Option, address, choice, digits, quoted, switch, text
from minutehand.platforms.rulebook import MediaLimits, Rulebook, TextLength, is_media_url, is_video
from minutehand.platforms.youtube.options import MAX_TITLE_CHARACTERS, title_of

MAX_DESCRIPTION_BYTES = 5_000
MAX_TAG_CHARACTERS = 500
MAX_COMMENT_CHARACTERS = 10_000
MAX_VIDEO_BYTES = 256 * 1024**3
MAX_VIDEO_SECONDS = 12 * 60 * 60
MAX_SHORT_SECONDS = 180
MAX_THUMBNAIL_BYTES = 50 * 1024 * 1024
THUMBNAIL_TYPES = frozenset(["image/jpeg", "image/png"])
PRIVACY = ("public", "unlisted", "private")


def thumbnail_problems(thumbnail: MediaInfo) -> list[str]:
    """Return a sentence for each rule that ``thumbnail`` breaks."""
    found = []
    if thumbnail.content_type not in THUMBNAIL_TYPES:
        found.append(f"The thumbnail has the type {thumbnail.content_type[:50]}; YouTube accepts JPEG and PNG.")
    if thumbnail.size_bytes is not None and thumbnail.size_bytes > MAX_THUMBNAIL_BYTES:
        found.append(f"The thumbnail has {thumbnail.size_bytes:,} bytes; YouTube allows {MAX_THUMBNAIL_BYTES:,}.")
    return found


def tag_characters(tags: Sequence[str]) -> int:
    """Return the length of ``tags`` as YouTube counts it.

    YouTube also counts a comma between two tags, and quotation marks around a tag with a space.
    """
    return sum(len(tag) + (2 if " " in tag else 0) for tag in tags) + max(len(tags) - 1, 0)


def _text_lengths(content: Content, media: Sequence[MediaInfo]) -> list[TextLength]:  # noqa: ARG001
    if content.reply_to is not None:
        return [TextLength(len(content.text), MAX_COMMENT_CHARACTERS, what="comment")]
    return [TextLength(len(content.text.encode()), MAX_DESCRIPTION_BYTES, "bytes")]


def _text_problems(content: Content) -> list[str]:
    if content.reply_to is not None:
        return [] if content.text.strip() else ["A comment on YouTube needs text."]
    found = []
    if set(content.text) & set("<>"):
        found.append("The text contains < or >; YouTube allows neither.")
    if not title_of(content):
        found.append("A video on YouTube needs a title. Set the option title, or begin the text with a title.")
    return found


def _media_problems(content: Content, media: Sequence[MediaInfo]) -> list[str]:  # noqa: ARG001
    count = len(content.media_urls)
    if content.reply_to is not None:
        return ["A comment on YouTube cannot contain images or videos. Remove the media."] if count else []
    if count == 0:
        return ["A post on YouTube needs exactly one video."]
    return [] if count == 1 else [f"The post has {count} media items; YouTube requires exactly one video."]


def _item_problems(number: int, item: MediaInfo, content: Content) -> list[str]:  # noqa: ARG001
    return [] if content.reply_to is not None else _video_problems(item, short=content.options.get("short") is True)


def _title_problems(name: str, title: str) -> list[str]:
    found = []
    if len(title.strip()) > MAX_TITLE_CHARACTERS:
        found.append(f"The {name} is {len(title.strip())} characters long; YouTube allows {MAX_TITLE_CHARACTERS}.")
    if set(title) & set("<>"):
        found.append(f"The {name} contains < or >; YouTube allows neither.")
    return found


def _tag_problems(name: str, tags: Any) -> list[str]:
    if not (isinstance(tags, list | tuple) and all(isinstance(tag, str) and tag.strip() for tag in tags)):
        return [f"{name} is {quoted(tags)}; it must be a list of strings that are not blank."]
    if (length := tag_characters(tags)) > MAX_TAG_CHARACTERS:
        return [f"The tags are {length} characters long; YouTube allows {MAX_TAG_CHARACTERS} in total."]
    return []


def _video_problems(video: MediaInfo, *, short: bool) -> list[str]:
    if not video.is_video:
        return [f"The media item has the type {video.content_type[:50]}; YouTube accepts only videos."]
    found = []
    if video.size_bytes is not None and video.size_bytes > MAX_VIDEO_BYTES:
        found.append(f"The video has {video.size_bytes:,} bytes; YouTube allows {MAX_VIDEO_BYTES:,}.")
    limit = MAX_SHORT_SECONDS if short else MAX_VIDEO_SECONDS
    if video.duration_seconds is not None and video.duration_seconds > limit:
        kind = "a Short" if short else "a video"
        found.append(f"The video lasts {video.duration_seconds:.0f} seconds; YouTube allows {limit} for {kind}.")
    if short and video.width and video.height and video.width > video.height:
        found.append(
            f"The video has {video.width} x {video.height} pixels; a YouTube Short must be vertical or square."
        )
    return found


def _comments_disabled(options: Mapping[str, Any]) -> list[str]:
    if options.get("madeForKids") is True:
        return ["A video on YouTube that is made for kids cannot have comments. Remove firstComment."]
    return []


OPTIONS = {
    "title": text(
        "The title of the video. By default, the first line of the text.",
        problems=_title_problems,
        maxLength=MAX_TITLE_CHARACTERS,
        pattern="^[^<>]*$",
    ),
    "privacy": choice(*PRIVACY, description="Who can see the video."),
    "categoryId": digits(
        "The category of the video.", "the number of a category, as a string", **{"x-choices": "categories"}
    ),
    "tags": Option(
        {"type": "array", "items": {"type": "string", "minLength": 1}, "description": "The tags of the video."},
        lambda value: not _tag_problems("tags", value),
        "a list of strings that are not blank",
        _tag_problems,
    ),
    "thumbnailUrl": address(
        "The URL of the video's thumbnail, a JPEG or PNG image.", is_media_url, "the URL of an image"
    ),
    "madeForKids": switch("Whether the video is declared as made for kids."),
    "syntheticMedia": switch("Whether the video is declared to show altered or synthetic scenes."),
    "notifySubscribers": switch("Whether subscribers are notified."),
    "short": switch("Whether the rules for Shorts apply to the video."),
}

rulebook = Rulebook(
    name="YouTube",
    options=OPTIONS,
    text_lengths=_text_lengths,
    text=_text_problems,
    media=_media_problems,
    media_item=_item_problems,
    needs_size=is_video,
    option_media={"thumbnailUrl": thumbnail_problems},
    media_limits=MediaLimits(
        required=True,
        max_images=0,
        max_videos=1,
        image_types=(),
        video_types=None,
        max_image_bytes=None,
        max_video_bytes=MAX_VIDEO_BYTES,
    ),
    comments_disabled=_comments_disabled,
)
