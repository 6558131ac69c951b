"""The options of a post on Instagram, and the fields of the calls that contain these options."""

import json
from collections.abc import Mapping
from typing import Any

from minutehand.platforms.options import Option, address, choice, digits, switch, whole_number
from minutehand.platforms.rulebook import is_media_url

TYPES = ("feed", "reel", "story")
TRIALS = {"manual": "MANUAL", "performance": "SS_PERFORMANCE"}


def type_of(options: Mapping[str, Any]) -> str:
    """Return the type of the post: ``feed``, ``reel`` or ``story``. A single video in the feed becomes a reel."""
    return str(options.get("type", "feed"))


def reel_fields(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of the container for the options of a reel."""
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
    """Return the fields of the container for collaborators, tagged people and the location."""
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


OPTIONS = {
    "type": choice(*TYPES, description="The kind of post."),
    "shareToFeed": switch("Whether a reel is also shown in the feed."),
    "coverUrl": address("The cover image of a reel.", is_media_url, "the URL of an image"),
    "thumbOffset": whole_number(
        "The position of the reel's cover frame, in milliseconds.", "a whole number of milliseconds, 0 or greater"
    ),
    "trialReel": choice(*TRIALS, description="How the trial reel becomes a regular reel."),
    "collaborators": Option(
        {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "description": "The user names of the co-authors of the post. Not available for stories.",
        },
        _is_names,
        "a list of user names",
    ),
    "locationId": digits(
        "The id of the location. Not available for stories.", "the numeric id of a place, as a string"
    ),
    "userTags": Option(
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "username": {"type": "string"},
                    "x": {"type": "number", "minimum": 0, "maximum": 1},
                    "y": {"type": "number", "minimum": 0, "maximum": 1},
                },
                "required": ["username"],
            },
            "description": "The people who are tagged in a single image or video.",
        },
        _is_tags,
        "a list of objects with username and, optionally, x and y from 0 to 1",
    ),
}
