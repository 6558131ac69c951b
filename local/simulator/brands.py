"""The appearance of each platform on the simulator's pages: the layout of its posts, and its colour.

A platform's module defines its layout as ``brand``. A platform whose module has no ``brand`` has the plain layout. The
catalog of platforms contains the colour.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from local.simulator.discovery import find_attributes
from minutehand.platforms.catalog import PLATFORMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """The layout of a post on one platform."""

    parts: tuple[str, ...] = ("body", "media", "link")
    """The parts from top to bottom, as cards.js names them. The author comes first unless ``by`` is among the parts."""
    actions: tuple[str, ...] = ()
    """The icons below a post, as timeline.html names them, each with an optional label after a space."""
    style: tuple[str, ...] = ()
    """The classes of brands.css that a post has."""
    carousel: bool = False
    """Whether several images are in one row."""
    mentions: str = ""
    """The base URL of mentions, or an empty string if they are not links."""
    hashtags: str = ""
    """The base URL of hashtags, or an empty string if they are not links."""


def brands() -> Mapping[str, Mapping[str, Any]]:
    """Return the name and the layout of each platform as JSON."""
    found: Mapping[str, Brand] = dict(find_attributes("local.simulator", "brand"))
    return {key: {"name": platform.name, **asdict(found.get(key, Brand()))} for key, platform in PLATFORMS.items()}


def stylesheet() -> str:
    """Return the styles of the layouts, and the colour of each platform."""
    layouts = files("local.simulator").joinpath("brands.css").read_text(encoding="utf-8")
    colours = [f'[data-platform="{key}"] {{ --platform: {each.color}; }}' for key, each in PLATFORMS.items()]
    return "\n".join([*colours, layouts])
