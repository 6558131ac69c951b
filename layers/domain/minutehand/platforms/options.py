"""The options of a platform, each declared once. The declaration checks values and describes them as JSON Schema."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

MAX_QUOTED_CHARACTERS = 60
"""The maximum number of characters of a value that an error message repeats."""
CHOICES = "x-choices"
"""The schema keyword that names the list of an option's values, if the values depend on the account."""
WEB_URL = "a URL that begins with http:// or https://"


class Option(NamedTuple):
    """An option of a platform."""

    schema: Mapping[str, Any]
    """The JSON Schema of the valid values, with a description for people."""
    is_valid: Callable[[Any], bool]
    """A function that returns whether a value is valid."""
    allowed: str
    """The description of the valid values, which follows "it must be" in an error message."""
    problems: Callable[[str, Any], list[str]] | None = None
    """A function that returns a sentence for each problem, given the option's name and the value. Without it, the error
    message states ``allowed``.
    """
    required: bool = False
    """Whether every post on the platform needs the option."""

    def findings(self, name: str, value: object) -> list[str]:
        """Return a sentence for each reason why ``value`` is not valid."""
        if self.problems is not None:
            return self.problems(name, value)
        return [] if self.is_valid(value) else [f"{name} is {quoted(value)}; it must be {self.allowed}."]


def choice(*values: str, description: str, **extra: Any) -> Option:
    """Return an option whose value is one of ``values``."""
    schema = {"type": "string", "enum": list(values), "description": description} | extra
    return Option(schema, lambda value: isinstance(value, str) and value in values, f"one of {', '.join(values)}")


def switch(description: str) -> Option:
    """Return an option whose value is true or false."""
    return Option(
        {"type": "boolean", "description": description}, lambda value: isinstance(value, bool), "true or false"
    )


def text(description: str, *, problems: Callable[[str, str], list[str]] | None = None, **limits: Any) -> Option:
    """Return an option whose value is a string. ``problems``: further checks. ``limits``: the JSON Schema keywords for
    these checks.
    """

    def check(name: str, value: Any) -> list[str]:
        if not isinstance(value, str):
            return [f"{name} is {quoted(value)}; it must be a string."]
        return problems(name, value) if problems else []

    schema = {"type": "string", "description": description} | limits
    return Option(schema, lambda value: not check("", value), "a string", check)


def pattern(description: str, is_valid: Callable[[str], bool], allowed: str, **schema: Any) -> Option:
    """Return an option whose value is a string that ``is_valid`` accepts."""
    return Option(
        {"type": "string", "description": description} | schema,
        lambda value: isinstance(value, str) and is_valid(value),
        allowed,
    )


def digits(description: str, allowed: str, **extra: Any) -> Option:
    """Return an option whose value is a string of digits, such as an id. Numbers are not accepted, because many JSON
    parsers round large numbers.
    """
    return pattern(description, lambda value: value.isascii() and value.isdigit(), allowed, pattern="^[0-9]+$", **extra)


def whole_number(description: str, allowed: str) -> Option:
    """Return an option whose value is a non-negative integer."""
    schema = {"type": "integer", "minimum": 0, "description": description}
    return Option(schema, lambda value: type(value) is int and value >= 0, allowed)


def address(
    description: str,
    is_valid: Callable[[object], bool],
    allowed: str,
    *,
    problems: Callable[[str, str], list[str]] | None = None,
    **limits: Any,
) -> Option:
    """Return an option whose value is a URL. ``problems``: further checks of a valid URL."""

    def check(name: str, value: Any) -> list[str]:
        if not is_valid(value):
            return [f"{name} is {quoted(value)}; it must be {allowed}."]
        return problems(name, value) if problems else []

    schema = {"type": "string", "format": "uri", "description": description} | limits
    return Option(schema, lambda value: not check("", value), allowed, check)


def schema_of(options: Mapping[str, Option]) -> dict[str, Any]:
    """Return the JSON Schema of an object with these options."""
    return {
        "type": "object",
        "properties": {name: dict(option.schema) for name, option in options.items()},
        "required": [name for name, option in options.items() if option.required],
    }


def quoted(value: object) -> str:
    """Return a short, printable form of the user's ``value``, for use in a sentence."""
    written = repr(value)
    return written if len(written) <= MAX_QUOTED_CHARACTERS else written[: MAX_QUOTED_CHARACTERS - 1] + "…"
