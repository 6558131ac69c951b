"""Validates input with pydantic, and turns pydantic's errors into sentences for people."""

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from minutehand.runtime.errors import InvalidInput

MAX_DETAILS = 20
"""The maximum number of problems that one response lists."""
MAX_GIVEN_CHARACTERS = 80
_QUOTED = re.compile(r"'([^']*)'")


class Problem(ValueError):
    """The error that validators raise, with a sentence for people and the allowed values."""

    def __init__(self, sentence: str, *, allowed: object = None) -> None:
        """Store the sentence. ``allowed``: the allowed values, for the details of the response."""
        self.sentence = sentence
        self.allowed = allowed
        super().__init__(sentence)


def parse[Model: BaseModel](model: type[Model], data: Mapping[str, object], *, confidential: bool = False) -> Model:
    """Validate ``data`` and return it as a ``model``.

    ``confidential``: True if ``data`` contains secrets, perhaps in the wrong field. The details of the error then do
    not repeat the given values.

    Raises:
        InvalidInput: ``data`` is not valid. The error has the message of the first problem, and a detail for each of
            the first `MAX_DETAILS` problems.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        known = [field.alias or name for name, field in model.model_fields.items()]
        # A misspelled name comes first, because it often explains why another field is missing.
        problems = sorted(error.errors(include_url=False), key=lambda problem: problem["type"] != "extra_forbidden")
        details = [_detail(dict(problem), known, confidential=confidential) for problem in problems[:MAX_DETAILS]]
        raise InvalidInput(str(details[0]["message"]), details=details) from None


def invalid(
    field: str, sentence: str, *, given: object, allowed: object = None, code: str | None = None
) -> InvalidInput:
    """Return the error for one invalid field, for checks that a model cannot make."""
    return InvalidInput(sentence, code=code, details=[_as_detail(field, sentence, given, allowed)])


def shortened(value: object) -> object:
    """Return ``value`` in a form that a response can include.

    Long text is truncated, nested values become JSON text, and unpaired surrogates become question marks.
    """
    if value is None or (isinstance(value, (bool, int, float)) and len(str(value)) <= MAX_GIVEN_CHARACTERS):
        return value
    return shortened_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))


def shortened_text(text: str) -> str:
    """Return ``text`` in a form that a response can include; see `shortened`."""
    if len(text) > MAX_GIVEN_CHARACTERS:
        text = text[: MAX_GIVEN_CHARACTERS - 1] + "…"
    return text.encode("utf-8", "replace").decode("utf-8")  # Lambda cannot encode unpaired surrogates


def _detail(problem: dict[str, Any], known: list[str], *, confidential: bool) -> dict[str, object]:
    field = _path(problem["loc"])
    sentence, allowed = _sentence(field, problem, known)
    given = None if confidential or problem["type"] == "missing" else problem["input"]
    return _as_detail(field, sentence, given, allowed)


def _as_detail(field: str, sentence: str, given: object, allowed: object) -> dict[str, object]:
    detail = {"field": field, "message": sentence, "given": shortened(given)}
    return detail if allowed is None else detail | {"allowed": allowed}


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{shortened(step)}" if path else str(shortened(step))
    return path


def _sentence(field: str, problem: dict[str, Any], known: list[str]) -> tuple[str, object]:
    context = problem.get("ctx", {})
    if isinstance(raised := context.get("error"), Problem):
        return raised.sentence, raised.allowed
    match problem["type"]:
        case "missing":
            return f"{field} is required.", None
        case "extra_forbidden":
            return f"There is no field {field}. The fields are: {', '.join(known)}.", known
        case "string_too_long":
            maximum, length = context["max_length"], len(problem["input"])
            return f"{field} is {length:,} characters long; at most {maximum:,} are allowed.", f"at most {maximum}"
        case "too_long":
            maximum = context["max_length"]
            return f"{field} may have at most {maximum} entries.", f"at most {maximum}"
        case "too_short":
            minimum = context["min_length"]
            entries = "entry" if minimum == 1 else "entries"
            return f"{field} must have at least {minimum} {entries}.", f"at least {minimum}"
        case "string_too_short":
            return f"{field} must not be empty.", None
        case "greater_than_equal":
            return f"{field} must be at least {context['ge']}.", f"at least {context['ge']}"
        case "less_than_equal":
            return f"{field} must be at most {context['le']:,}.", f"at most {context['le']}"
        case "literal_error":
            values = _QUOTED.findall(context["expected"])
            if not values:  # the only allowed value is the boolean True, not a string
                return f"{field} must be {context['expected'].lower()}.", context["expected"].lower()
            return f"{field} must be one of {', '.join(values)}.", values
        case kind:
            expected = _TYPES.get(kind)
            return (f"{field} must be {expected}.", expected) if expected else (f"{field} is not valid.", None)


_TYPES = {
    "string_type": "a string",
    "bool_type": "true or false",
    "int_type": "an integer",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
}
