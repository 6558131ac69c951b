"""A post's fields for a platform or a media item: variants, options, threads, first comments, alt texts, connections.

The columns store these fields under the names of the API, in camelCase. `minutehand.platforms.composition` reads them.
"""

import json
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationError,
)

from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.platforms.fields import Platform
from minutehand.posts.fields import MAX_URL_CHARACTERS, Content, MediaUrls
from minutehand.runtime.form import Form
from minutehand.runtime.validation import Problem, shortened

if TYPE_CHECKING:
    from pydantic import TypeAdapter

MAX_ALT_TEXT_CHARACTERS = 10_000
"""The maximum length of an alternative text, far above every platform's limit. The platforms' own limits are checked
separately.
"""
MAX_ALT_TEXTS = 1_000
"""The maximum number of alternative texts in one object."""
MAX_PARTS = 50
"""The maximum number of parts after the first part of a thread."""
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

    The validator of this class is built with the forms that contain variants.
    """

    content: Content = ""
    media_urls: MediaUrls = Field(default_factory=list)
    alt_texts: AltTexts = Field(default_factory=dict)


class Part(Variant):
    """A part of a thread after the first one. The validator is built for the first such part that is an object."""

    content: Content


def _as_given(model: Variant) -> dict[str, Any]:
    return model.model_dump(by_alias=True, exclude_unset=True)


def _thread(parts: object) -> list[Any]:
    if not isinstance(parts, list) or len(parts) > MAX_PARTS:
        raise Problem(f"thread must be a list of at most {MAX_PARTS} parts: strings, or objects with content.")
    read: list[Any] = []
    for number, part in enumerate(parts, start=2):
        try:
            read.append(
                _text().validate_python(part) if isinstance(part, str) else _as_given(Part.model_validate(part))
            )
        except ValidationError as error:
            raise Problem(f"Part {number} of the thread is not valid: {_first(error)}") from None
    return read


@cache
def _text() -> "TypeAdapter[str]":
    from pydantic import TypeAdapter  # imported late, because most posts have no thread

    return TypeAdapter(Content)


def _first(error: ValidationError) -> str:
    problem = error.errors(include_url=False)[0]
    raised = problem.get("ctx", {}).get("error")
    if isinstance(raised, Problem):
        return raised.sentence
    where = ".".join(map(str, problem["loc"]))
    return f"{f'{where}: ' if where else ''}{problem['msg']}."


def _options(options: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    if len(json.dumps(options, ensure_ascii=False)) > MAX_OPTIONS_CHARACTERS:
        raise Problem(f"platformOptions may have at most {MAX_OPTIONS_CHARACTERS:,} characters as JSON.")
    return {name: _platform_options(name, given) for name, given in options.items()}


def _platform_options(name: str, given: dict[str, Any]) -> dict[str, Any]:
    options = {option: value for option, value in given.items() if value is not None}  # null removes the option
    comment = options.get("firstComment")
    if comment is not None and (not isinstance(comment, str) or not comment.strip()):
        raise Problem(f"firstComment for {DISPLAY_NAMES[name]} must be a string that is not blank.", allowed="a string")
    if "thread" in options:
        options["thread"] = _thread(options["thread"])
        if not options["thread"]:
            del options["thread"]
    if "thread" in options and comment is not None:
        raise Problem(f"Give {DISPLAY_NAMES[name]} either thread or firstComment, not both.")
    return options


def _variants(variants: dict[str, Variant]) -> dict[str, dict[str, Any]]:
    return {name: _as_given(variant) for name, variant in variants.items()}


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


type PlatformOptions = Annotated[dict[Platform, dict[str, Any]], AfterValidator(_options)]
"""The options for each platform, including ``thread`` and ``firstComment``."""
# The models only validate the variants. The field contains the variants as the caller wrote them, so the serializer
# returns them unchanged.
type Variants = Annotated[dict[Platform, Variant], AfterValidator(_variants), PlainSerializer(lambda given: given)]
"""The variants, keyed by platform. The content and the mediaUrls of a variant replace those of the post. The altTexts
of a variant replace the texts of the post for the same URLs.
"""
ConnectionIds = Annotated[list[UUID], Field(max_length=MAX_CONNECTIONS), BeforeValidator(_ids)]
"""The connections to which the post goes, instead of the default connections on their platforms."""
