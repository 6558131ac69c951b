"""An example of each field of a post. A test fails if a field has no example."""

from typing import Any, NamedTuple


class Example(NamedTuple):
    """``given``: a value other than the default, as responses return it. ``max_characters``: the limit of a text."""

    default: Any
    given: Any
    max_characters: int | None = None


IMAGE = "https://example.com/a.jpg?size=2"
CONTENT = "Naïve café 🏺\nsecond line"
EXAMPLES = {
    "content": Example("The kiln is warm.", CONTENT, 100_000),
    "platforms": Example([], ["x", "instagram"]),
    "mediaUrls": Example([], [IMAGE, "http://example.com/b.jpg"]),
    "altTexts": Example({}, {IMAGE: "A kiln."}),
    "platformOptions": Example({}, {"x": {"firstComment": "More soon."}}),
    "variants": Example({}, {"x": {"content": "Warm."}}),
    "connectionIds": Example([], []),  # an id exists only in the database of a test
    "publishWithinSeconds": Example(None, 3_600),
    "scheduledAt": Example(None, "2026-03-02T12:00:00.000Z"),
    "timezone": Example("UTC", "Europe/Berlin"),
    "campaign": Example(None, "Open studio", 200),
    "notes": Example(None, "Ask Mia.", 10_000),
    "approvalRequired": Example(False, True),
}
DEFAULTS = {name: example.default for name, example in EXAMPLES.items()}
COMPLETE = {name: example.given for name, example in EXAMPLES.items()}
"""A post with all fields except ``connectionIds``."""
