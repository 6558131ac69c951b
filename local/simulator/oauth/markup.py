"""Text into HTML."""

from html import escape


def escaped(text: str) -> str:
    """Return ``text`` such that HTML shows it as it is, in elements and in quoted attributes."""
    return escape(text, quote=True)
