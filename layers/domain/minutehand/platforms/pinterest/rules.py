"""What Pinterest accepts. Source: API v5, "Create Pin"; sizes and durations as its users report them."""

from collections.abc import Mapping, Sequence
from typing import Any

from minutehand.platforms.exchange import shorten
from minutehand.platforms.port import Content, MediaInfo

MAX_DESCRIPTION, MAX_TITLE, MAX_ALT, MAX_LINK = 800, 100, 500, 2_048
"""In characters; Pinterest does not say of which kind."""
MAX_IMAGES = 5
MAX_IMAGE_BYTES = 20 * 1024 * 1024
MAX_VIDEO_BYTES = 2 * 1024 * 1024 * 1024
MIN_VIDEO_SECONDS, MAX_VIDEO_SECONDS = 4, 15 * 60
WIDEST, TALLEST = 1.91, 0.5
IMAGE_TYPES = frozenset(["image/jpeg", "image/png", "image/gif", "image/webp"])
VIDEO_TYPES = frozenset(["video/mp4", "video/quicktime", "video/x-m4v"])


def problems(content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
    """Return a sentence for each rule that ``content`` breaks."""
    if content.reply_to is not None:
        return ["Pinterest lets nobody comment through its interface."]
    found = []
    if not content.media_urls:
        found.append("A pin needs an image or a video.")
    if (length := len(content.text)) > MAX_DESCRIPTION:
        found.append(f"The text has {length} characters; Pinterest allows {MAX_DESCRIPTION}.")
    if (count := len(content.media_urls)) > MAX_IMAGES:
        found.append(f"The post has {count} images; Pinterest allows {MAX_IMAGES}.")
    found += [
        f"An alternative text has {len(alt)} characters; Pinterest allows {MAX_ALT}."
        for alt in (content.alt_texts.get(url, "") for url in content.media_urls)
        if len(alt) > MAX_ALT
    ]
    found += _option_problems(content.options)
    videos = [medium for medium in media if medium.is_video]
    if videos and len(media) > 1:
        found.append("Pinterest takes one video alone, or images, but not several videos or both.")
    elif len({(medium.width, medium.height) for medium in media if medium.width and medium.height}) > 1:
        found.append("The images of one pin have to be equally wide and high.")
    for number, medium in enumerate(media, start=1):
        found += _video_problems(medium) if medium.is_video else _image_problems(number, medium)
    return found


def _option_problems(options: Mapping[str, Any]) -> list[str]:
    found = []
    board = options.get("boardId")
    if board is None:
        found.append("boardId is missing: say on which board of Pinterest the pin is to be.")
    elif not (str(board).isascii() and str(board).isdigit()):
        found.append(f"boardId is {_shown(board)}; give the number of a board on Pinterest.")
    title = options.get("title", "")
    if not isinstance(title, str):
        found.append(f"title is {_shown(title)}; give a text.")
    elif len(title) > MAX_TITLE:
        found.append(f"The title has {len(title)} characters; Pinterest allows {MAX_TITLE}.")
    for name in ("link", "coverImageUrl"):
        address = options.get(name)
        if address is not None and not (isinstance(address, str) and address.startswith(("https://", "http://"))):
            found.append(f"{name} is {_shown(address)}; give a web address.")
        elif address is not None and len(address) > MAX_LINK:
            found.append(f"{name} has {len(address)} characters; Pinterest allows {MAX_LINK}.")
    moment = options.get("coverKeyFrameTime", 0)
    if type(moment) not in (int, float) or moment < 0:
        found.append(f"coverKeyFrameTime is {_shown(moment)}; give the seconds from the start of the video.")
    return found


def _image_problems(number: int, image: MediaInfo) -> list[str]:
    if image.content_type not in IMAGE_TYPES:
        given = shorten(image.content_type)
        return [f"Medium {number} is of the type {given}; Pinterest takes JPEG, PNG, GIF, WebP, and videos."]
    if image.size_bytes is not None and image.size_bytes > MAX_IMAGE_BYTES:
        return [f"Image {number} has {image.size_bytes:,} bytes; Pinterest allows {MAX_IMAGE_BYTES:,}."]
    return []


def _video_problems(video: MediaInfo) -> list[str]:
    if video.content_type not in VIDEO_TYPES:
        return [f"The video is of the type {shorten(video.content_type)}; Pinterest takes MP4, MOV and M4V."]
    found = []
    seconds = video.duration_seconds
    if video.size_bytes is not None and video.size_bytes > MAX_VIDEO_BYTES:
        found.append(f"The video has {video.size_bytes:,} bytes; Pinterest allows {MAX_VIDEO_BYTES:,}.")
    if seconds is not None and not MIN_VIDEO_SECONDS <= seconds <= MAX_VIDEO_SECONDS:
        found.append(
            f"The video lasts {seconds:g} seconds; Pinterest takes {MIN_VIDEO_SECONDS} to {MAX_VIDEO_SECONDS}."
        )
    if video.width and video.height and not TALLEST <= video.width / video.height <= WIDEST:
        found.append(f"The video is {video.width} x {video.height}; Pinterest takes 1.91:1 to 1:2.")
    return found


def _shown(value: object) -> str:
    return shorten(repr(value))[:60]
