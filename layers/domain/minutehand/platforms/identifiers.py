"""Check the ids and texts that adapters read from platforms' responses and later store or use in calls."""

MAX_IDENTIFIER_CHARACTERS = 300
MAX_TEXT_CHARACTERS = 2_048
"""The maximum length of a text that is stored, such as the URL of an upload."""


def identifier(value: object) -> str | None:
    """Return ``value`` if it is a string that can be an id or a name, and None otherwise. See `bounded_text`."""
    return bounded_text(value, MAX_IDENTIFIER_CHARACTERS)


def bounded_text(value: object, max_characters: int = MAX_TEXT_CHARACTERS) -> str | None:
    """Return ``value`` if it is a printable text of 1 to ``max_characters`` characters, and None otherwise."""
    if isinstance(value, str) and 0 < len(value) <= max_characters and value.isprintable():
        return value
    return None


def printable_name(name: object, fallback: str) -> str:
    """Return the printable characters of ``name``, truncated, or ``fallback`` if there are none."""
    text = "".join(char for char in name if char.isprintable()) if isinstance(name, str) else ""
    return text.strip()[:MAX_IDENTIFIER_CHARACTERS] or fallback
