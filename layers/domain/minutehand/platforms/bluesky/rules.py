"""The rules for posts on Bluesky.

Source: the lexicons app.bsky.feed.post, app.bsky.embed.images and app.bsky.embed.video.
"""

from collections.abc import Sequence
from functools import partial

from minutehand.platforms.bluesky.languages import is_language_tag
from minutehand.platforms.bluesky.richtext import links
from minutehand.platforms.content import Content, MediaInfo
from minutehand.platforms.media_format import IMAGE_TYPE_NAMES, IMAGE_TYPES
from minutehand.platforms.options import Option, quoted, switch
from minutehand.platforms.rulebook import MediaLimits, Rulebook, TextLength, is_video
from minutehand.platforms.text import count_graphemes

MAX_GRAPHEMES = 300
MAX_BYTES = 3_000
MAX_IMAGES = 4
MAX_IMAGE_BYTES = 2_000_000
MAX_VIDEO_BYTES = 300_000_000
MAX_VIDEO_SECONDS = 600
"""The limit of Bluesky's own app (bluesky-social/social-app, lib/constants.ts, VIDEO_MAX_DURATION_MS)."""
VIDEO_TYPE = "video/mp4"
MAX_LANGUAGES = 3
MAX_BLOB_BYTES = "max_blob_bytes"
"""The name under which a connection stores the maximum size of a file that the account's server accepts. Not every
server publishes this limit.
"""


def _text_lengths(content: Content, media: Sequence[MediaInfo]) -> list[TextLength]:  # noqa: ARG001
    length, size = count_graphemes(content.text), len(content.text.encode())
    return [TextLength(length, MAX_GRAPHEMES, "graphemes"), TextLength(size, MAX_BYTES, "bytes")]


def _media_problems(content: Content, media: Sequence[MediaInfo]) -> list[str]:
    found = []
    if (items := len(content.media_urls)) > MAX_IMAGES:
        found.append(f"The post has {items} media items; Bluesky allows {MAX_IMAGES}.")
    if len(content.media_urls) > 1 and any(item.is_video for item in media):
        found.append("A post on Bluesky can contain one video or several images, not both.")
    return found


def _item_problems(server_limit: int | None, number: int, item: MediaInfo, content: Content) -> list[str]:  # noqa: ARG001
    found = []
    if item.is_video and item.content_type != VIDEO_TYPE:
        found.append(f"The video has the type {item.content_type[:50]}; Bluesky accepts MP4.")
    if item.is_image and item.content_type not in IMAGE_TYPES:
        found.append(f"Image {number} has the type {item.content_type[:50]}; Bluesky accepts {IMAGE_TYPE_NAMES}.")
    if item.is_video and item.duration_seconds is not None and item.duration_seconds > MAX_VIDEO_SECONDS:
        found.append(f"The video lasts {item.duration_seconds:g} seconds; Bluesky allows {MAX_VIDEO_SECONDS}.")
    limit, what = (MAX_VIDEO_BYTES, "The video") if item.is_video else (MAX_IMAGE_BYTES, f"Image {number}")
    limit, name = min((limit, "Bluesky"), (server_limit or limit, "this Bluesky server"))
    if item.size_bytes is not None and item.size_bytes > limit:
        found.append(f"{what} has {item.size_bytes:,} bytes; {name} allows {limit:,}.")
    return found


def _card_url(content: Content) -> str | None:
    """Return the first link in the text, or None if the post has no link, has media, or disables the card."""
    if content.media_urls or content.options.get("linkCard", True) is not True:
        return None
    first = min(links(content.text), default=None)
    return None if first is None else first[1]


def _language_problems(name: str, languages: object) -> list[str]:
    if not isinstance(languages, list | tuple):
        return [f"{name} is {quoted(languages)}; it must be a list of language tags such as en or pt-BR."]
    found = [
        f"{name} contains {quoted(tag)}, which is not a language tag (BCP 47). Use tags such as en or pt-BR."
        for tag in languages
        if not (isinstance(tag, str) and is_language_tag(tag))
    ]
    if len(languages) > MAX_LANGUAGES:
        found.append(f"{name} has {len(languages)} entries; Bluesky allows {MAX_LANGUAGES}.")
    return found


OPTIONS = {
    "linkCard": switch("Whether the post shows a card of the first link in its text."),
    "languages": Option(
        {
            "type": "array",
            "items": {"type": "string"},
            "maxItems": MAX_LANGUAGES,
            "description": "The languages of the text, as language tags such as en or pt-BR.",
        },
        lambda value: not _language_problems("languages", value),
        "a list of language tags such as en or pt-BR",
        _language_problems,
    ),
}
MEDIA = MediaLimits(
    max_images=MAX_IMAGES,
    max_videos=1,
    image_types=IMAGE_TYPES,
    video_types=[VIDEO_TYPE],
    max_image_bytes=MAX_IMAGE_BYTES,
    max_video_bytes=MAX_VIDEO_BYTES,
)


def _rulebook_of(server_limit: int | None) -> Rulebook:
    return Rulebook(
        name="Bluesky",
        options=OPTIONS,
        text_lengths=_text_lengths,
        media=_media_problems,
        media_item=partial(_item_problems, server_limit),
        needs_size=is_video,
        media_limits=MEDIA,
        replies="thread",
        inherited_options=tuple(OPTIONS),
        card_url=_card_url,
        for_server=lambda limits: _rulebook_of(limits.get(MAX_BLOB_BYTES)),
    )


rulebook = _rulebook_of(None)
