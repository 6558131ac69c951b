"""The options of a post on Instagram, and their validation."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from minutehand.platforms.rulebook import is_media_url, quoted

TYPES = ("feed", "reel", "story")
TRIALS = {"manual": "MANUAL", "performance": "SS_PERFORMANCE"}


def type_of(options: Mapping[str, Any]) -> str:
    """Return the type of the post: ``feed``, ``reel`` or ``story``. A single video in the feed becomes a reel."""
    return str(options.get("type", "feed"))


def problems(options: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each option whose value is invalid."""
    return [
        f"{name} is {quoted(options[name])}; it must be {allowed}."
        for name, (is_valid, allowed) in CHECKS.items()
        if options.get(name) is not None and not is_valid(options[name])
    ]


def reel_fields(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the call's fields for the options of a reel."""
    fields: dict[str, str] = {}
    if "shareToFeed" in options:
        fields["share_to_feed"] = "true" if options["shareToFeed"] else "false"
    if cover := options.get("coverUrl"):
        fields["cover_url"] = cover
    if (offset := options.get("thumbOffset")) is not None:
        fields["thumb_offset"] = str(offset)
    if trial := options.get("trialReel"):
        fields["trial_params"] = json.dumps({"graduation_strategy": TRIALS[trial]})
    return fields


def people_fields(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the call's fields for collaborators, tagged people and the location."""
    fields: dict[str, str] = {}
    if collaborators := options.get("collaborators"):
        fields["collaborators"] = json.dumps(collaborators)
    if location := options.get("locationId"):
        fields["location_id"] = location
    if tags := options.get("userTags"):
        fields["user_tags"] = json.dumps(tags)
    return fields


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) and name for name in value)


def _is_tags(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(tag, Mapping)
        and isinstance(tag.get("username"), str)
        and all(isinstance(tag.get(side, 0), int | float) and 0 <= tag.get(side, 0) <= 1 for side in ("x", "y"))
        for tag in value
    )


CHECKS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "type": (lambda value: value in TYPES, f"one of {', '.join(TYPES)}"),
    "shareToFeed": (lambda value: isinstance(value, bool), "true or false"),
    "coverUrl": (is_media_url, "the URL of an image"),
    "thumbOffset": (lambda value: type(value) is int and value >= 0, "a number of milliseconds, 0 or greater"),
    "trialReel": (lambda value: isinstance(value, str) and value in TRIALS, f"one of {', '.join(TRIALS)}"),
    "collaborators": (_is_names, "a list of user names"),
    "locationId": (
        lambda value: isinstance(value, str) and value.isascii() and value.isdigit(),
        "the numeric id of a place",
    ),
    "userTags": (_is_tags, "a list of objects with username, and x and y from 0 to 1"),
}
"""The check of each option: a function that returns whether a value is valid, and a description of the valid values."""
