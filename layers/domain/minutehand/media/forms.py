"""What the calls about the media library take."""

import re
from typing import Annotated
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic.alias_generators import to_camel

from minutehand.media.types import KINDS, MEGABYTE
from minutehand.runtime.errors import NotFound
from minutehand.runtime.validation import Problem, shortened

MAX_FILENAME_CHARACTERS = 255
MAX_TAKE = 100
_NUMBER = re.compile(r"[0-9]{1,9}")


class Form(BaseModel):
    """What a call takes: names in camelCase, kinds taken at their word, nothing unknown."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)


def _printable(name: str) -> str:
    name = name.strip()
    if not name or not name.isprintable():
        raise Problem("filename must be a name without control characters.")
    return name


def _known(content_type: str) -> str:
    plain = content_type.strip().lower()
    if plain not in KINDS:
        raise Problem(
            f'contentType "{shortened(content_type)}" is not taken. These are: {", ".join(KINDS)}.', allowed=list(KINDS)
        )
    return plain


class NewMediaItem(Form):
    """A file that is to be uploaded, as its owner announces it."""

    filename: Annotated[str, StringConstraints(max_length=MAX_FILENAME_CHARACTERS), AfterValidator(_printable)]
    content_type: Annotated[str, AfterValidator(_known)]
    size_bytes: Annotated[int, Field(ge=1)]

    @field_validator("size_bytes")
    @classmethod
    def _not_too_large(cls, size_bytes: int, info: ValidationInfo) -> int:
        content_type = info.data.get("content_type")
        if content_type is None:  # that is what is wrong, then
            return size_bytes
        most = KINDS[content_type].max_bytes
        if size_bytes > most:
            what = content_type.partition("/")[0]
            raise Problem(
                f"sizeBytes is {size_bytes:,}; {what}s may have at most {most:,} ({most // MEGABYTE:,} MB).",
                allowed=f"at most {most}",
            )
        return size_bytes


class MediaReference(Form):
    """The body of a call that takes nothing but an item."""

    media_id: str

    def id(self) -> UUID:
        """Return the item's id.

        Raises:
            NotFound: it is no UUID, so that no item can have it.
        """
        try:
            return UUID(self.media_id)
        except ValueError:
            raise not_found() from None


def _number(value: object) -> int:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise Problem("take must be a whole number.")
    return int(value)


class MediaQuery(Form):
    """The query of the list."""

    take: Annotated[int, BeforeValidator(_number), Field(ge=1, le=MAX_TAKE)] = 50
    cursor: str | None = None


def not_found() -> NotFound:
    """Return the error for an item that is not there, or is another's."""
    return NotFound("There is no file with this id in your media library.", code="media_not_found")
