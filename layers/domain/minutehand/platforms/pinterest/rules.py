"""The rules for pins. Source: API v5, "Create Pin". The limits on sizes and durations come from users' reports."""

from collections.abc import Sequence

from minutehand.platforms.content import Content, MediaInfo
from minutehand.platforms.options import WEB_URL, Option, address, text, whole_number
from minutehand.platforms.rulebook import MediaLimits, Rulebook, TextLength, is_media_url, is_video, is_web_url

MAX_DESCRIPTION, MAX_TITLE, MAX_ALT, MAX_LINK = 800, 100, 500, 2_048
"""The maximum lengths in characters. Pinterest does not document how it counts characters."""
MAX_IMAGES = 5
MAX_IMAGE_BYTES = 20 * 1024 * 1024
MAX_VIDEO_BYTES = 2 * 1024 * 1024 * 1024
MIN_VIDEO_SECONDS, MAX_VIDEO_SECONDS = 4, 15 * 60
MAX_ASPECT, MIN_ASPECT = 1.91, 0.5
IMAGE_TYPES = frozenset(["image/jpeg", "image/png", "image/gif", "image/webp"])
VIDEO_TYPES = frozenset(["video/mp4", "video/quicktime", "video/x-m4v"])


def _text_lengths(content: Content, media: Sequence[MediaInfo]) -> list[TextLength]:  # noqa: ARG001
    return [TextLength(len(content.text), MAX_DESCRIPTION)]


def _media_problems(content: Content, media: Sequence[MediaInfo]) -> list[str]:
    found = []
    if not content.media_urls:
        found.append("A post on Pinterest needs an image or a video.")
    if (count := len(content.media_urls)) > MAX_IMAGES:
        found.append(f"The post has {count} media items; Pinterest allows {MAX_IMAGES}.")
    if len(media) > 1 and any(item.is_video for item in media):
        found.append("A post on Pinterest can contain one video or several images, not both.")
    elif len({(item.width, item.height) for item in media if item.width and item.height}) > 1:
        found.append("All images of a post on Pinterest must have the same width and height.")
    return found


def _item_problems(number: int, item: MediaInfo, content: Content) -> list[str]:  # noqa: ARG001
    return _video_problems(item) if item.is_video else _image_problems(number, item)


def _title_problems(name: str, title: str) -> list[str]:
    if len(title) <= MAX_TITLE:
        return []
    return [f"The {name} is {len(title)} characters long; Pinterest allows {MAX_TITLE}."]


def _address_problems(name: str, url: str) -> list[str]:
    if len(url) <= MAX_LINK:
        return []
    return [f"{name} is {len(url)} characters long; Pinterest allows {MAX_LINK}."]


def _image_problems(number: int, image: MediaInfo) -> list[str]:
    if image.content_type not in IMAGE_TYPES:
        given = image.content_type[:50]
        return [f"Media item {number} has the type {given}; Pinterest accepts JPEG, PNG, GIF and WebP images."]
    if image.size_bytes is not None and image.size_bytes > MAX_IMAGE_BYTES:
        return [f"Image {number} has {image.size_bytes:,} bytes; Pinterest allows {MAX_IMAGE_BYTES:,}."]
    return []


def _video_problems(video: MediaInfo) -> list[str]:
    if video.content_type not in VIDEO_TYPES:
        return [f"The video has the type {video.content_type[:50]}; Pinterest accepts MP4, MOV and M4V."]
    found = []
    seconds = video.duration_seconds
    if video.size_bytes is not None and video.size_bytes > MAX_VIDEO_BYTES:
        found.append(f"The video has {video.size_bytes:,} bytes; Pinterest allows {MAX_VIDEO_BYTES:,}.")
    if seconds is not None and not MIN_VIDEO_SECONDS <= seconds <= MAX_VIDEO_SECONDS:
        found.append(
            f"The video lasts {seconds:g} seconds; Pinterest allows {MIN_VIDEO_SECONDS} to {MAX_VIDEO_SECONDS}."
        )
    if video.width and video.height and not MIN_ASPECT <= video.width / video.height <= MAX_ASPECT:
        found.append(
            f"The video measures {video.width} x {video.height} pixels; "
            "Pinterest allows aspect ratios from 1:2 to 1.91:1."
        )
    return found


def cover_problems(cover: MediaInfo) -> list[str]:
    """Return the problems of ``cover``: a sentence if it is not an image, or else an empty list."""
    if cover.is_image:
        return []
    return [f"The file at coverImageUrl has the type {cover.content_type[:50]}. Give the URL of an image."]


OPTIONS = {
    "boardId": Option(
        {
            "type": ["string", "integer"],
            "pattern": "^[0-9]+$",
            "minimum": 0,
            "description": "The id of the board for the pin.",
            "x-choices": "boards",
        },
        lambda value: type(value) in (str, int) and str(value).isascii() and str(value).isdigit(),
        "the numeric id of a board on Pinterest",
        required=True,
    ),
    "title": text("The title of the pin.", problems=_title_problems, maxLength=MAX_TITLE),
    "link": address(
        "The URL of the page that the pin links to.",
        is_web_url,
        WEB_URL,
        problems=_address_problems,
        maxLength=MAX_LINK,
    ),
    "coverImageUrl": address(
        "The cover image of a video.",
        is_media_url,
        "the URL of an image",
        problems=_address_problems,
        maxLength=MAX_LINK,
    ),
    "coverKeyFrameTime": whole_number(
        "The position of the video's cover frame, in seconds.", "a whole number of seconds, 0 or greater"
    ),
}

rulebook = Rulebook(
    name="Pinterest",
    options=OPTIONS,
    text_lengths=_text_lengths,
    media=_media_problems,
    media_item=_item_problems,
    needs_size=is_video,
    option_media={"coverImageUrl": cover_problems},
    media_limits=MediaLimits(
        required=True,
        max_images=MAX_IMAGES,
        max_videos=1,
        image_types=IMAGE_TYPES,
        video_types=VIDEO_TYPES,
        max_image_bytes=MAX_IMAGE_BYTES,
        max_video_bytes=MAX_VIDEO_BYTES,
    ),
    max_alt_characters=MAX_ALT,
    replies="none",
)
