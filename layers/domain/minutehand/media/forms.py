"""The requests of the calls that upload, list and delete media items."""

from contextlib import suppress
from typing import Annotated
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from minutehand.media import thumbnail
from minutehand.media.thumbnail import MAX_BASE64_CHARACTERS
from minutehand.media.types import ALIASES, MEDIA_TYPES, MEGABYTE
from minutehand.runtime.errors import NotFound
from minutehand.runtime.form import Form, Id, parse_id
from minutehand.runtime.validation import Problem, shortened

MAX_FILENAME_CHARACTERS = 255
MAX_SELECTED = 50


def _printable(name: str) -> str:
    name = name.strip()
    if not name or not name.isprintable():
        raise Problem("filename must not be blank, and must contain only printable characters.")
    return name


def _known(content_type: str) -> str:
    given = content_type.strip().lower()
    plain = ALIASES.get(given, given)
    if plain not in MEDIA_TYPES:
        raise Problem(
            f'contentType "{shortened(content_type)}" is not supported. Supported types: {", ".join(MEDIA_TYPES)}.',
            allowed=list(MEDIA_TYPES),
        )
    return plain


ContentType = Annotated[
    str,
    AfterValidator(_known),
    WithJsonSchema({"title": "ContentType", "type": "string", "enum": list(MEDIA_TYPES)}),
]


class NewMediaItem(Form):
    """The body of the call that begins an upload: a description of the file."""

    filename: Annotated[str, StringConstraints(max_length=MAX_FILENAME_CHARACTERS), AfterValidator(_printable)]
    content_type: ContentType
    size_bytes: Annotated[int, Field(ge=1)]

    @field_validator("size_bytes")
    @classmethod
    def _not_too_large(cls, size_bytes: int, info: ValidationInfo) -> int:
        content_type = info.data.get("content_type")
        if content_type is None:  # An unknown media type raises a separate error.
            return size_bytes
        max_bytes = MEDIA_TYPES[content_type].max_bytes
        if size_bytes > max_bytes:
            kind = content_type.partition("/")[0]
            raise Problem(
                f"sizeBytes is {size_bytes:,}; {kind}s may have at most {max_bytes:,} bytes "
                f"({max_bytes // MEGABYTE:,} MB).",
                allowed=f"at most {max_bytes}",
            )
        return size_bytes


class MediaReference(Form):
    """A request body that contains only the id of a media item."""

    media_id: Id

    def id(self) -> UUID:
        """Return the media item's id.

        Raises:
            NotFound: the id is not a UUID, so no media item has this id.
        """
        return parse_id(self.media_id, not_found)


def _thumbnail(text: str | None) -> str | None:
    if text is not None:
        thumbnail.parse(text)
    return text


class CompletedUpload(MediaReference):
    """The body of the call that completes an upload. ``thumbnail``: a small WebP image in base64."""

    thumbnail: Annotated[
        str | None, Field(min_length=1, max_length=MAX_BASE64_CHARACTERS), AfterValidator(_thumbnail)
    ] = None

    def image(self) -> bytes | None:
        """Return the thumbnail, or None if the request has none."""
        return None if self.thumbnail is None else thumbnail.parse(self.thumbnail)


def _ids(text: object) -> list[UUID]:
    found = []
    for part in str(text).split(","):
        with suppress(ValueError):  # no media item has an id that is not a UUID
            found.append(UUID(part.strip()))
    if str(text).count(",") >= MAX_SELECTED:
        raise Problem(f"mediaIds must name at most {MAX_SELECTED} media items.", allowed=f"at most {MAX_SELECTED}")
    return list(dict.fromkeys(found))


class MediaSelection(Form):
    """A query for several media items."""

    media_ids: Annotated[
        list[UUID],
        BeforeValidator(_ids),
        WithJsonSchema({"type": "string", "description": "The ids of media items, separated by commas."}),
    ]


def not_found() -> NotFound:
    """Return the error to raise if the owner has no media item with the given id."""
    return NotFound("You have no media item with this id.", code="media_not_found")
