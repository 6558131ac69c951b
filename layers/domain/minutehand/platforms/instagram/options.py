"""What an author may choose on Instagram, and what is wrong with a choice."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from minutehand.platforms.rulebook import is_media_url, quoted

TYPES = ("feed", "reel", "story")
TRIALS = {"manual": "MANUAL", "performance": "SS_PERFORMANCE"}


def type_of(options: Mapping[str, Any]) -> str:
    """Return where the post goes: ``feed`` (a single video is a reel there), ``reel`` or ``story``."""
    return str(options.get("type", "feed"))


def problems(options: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each option that Instagram would not understand."""
    return [
        f"{name} is {quoted(options[name])}; {allowed}."
        for name, (is_right, allowed) in CHECKS.items()
        if options.get(name) is not None and not is_right(options[name])
    ]


def reel_fields(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the options of a reel as the call wants them."""
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
    """Return who made the post, who is on it and where it was made, as the call wants them."""
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
    "type": (lambda value: value in TYPES, f"Instagram knows {', '.join(TYPES)}"),
    "shareToFeed": (lambda value: isinstance(value, bool), "give true or false"),
    "coverUrl": (is_media_url, "give the address of an image"),
    "thumbOffset": (lambda value: type(value) is int and value >= 0, "give milliseconds from the start"),
    "trialReel": (lambda value: isinstance(value, str) and value in TRIALS, f"Instagram knows {', '.join(TRIALS)}"),
    "collaborators": (_is_names, "give a list of user names"),
    "locationId": (
        lambda value: isinstance(value, str) and value.isascii() and value.isdigit(),
        "give the number of a place",
    ),
    "userTags": (_is_tags, "give a list of objects with a username, and x and y from 0 to 1"),
}
"""The options: whether a value is right, and what it may be."""
