"""What Bluesky accepts, by the lexicons app.bsky.feed.post and app.bsky.embed.video."""

from collections.abc import Sequence

from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.text import graphemes

MAX_GRAPHEMES = 300
MAX_BYTES = 3_000
MAX_IMAGES = 4
MAX_IMAGE_BYTES = 2_000_000
MAX_VIDEO_BYTES = 300_000_000
VIDEO_TYPE = "video/mp4"
MAX_LANGUAGES = 3


def problems(content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
    """Return a sentence for each rule that ``content`` breaks."""
    found = []
    if (length := graphemes(content.text)) > MAX_GRAPHEMES:
        found.append(f"The text has {length} characters; Bluesky allows {MAX_GRAPHEMES}.")
    if (size := len(content.text.encode())) > MAX_BYTES:
        found.append(f"The text has {size} bytes; Bluesky allows {MAX_BYTES}.")
    if (images := len(content.media_urls)) > MAX_IMAGES:
        found.append(f"The post has {images} images; Bluesky allows {MAX_IMAGES}.")
    languages = content.options.get("languages", [])
    if not (isinstance(languages, list | tuple) and all(isinstance(code, str) and code for code in languages)):
        found.append(f"languages is {repr(languages)[:60]}; give a list of codes such as en.")
    elif len(languages) > MAX_LANGUAGES:
        found.append(f"The post names {len(languages)} languages; Bluesky allows {MAX_LANGUAGES}.")
    for medium in media:
        if medium.is_video:
            found += _video_problems(medium, alone=len(content.media_urls) == 1)
    return found


def _video_problems(video: MediaInfo, *, alone: bool) -> list[str]:
    found = []
    if not alone:
        found.append("A post on Bluesky takes one video, or images, not both.")
    if video.content_type != VIDEO_TYPE:
        found.append(f"The video is of the type {video.content_type[:50]}; Bluesky takes MP4.")
    if video.size_bytes is not None and video.size_bytes > MAX_VIDEO_BYTES:
        found.append(f"The video has {video.size_bytes:,} bytes; Bluesky allows {MAX_VIDEO_BYTES:,}.")
    return found
