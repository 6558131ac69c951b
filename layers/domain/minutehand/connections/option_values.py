"""The response with the values that a platform lists for the options of a connected account."""

from typing import TypedDict


class Choice(TypedDict):
    """A value that an option may have for the account."""

    value: str
    label: str
    """The name of the value, for people."""


class OptionValues(TypedDict):
    """The values of options, as the platform lists them for the account."""

    options: dict[str, list[Choice]]
    """The values, keyed by the name of the list, such as `boards`."""
