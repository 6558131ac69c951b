"""The rules for TikTok posts. Source: Content Posting API, "Direct post", "Photo post" and "Media transfer guide"."""

from collections.abc import Sequence

from minutehand.platforms.content import Content, MediaInfo
from minutehand.platforms.options import choice, quoted, switch, text, whole_number
from minutehand.platforms.rulebook import MediaLimits, Rulebook, TextLength, is_video
from minutehand.platforms.tiktok.options import MODES, PRIVACY, SELF_ONLY

MAX_VIDEO_TITLE, MAX_PHOTO_TITLE, MAX_PHOTO_TEXT = 2_200, 90, 4_000
MAX_PHOTOS = 35
MAX_PHOTO_BYTES = 20 * 1000 * 1000
MAX_VIDEO_BYTES = 4 * 1000**3
MAX_VIDEO_SECONDS = 600
MIN_SIDE, MAX_SIDE = 360, 4096
MAX_PHOTO_SHORT_SIDE, MAX_PHOTO_LONG_SIDE = 1080, 1920
"""The limit of 1080p. If an image is larger, TikTok refuses the whole post, and does not name the image."""
PHOTO_TYPES = frozenset(["image/jpeg", "image/webp"])
VIDEO_TYPES = frozenset(["video/mp4", "video/quicktime", "video/webm"])


def utf16_units(text: str) -> int:
    """Return the length as TikTok counts it: in UTF-16 code units, so most emoji count as 2."""
    return len(text.encode("utf-16-le")) // 2


def _text_lengths(content: Content, media: Sequence[MediaInfo]) -> list[TextLength]:
    limit = MAX_VIDEO_TITLE if any(item.is_video for item in media) else MAX_PHOTO_TEXT
    return [TextLength(utf16_units(content.text), limit, "utf16")]


def _media_problems(content: Content, media: Sequence[MediaInfo]) -> list[str]:
    found, count = [], len(content.media_urls)
    if count == 0:
        found.append("A post on TikTok needs a video or images.")
    if count > 1 and any(item.is_video for item in media):
        found.append("A post on TikTok can contain one video or several images, not both.")
    if count > MAX_PHOTOS:
        found.append(f"The post has {count} media items; TikTok allows {MAX_PHOTOS}.")
    return found


def _item_problems(number: int, item: MediaInfo, content: Content) -> list[str]:  # noqa: ARG001
    return _video_problems(item) if item.is_video else _photo_problems(number, item)


def _option_problems(content: Content) -> list[str]:
    found, options, images = [], content.options, len(content.media_urls)
    if options.get("privacy") == SELF_ONLY and options.get("brandedContent") is True:
        found.append(f"brandedContent is true; TikTok does not allow branded content with the privacy {SELF_ONLY}.")
    cover = options.get("coverIndex", 0)
    if type(cover) is int and cover >= max(images, 1):
        found.append(f"coverIndex is {quoted(cover)}; it must be the index of an image, counted from 0.")
    return found


def _photo_problems(number: int, photo: MediaInfo) -> list[str]:
    if photo.content_type not in PHOTO_TYPES:
        return [f"Media item {number} has the type {photo.content_type[:50]}; TikTok accepts JPEG and WebP images."]
    found = []
    if photo.size_bytes is not None and photo.size_bytes > MAX_PHOTO_BYTES:
        found.append(f"Image {number} has {photo.size_bytes:,} bytes; TikTok allows {MAX_PHOTO_BYTES:,}.")
    if photo.width and photo.height:
        shorter, longer = sorted((photo.width, photo.height))
        if shorter > MAX_PHOTO_SHORT_SIDE or longer > MAX_PHOTO_LONG_SIDE:
            found.append(
                f"Image {number} measures {photo.width} x {photo.height} pixels; TikTok allows "
                f"{MAX_PHOTO_SHORT_SIDE} x {MAX_PHOTO_LONG_SIDE} or {MAX_PHOTO_LONG_SIDE} x {MAX_PHOTO_SHORT_SIDE}."
            )
    return found


def _video_problems(video: MediaInfo) -> list[str]:
    if video.content_type not in VIDEO_TYPES:
        return [f"The video has the type {video.content_type[:50]}; TikTok accepts MP4, MOV and WebM."]
    found = []
    if video.size_bytes is not None and video.size_bytes > MAX_VIDEO_BYTES:
        found.append(f"The video has {video.size_bytes:,} bytes; TikTok allows {MAX_VIDEO_BYTES:,}.")
    if video.duration_seconds is not None and video.duration_seconds > MAX_VIDEO_SECONDS:
        found.append(f"The video lasts {video.duration_seconds:.0f} seconds; TikTok allows {MAX_VIDEO_SECONDS}.")
    if video.width and video.height:
        shorter, longer = sorted((video.width, video.height))
        if shorter < MIN_SIDE or longer > MAX_SIDE:
            found.append(
                f"The video measures {video.width} x {video.height} pixels; "
                f"TikTok allows {MIN_SIDE} to {MAX_SIDE} pixels per side."
            )
    return found


def _title_problems(name: str, title: str) -> list[str]:
    length = utf16_units(title)
    if length <= MAX_PHOTO_TITLE:
        return []
    return [f"The {name} counts as {length} characters; TikTok allows {MAX_PHOTO_TITLE}."]


OPTIONS = {
    "mode": choice(*MODES, description="Whether to publish the post, or to send it to the creator's inbox."),
    "privacy": choice(*PRIVACY, description="Who can see the post.", **{"x-choices": "privacyLevels"}),
    "title": text("The title of a post with images.", problems=_title_problems, maxLength=MAX_PHOTO_TITLE),
    "coverIndex": whole_number(
        "The position of the cover image in the list of images.", "the index of an image, counted from 0"
    ),
    "coverTimestampMs": whole_number(
        "The position of the video's cover frame, in milliseconds.", "a whole number of milliseconds, 0 or greater"
    ),
    "disableComment": switch("Whether comments on the post are disabled."),
    "disableDuet": switch("Whether other users are prevented from making duets with the video."),
    "disableStitch": switch("Whether other users are prevented from making stitches with the video."),
    "autoAddMusic": switch("Whether TikTok may add music to a post with images."),
    "brandedContent": switch("Whether the post is labelled as a paid partnership."),
    "ownBrand": switch("Whether the post is labelled as a promotion of the creator's own business."),
    "aiGenerated": switch("Whether a video is labelled as made by AI."),
}

rulebook = Rulebook(
    name="TikTok",
    options=OPTIONS,
    text_lengths=_text_lengths,
    media=_media_problems,
    media_item=_item_problems,
    needs_size=is_video,
    option_values=_option_problems,
    media_limits=MediaLimits(
        required=True,
        max_images=MAX_PHOTOS,
        max_videos=1,
        image_types=PHOTO_TYPES,
        video_types=VIDEO_TYPES,
        max_image_bytes=MAX_PHOTO_BYTES,
        max_video_bytes=MAX_VIDEO_BYTES,
    ),
    replies="none",
)
