"""The facts about the simulated platforms that the demonstration and the tests need.

The module of a platform holds ``identity``, if accounts have a bearer token, and ``requirements``, if a text is not a
valid post.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from local.simulator.discovery import find_attributes


@dataclass(frozen=True, slots=True)
class Identity:
    """The call that identifies the account of a token, and a function that reads its id and handle from the response.

    ``call``: a path, without the platform's name.
    """

    call: str
    read: Callable[[Any], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a post requires in addition to a text. ``image``: an image, or a video instead."""

    media: Literal["image", "video"] | None = None
    options: dict[str, Any] = field(default_factory=dict)


def identities() -> Mapping[str, Identity]:
    """Return the identity of each platform whose accounts have a bearer token."""
    return dict(find_attributes("local.simulator", "identity"))


def requirements_of(platform: str) -> Requirements:
    """Return what a post on ``platform`` requires."""
    found: Mapping[str, Requirements] = dict(find_attributes("local.simulator", "requirements"))
    return found.get(platform, Requirements())
