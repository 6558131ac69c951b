"""Validates the parts of a thread after the first part, which are texts or objects with content and media."""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from minutehand.posts.fields import Content
from minutehand.posts.platform_fields import Variant, as_given
from minutehand.runtime.validation import Problem

MAX_PARTS = 50
"""The maximum number of parts that follow the first part of a thread."""


class Part(Variant):
    """A part of a thread after the first one. The validator is built for the first such part that is an object."""

    content: Content


_TEXT: TypeAdapter[str] = TypeAdapter(Content)


def valid_parts(parts: object) -> list[Any]:
    """Return the parts of a thread after the first one, as the caller wrote them.

    Raises:
        Problem: ``parts`` is not a list of valid parts, or is too long.
    """
    if not isinstance(parts, list) or len(parts) > MAX_PARTS:
        raise Problem(f"thread must be a list of at most {MAX_PARTS} parts: strings, or objects with content.")
    read: list[Any] = []
    for number, part in enumerate(parts, start=2):
        try:
            read.append(_TEXT.validate_python(part) if isinstance(part, str) else as_given(Part.model_validate(part)))
        except ValidationError as error:
            raise Problem(f"Part {number} of the thread is not valid: {_first(error)}") from None
    return read


def _first(error: ValidationError) -> str:
    problem = error.errors(include_url=False)[0]
    raised = problem.get("ctx", {}).get("error")
    if isinstance(raised, Problem):
        return raised.sentence
    where = ".".join(map(str, problem["loc"]))
    return f"{f'{where}: ' if where else ''}{problem['msg']}."
