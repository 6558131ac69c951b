"""Turns what pydantic finds wrong into sentences for people."""

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from minutehand.runtime.errors import InvalidInput

MAX_DETAILS = 20
"""Problems that one answer lists; whoever sends more of them is helped by the first few."""
MAX_GIVEN_CHARACTERS = 80
_QUOTED = re.compile(r"'([^']*)'")


class Problem(ValueError):
    """What a validator raises: a sentence of our own, and what would have been right."""

    def __init__(self, sentence: str, *, allowed: object = None) -> None:
        """``allowed`` goes into the details, for programs that offer a choice."""
        self.sentence = sentence
        self.allowed = allowed
        super().__init__(sentence)


def parse[Model: BaseModel](model: type[Model], data: Mapping[str, object], *, confidential: bool = False) -> Model:
    """Read ``data`` as a ``model``.

    ``confidential``: it holds secrets, perhaps in the wrong field, so that the error repeats nothing of it but names
    of fields.

    Raises:
        InvalidInput: with one detail for each problem; the sentence of the first is the error's own.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        known = [field.alias or name for name, field in model.model_fields.items()]
        problems = error.errors(include_url=False)[:MAX_DETAILS]
        details = [_detail(dict(problem), known, confidential=confidential) for problem in problems]
        raise InvalidInput(str(details[0]["message"]), details=details) from None


def invalid(
    field: str, sentence: str, *, given: object, allowed: object = None, code: str | None = None
) -> InvalidInput:
    """Return the error for one field that is wrong for a reason that only a service can know."""
    return InvalidInput(sentence, code=code, details=[_shaped(field, sentence, given, allowed)])


def shortened(value: object) -> object:
    """Return ``value`` as it may be repeated in an answer: long text is cut, anything nested is written as text."""
    if value is None or (isinstance(value, (bool, int, float)) and len(str(value)) <= MAX_GIVEN_CHARACTERS):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MAX_GIVEN_CHARACTERS else text[: MAX_GIVEN_CHARACTERS - 1] + "…"


def _detail(problem: dict[str, Any], known: list[str], *, confidential: bool) -> dict[str, object]:
    field = _path(problem["loc"])
    sentence, allowed = _sentence(field, problem, known)
    given = None if confidential or problem["type"] == "missing" else problem["input"]
    return _shaped(field, sentence, given, allowed)


def _shaped(field: str, sentence: str, given: object, allowed: object) -> dict[str, object]:
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
            most, length = context["max_length"], len(problem["input"])
            return f"{field} may have at most {most:,} characters; this one has {length:,}.", f"at most {most}"
        case "too_long":
            most = context["max_length"]
            return f"{field} may have at most {most} entries.", f"at most {most}"
        case "too_short":
            least = context["min_length"]
            return f"{field} needs at least {least} {'entry' if least == 1 else 'entries'}.", f"at least {least}"
        case "string_too_short":
            return f"{field} may not be empty.", None
        case "greater_than_equal":
            return f"{field} must be at least {context['ge']}.", f"at least {context['ge']}"
        case "less_than_equal":
            return f"{field} must be at most {context['le']:,}.", f"at most {context['le']}"
        case "literal_error":
            values = _QUOTED.findall(context["expected"])
            if not values:  # the only value is no text: True
                return f"{field} must be {context['expected'].lower()}.", context["expected"].lower()
            return f"{field} must be one of {', '.join(values)}.", values
        case kind:
            wanted = _KINDS.get(kind)
            return (f"{field} must be {wanted}.", wanted) if wanted else (f"{field} is not valid.", None)


_KINDS = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
}
