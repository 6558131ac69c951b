"""The facts about the simulated platforms that the demonstration and the tests need.

A platform's module defines ``identity`` if accounts have a bearer token, and ``requirements`` if a text alone is not a
valid post. If the platform processes videos, the module also defines ``processing_step``: the step at which a fault of
the kind ``processing`` delays a video.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from local.simulator.discovery import find_attributes


@dataclass(frozen=True, slots=True)
class Identity:
    """The API call that returns the account of a token.

    ``call``: the path, without the platform's name.
    ``read``: a function that returns the account's id and handle from the response.
    """

    call: str
    read: Callable[[Any], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Requirements:
    """The media and the options that a post requires in addition to a text. A video may replace a required image.

    ``demo_options``: further options, which only the demonstration sets.
    """

    media: Literal["image", "video"] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    demo_options: dict[str, Any] = field(default_factory=dict)


def identities() -> Mapping[str, Identity]:
    """Return the identity of each platform whose accounts have a bearer token."""
    return dict(find_attributes("local.simulator", "identity"))


def processing_steps() -> Mapping[str, str]:
    """Return the step at which each platform that processes videos begins to process one."""
    return dict(find_attributes("local.simulator", "processing_step"))


def requirements_of(platform: str) -> Requirements:
    """Return the media and the options that a post on ``platform`` requires."""
    found: Mapping[str, Requirements] = dict(find_attributes("local.simulator", "requirements"))
    return found.get(platform, Requirements())
