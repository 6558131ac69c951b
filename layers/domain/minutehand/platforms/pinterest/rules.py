"""What Pinterest accepts. Source: API v5, "Create Pin"; sizes and durations as its users report them."""

from collections.abc import Sequence

from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import Rulebook, TextLength, is_media_url, is_web_url, quoted

MAX_DESCRIPTION, MAX_TITLE, MAX_ALT, MAX_LINK = 800, 100, 500, 2_048
"""In characters; Pinterest does not say of which kind."""
MAX_IMAGES = 5
MAX_IMAGE_BYTES = 20 * 1024 * 1024
MAX_VIDEO_BYTES = 2 * 1024 * 1024 * 1024
MIN_VIDEO_SECONDS, MAX_VIDEO_SECONDS = 4, 15 * 60
MAX_ASPECT, MIN_ASPECT = 1.91, 0.5
IMAGE_TYPES = frozenset(["image/jpeg", "image/png", "image/gif", "image/webp"])
VIDEO_TYPES = frozenset(["video/mp4", "video/quicktime", "video/x-m4v"])


def problems(content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
    """Return a sentence for each rule that ``content`` breaks."""
    if content.reply_to is not None:
        return ["Pinterest lets nobody comment through its interface."]
    return rulebook.problems(content, media)


def _counts(content: Content, media: Sequence[MediaInfo]) -> list[TextLength]:  # noqa: ARG001
    return [TextLength(len(content.text), MAX_DESCRIPTION)]


def _media_problems(content: Content, media: Sequence[MediaInfo]) -> list[str]:
    found = []
    if not content.media_urls:
        found.append("A pin needs an image or a video.")
    if (count := len(content.media_urls)) > MAX_IMAGES:
        found.append(f"The post has {count} images; Pinterest allows {MAX_IMAGES}.")
    if len(media) > 1 and any(medium.is_video for medium in media):
        found.append("Pinterest takes one video alone, or images, but not several videos or both.")
    elif len({(medium.width, medium.height) for medium in media if medium.width and medium.height}) > 1:
        found.append("The images of one pin have to be equally wide and high.")
    return found


def _medium_problems(number: int, medium: MediaInfo, content: Content) -> list[str]:  # noqa: ARG001
    return _video_problems(medium) if medium.is_video else _image_problems(number, medium)


def _option_problems(content: Content) -> list[str]:
    found, options = [], content.options
    board = options.get("boardId")
    if board is None:
        found.append("boardId is missing: say on which board of Pinterest the pin is to be.")
    elif not (type(board) in (str, int) and str(board).isascii() and str(board).isdigit()):
        found.append(f"boardId is {quoted(board)}; give the number of a board on Pinterest.")
    title = options.get("title", "")
    if not isinstance(title, str):
        found.append(f"title is {quoted(title)}; give a text.")
    elif len(title) > MAX_TITLE:
        found.append(f"The title has {len(title)} characters; Pinterest allows {MAX_TITLE}.")
    for name in ("link", "coverImageUrl"):
        address = options.get(name)
        if address is not None and not (is_media_url if name == "coverImageUrl" else is_web_url)(address):
            found.append(f"{name} is {quoted(address)}; give a web address.")
        elif address is not None and len(address) > MAX_LINK:
            found.append(f"{name} has {len(address)} characters; Pinterest allows {MAX_LINK}.")
    moment = options.get("coverKeyFrameTime", 0)
    if type(moment) not in (int, float) or moment < 0:
        found.append(f"coverKeyFrameTime is {quoted(moment)}; give the seconds from the start of the video.")
    return found


def _image_problems(number: int, image: MediaInfo) -> list[str]:
    if image.content_type not in IMAGE_TYPES:
        given = image.content_type[:50]
        return [f"Medium {number} is of the type {given}; Pinterest takes JPEG, PNG, GIF, WebP, and videos."]
    if image.size_bytes is not None and image.size_bytes > MAX_IMAGE_BYTES:
        return [f"Image {number} has {image.size_bytes:,} bytes; Pinterest allows {MAX_IMAGE_BYTES:,}."]
    return []


def _video_problems(video: MediaInfo) -> list[str]:
    if video.content_type not in VIDEO_TYPES:
        return [f"The video is of the type {video.content_type[:50]}; Pinterest takes MP4, MOV and M4V."]
    found = []
    seconds = video.duration_seconds
    if video.size_bytes is not None and video.size_bytes > MAX_VIDEO_BYTES:
        found.append(f"The video has {video.size_bytes:,} bytes; Pinterest allows {MAX_VIDEO_BYTES:,}.")
    if seconds is not None and not MIN_VIDEO_SECONDS <= seconds <= MAX_VIDEO_SECONDS:
        found.append(
            f"The video lasts {seconds:g} seconds; Pinterest takes {MIN_VIDEO_SECONDS} to {MAX_VIDEO_SECONDS}."
        )
    if video.width and video.height and not MIN_ASPECT <= video.width / video.height <= MAX_ASPECT:
        found.append(f"The video is {video.width} x {video.height}; Pinterest takes 1.91:1 to 1:2.")
    return found


def _cover_problems(cover: MediaInfo) -> list[str]:
    return [] if cover.is_image else [f"coverImageUrl leads to {cover.content_type[:50]}; give an image."]


rulebook = Rulebook(
    name="Pinterest",
    options=("boardId", "title", "link", "coverImageUrl", "coverKeyFrameTime"),
    text_lengths=_counts,
    media=_media_problems,
    media_item=_medium_problems,
    option_values=_option_problems,
    option_media={"coverImageUrl": _cover_problems},
    max_alt_characters=MAX_ALT,
    replies="none",
)
