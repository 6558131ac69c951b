"""The values of options that a platform lists for an account, such as the boards to which the account can add pins.

If a platform has such options (see `Rulebook.choices`), its module ``choices`` has a function ``read_choices``.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from minutehand.platforms.catalog import load_attribute
from minutehand.platforms.identifiers import identifier, printable_name
from minutehand.platforms.port import Account
from minutehand.runtime.clock import Clock

if TYPE_CHECKING:
    import httpx

MAX_CHOICES = 1_000
"""The maximum number of values in a list. Further values are left out."""


class Choice(NamedTuple):
    """A value that an option may have for the account. ``label``: the name that people see instead of the value."""

    value: str
    label: str


type Choices = Mapping[str, list[Choice]]
"""The values that a platform lists for one account, keyed by the name of the list, such as `boards`."""
type ReadChoices = Callable[["httpx.Client", Account, Clock], Choices]
"""Reads the lists of values for an account from its platform, and changes nothing on the platform.

Raises:
    PermissionMissing: the owner has not granted the permission to read a list.
    PublishError: any other failure; see `port`.
"""


def read_choices_of(platform: str) -> ReadChoices:
    """Return the function that reads the lists of values from ``platform``, whose rulebook has `choices`."""
    read: ReadChoices = load_attribute(platform, "choices", "read_choices")
    return read


def valid_choices(found: Iterable[tuple[object, object]]) -> list[Choice]:
    """Return the pairs of a value and a label that a platform returned, without repeated and unusable values.

    At most `MAX_CHOICES` pairs are returned. A value is usable if it can be an id. The value replaces a label that is
    not text or has no printable character.
    """
    choices: dict[str, Choice] = {}
    for given, label in found:
        value = identifier(given)
        if value is not None and value not in choices:
            choices[value] = Choice(value, printable_name(label, value))
        if len(choices) == MAX_CHOICES:
            break
    return list(choices.values())
