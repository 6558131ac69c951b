"""The rules for posts on Threads.

Source: Threads API, "Posts" (limits on text, media and options) and "Text Attachments" (2026-07-02; the limit on links,
which has applied to all posts since 2025-12-22).
"""

from collections.abc import Sequence

import regex

from minutehand.platforms.content import Content, MediaInfo
from minutehand.platforms.options import WEB_URL, address, choice, digits, pattern
from minutehand.platforms.rulebook import Finding, MediaLimits, Rulebook, TextLength, is_web_url
from minutehand.platforms.text import GRAPHEME, URL_CHARACTER, find_urls, masked, trimmed

MAX_CHARACTERS = 500
"""The documented limit. Each emoji counts as its number of UTF-8 bytes. Users report that Threads also refuses some
shorter posts because of the bytes of typographic apostrophes.
"""
MAX_LINKS = 5
MAX_ITEMS = 20
MAX_ALT_CHARACTERS = 1_000
MAX_IMAGE_BYTES = 8 * 1024 * 1024
MAX_VIDEO_BYTES = 1024 * 1024 * 1024
MAX_VIDEO_SECONDS = 300
MAX_ASPECT = 10
MAX_TOPIC_CHARACTERS = 50
IMAGE_TYPES = frozenset(["image/jpeg", "image/png"])
VIDEO_TYPES = frozenset(["video/mp4", "video/quicktime"])
REPLY_CONTROLS = (
    "everyone",
    "accounts_you_follow",
    "mentioned_only",
    "parent_post_author_only",
    "followers_only",
)

_BARE_LINK = regex.compile(rf"(?<![\w@./-])www\.{URL_CHARACTER}++", regex.IGNORECASE)
_EMOJI = regex.compile(r"\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|[0-9#*]\uFE0F?\u20E3")


def countable_length(text: str) -> int:
    """Return the length as Threads counts it: the UTF-8 bytes of each emoji, plus the number of other characters."""
    if text.isascii():
        return len(text)
    return len(text) + sum(
        len(grapheme.encode()) - len(grapheme)
        for grapheme in GRAPHEME.findall(text)
        if not grapheme.isascii() and _EMOJI.search(grapheme)  # no ASCII grapheme is an emoji
    )


def _text_lengths(content: Content, media: Sequence[MediaInfo]) -> list[TextLength]:  # noqa: ARG001
    return [TextLength(countable_length(content.text), MAX_CHARACTERS, "emoji_bytes")]


def _text_problems(content: Content) -> list[str]:
    if not (content.text.strip() or content.media_urls):
        return ["A post on Threads needs text, an image or a video."]
    if (links := len(_links(content))) > MAX_LINKS:
        return [f"The post has {links} different links; Threads allows {MAX_LINKS}."]
    return []


def _cautions(content: Content, media: Sequence[MediaInfo]) -> list[Finding]:  # noqa: ARG001
    size = len(content.text.encode())
    if size <= MAX_CHARACTERS or countable_length(content.text) > MAX_CHARACTERS:
        return []
    return [Finding("text", f"The text has {size} bytes; Threads may refuse more than {MAX_CHARACTERS}.")]


def _links(content: Content) -> set[str]:
    """Return the different links of a post. Threads counts the links in the text and the link attachment."""
    written = list(find_urls(content.text))
    bare = _BARE_LINK.finditer(masked(content.text, written))
    attached = content.options.get("linkAttachment")
    found = {url.text for url in written} | {trimmed(match[0]) for match in bare}
    return found | ({attached} if isinstance(attached, str) else set())


def _media_problems(content: Content, media: Sequence[MediaInfo]) -> list[str]:  # noqa: ARG001
    if (items := len(content.media_urls)) > MAX_ITEMS:
        return [f"The post has {items} media items; Threads allows {MAX_ITEMS}."]
    return []


def _item_problems(number: int, item: MediaInfo, content: Content) -> list[str]:  # noqa: ARG001
    return _video_problems(number, item) if item.is_video else _image_problems(number, item)


def _option_problems(content: Content) -> list[str]:
    if content.options.get("linkAttachment") is not None and content.media_urls:
        return ["linkAttachment cannot be combined with media. Remove linkAttachment or the media."]
    return []


def _image_problems(number: int, image: MediaInfo) -> list[str]:
    if image.content_type not in IMAGE_TYPES:
        return [f"Media item {number} has the type {image.content_type[:50]}; Threads accepts JPEG and PNG images."]
    found = []
    if image.size_bytes is not None and image.size_bytes > MAX_IMAGE_BYTES:
        found.append(f"Image {number} has {image.size_bytes:,} bytes; Threads allows {MAX_IMAGE_BYTES:,}.")
    if image.width and image.height:
        longer, shorter = max(image.width, image.height), min(image.width, image.height)
        if longer > MAX_ASPECT * shorter:
            found.append(
                f"Image {number} measures {image.width} x {image.height} pixels; "
                f"Threads allows aspect ratios up to {MAX_ASPECT}:1."
            )
    return found


def _video_problems(number: int, video: MediaInfo) -> list[str]:
    if video.content_type not in VIDEO_TYPES:
        return [f"Media item {number} has the type {video.content_type[:50]}; Threads accepts MP4 and MOV videos."]
    found = []
    if video.size_bytes is not None and video.size_bytes > MAX_VIDEO_BYTES:
        found.append(f"Video {number} has {video.size_bytes:,} bytes; Threads allows {MAX_VIDEO_BYTES:,}.")
    if video.duration_seconds is not None and video.duration_seconds > MAX_VIDEO_SECONDS:
        found.append(f"Video {number} lasts {video.duration_seconds:.0f} seconds; Threads allows {MAX_VIDEO_SECONDS}.")
    return found


OPTIONS = {
    "replyControl": choice(*REPLY_CONTROLS, description="Who may reply."),
    "topicTag": pattern(
        "The topic of the post.",
        lambda value: 1 <= len(value) <= MAX_TOPIC_CHARACTERS and not set(value) & set(".&"),
        f"a string of 1 to {MAX_TOPIC_CHARACTERS} characters without . or &",
        minLength=1,
        maxLength=MAX_TOPIC_CHARACTERS,
        pattern="^[^.&]*$",
    ),
    "linkAttachment": address(
        "The URL of the page that is shown as a card. Allowed only if the post has no media.", is_web_url, WEB_URL
    ),
    "quotePostId": digits("The id of the post to quote.", "the numeric id of a post on Threads, as a string"),
}

rulebook = Rulebook(
    name="Threads",
    options=OPTIONS,
    text_lengths=_text_lengths,
    text=_text_problems,
    media=_media_problems,
    media_item=_item_problems,
    option_values=_option_problems,
    cautions=_cautions,
    media_limits=MediaLimits(
        max_images=MAX_ITEMS,
        max_videos=MAX_ITEMS,
        mixed=True,
        image_types=IMAGE_TYPES,
        video_types=VIDEO_TYPES,
        max_image_bytes=MAX_IMAGE_BYTES,
        max_video_bytes=MAX_VIDEO_BYTES,
    ),
    max_alt_characters=MAX_ALT_CHARACTERS,
    replies="thread",
)
