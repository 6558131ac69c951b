"""The types of the fields of a post, with their allowed values. `minutehand.posts.forms.post` declares the fields."""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from minutehand.media.references import PREFIX, parse_reference
from minutehand.platforms.catalog import ALIASES, DISPLAY_NAMES
from minutehand.platforms.fields import Platform
from minutehand.posts import times
from minutehand.runtime.validation import Problem, shortened

MAX_CONTENT_CHARACTERS = 100_000
"""The maximum length of the content of a post or a part. The documented limits of the platforms are lower, and
are checked separately.
"""
MAX_MEDIA_URLS = 35
"""The maximum number of media items: TikTok's limit for photo posts. The documented limits of other platforms are
lower.
"""
MAX_URL_CHARACTERS = 2_048
MAX_CAMPAIGN_CHARACTERS = 200


def _not_blank(text: str) -> str:
    if not any(character.isprintable() and character != " " for character in text):
        raise Problem("Post content cannot be empty")
    return text


def _once_each(platforms: list[str]) -> list[str]:
    for name in platforms:
        if platforms.count(name) > 1:
            alias = next((f" ({alias} is its alias)" for alias, meant in ALIASES.items() if meant == name), "")
            raise Problem(f"platforms lists {DISPLAY_NAMES[name]} twice{alias}. List each platform once.")
    return platforms


def _web_address(url: str) -> str:
    if url.startswith(PREFIX):
        return _reference(url)
    if any(character.isspace() or character == "\\" or not character.isprintable() for character in url):
        raise Problem("A media URL may not contain spaces, backslashes or characters that are not printable.")
    try:
        parts = urlsplit(url)
        complete = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # The port or the IPv6 address is invalid.
        complete = False
    if not complete:
        raise Problem(
            f'"{shortened(url)}" is not a complete http or https address.', allowed="such as https://example.com/a.jpg"
        )
    if parts.username is not None or parts.password is not None:
        raise Problem("A media URL may not contain a user name or password.")
    return url


def _reference(url: str) -> str:
    if parse_reference(url) is None:
        raise Problem(
            f'"{shortened(url)}" is not the url of a media item. Copy the url from the media library.',
            allowed="such as media:0f8fad5b-d9cb-469f-a165-70867728950e",
        )
    return url


def _written_time(value: object) -> object:
    return value if value is None else times.parse(value)


def _trimmed(text: str) -> str | None:
    return text.strip() or None


Content = Annotated[str, StringConstraints(max_length=MAX_CONTENT_CHARACTERS), AfterValidator(_not_blank)]
Platforms = Annotated[list[Platform], Field(max_length=len(DISPLAY_NAMES)), AfterValidator(_once_each)]
MediaUrl = Annotated[str, StringConstraints(max_length=MAX_URL_CHARACTERS), AfterValidator(_web_address)]
MediaUrls = Annotated[list[MediaUrl], Field(max_length=MAX_MEDIA_URLS)]
Campaign = Annotated[str, StringConstraints(max_length=MAX_CAMPAIGN_CHARACTERS), AfterValidator(_trimmed)]
"""A campaign, stored without surrounding spaces. A blank campaign is stored as None."""
PublishWithin = Annotated[int, Field(ge=60, le=604_800)]
"""The length of the window, from a minute to a week, in seconds. The window begins at the post's scheduled time."""
ScheduledAt = Annotated[Annotated[datetime, WithJsonSchema({"type": "string"})] | None, BeforeValidator(_written_time)]
"""The time as the caller wrote it. A time without an offset is converted later, when the post's time zone is known.
"""
