"""A post's fields for a platform or a media item: variants, options, threads, first comments, alt texts, connections.

The columns contain JSON with the names of the API, in camelCase. `minutehand.platforms.composition` reads the columns.
"""

import json
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
)
from pydantic_core import CoreSchema, core_schema

from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.platforms.fields import Platform
from minutehand.posts.fields import MAX_URL_CHARACTERS, Content, MediaUrls
from minutehand.runtime.form import Form
from minutehand.runtime.validation import Problem, shortened

MAX_ALT_TEXT_CHARACTERS = 10_000
"""The maximum length of an alternative text. The documented limits of the platforms are lower, and are checked
separately.
"""
MAX_ALT_TEXTS = 1_000
"""The maximum number of alternative texts in one object."""
MAX_OPTIONS_CHARACTERS = 100_000
"""The maximum length of all options of a post as JSON."""
MAX_CONNECTIONS = 50


type AltTexts = Annotated[
    dict[
        Annotated[str, StringConstraints(max_length=MAX_URL_CHARACTERS)],
        Annotated[str, StringConstraints(max_length=MAX_ALT_TEXT_CHARACTERS)],
    ],
    Field(max_length=MAX_ALT_TEXTS),
]
"""The alternative texts of media items, keyed by URL."""


class Variant(Form, defer_build=True):
    """A variant of a post for one platform. A field that is not given has the value of the post's field.

    Pydantic builds the validator of this class when it builds the forms that contain variants.
    """

    content: Content = ""
    media_urls: MediaUrls = Field(default_factory=list)
    alt_texts: AltTexts = Field(default_factory=dict)


def as_given(model: Variant) -> dict[str, Any]:
    """Return the fields of a variant as the caller wrote them."""
    return model.model_dump(by_alias=True, exclude_unset=True)


def _options(options: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    if len(json.dumps(options, ensure_ascii=False)) > MAX_OPTIONS_CHARACTERS:
        raise Problem(f"platformOptions may have at most {MAX_OPTIONS_CHARACTERS:,} characters as JSON.")
    return {name: _platform_options(name, given) for name, given in options.items()}


def _platform_options(name: str, given: dict[str, Any]) -> dict[str, Any]:
    options = {option: value for option, value in given.items() if value is not None}  # null removes the option
    comment = options.get("firstComment")
    if comment is not None and (not isinstance(comment, str) or not comment.strip()):
        allowed = "a string that is not blank"
        raise Problem(f"firstComment for {DISPLAY_NAMES[name]} must be {allowed}.", allowed=allowed)
    if "thread" in options:
        from minutehand.posts.thread import valid_parts  # imported late, because most posts have no thread

        options["thread"] = valid_parts(options["thread"])
        if not options["thread"]:
            del options["thread"]
    if "thread" in options and comment is not None:
        raise Problem(f"platformOptions.{name} has both thread and firstComment. Use only one of them.")
    return options


def _variants(variants: dict[str, Variant]) -> dict[str, dict[str, Any]]:
    return {name: as_given(variant) for name, variant in variants.items()}


def _ids(texts: object) -> object:
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return texts  # pydantic reports that the value is not a list of strings
    ids: dict[UUID, None] = {}
    for text in texts:
        try:
            connection_id = UUID(text)
        except ValueError:
            raise Problem(f'"{shortened(text)}" in connectionIds is not the id of a connection.') from None
        if connection_id in ids:
            raise Problem(f'connectionIds lists "{shortened(text)}" twice.')
        ids[connection_id] = None
    return list(ids)


class _SerializedAsGiven:
    """Marks the field of the variants. The field contains the variants as the caller wrote them, not their models, so
    the serializer returns the field unchanged. Pydantic's `PlainSerializer` does the same, but is slow to import.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        unchanged = core_schema.plain_serializer_function_ser_schema(lambda given: given)
        return {**handler(source), "serialization": unchanged}


type PlatformOptions = Annotated[dict[Platform, dict[str, Any]], AfterValidator(_options)]
"""The options for each platform, including ``thread`` and ``firstComment``."""
type Variants = Annotated[dict[Platform, Variant], AfterValidator(_variants), _SerializedAsGiven]
"""The variants, keyed by platform. The content and the mediaUrls of a variant replace those of the post. The altTexts
of a variant replace the texts of the post for the same URLs.
"""
ConnectionIds = Annotated[list[UUID], Field(max_length=MAX_CONNECTIONS), BeforeValidator(_ids)]
"""The connections to which the post goes, instead of the default connections on their platforms."""
