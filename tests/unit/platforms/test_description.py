"""The description of each platform: its schema, its rules and docs/platforms.md agree."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from local.simulator.demo import requirements_of
from minutehand.platforms.catalog import AUTHORIZABLE, CONNECTORS, DISPLAY_NAMES, PLATFORMS, Platform
from minutehand.platforms.description import described
from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import rulebook_for
from tests.support.platforms_page import section

RULES = described("sandbox")
OPTIONS = [(platform, name) for platform in DISPLAY_NAMES for name in RULES[platform]["options"]["properties"]]
CHOICES = [(platform, name) for platform, name in OPTIONS if "enum" in RULES[platform]["options"]["properties"][name]]
VALUES: list[Any] = [
    *(True, False, 0, 1, -1, 1.5, 10**20, "", "7", "12345", "\u0667", "x" * 60, "x" * 300, "x" * 3_000, "en", "en_US"),
    *("https://ex.am/a.jpg", "media:0f8fad5b-d9cb-469f-a165-70867728950e", "ftp://ex.am", [], ["a"], [""], [1], {}),
    *(
        "a.b",
        "a<b",
        ["en"] * 4,
        {"options": ["a", "b"], "durationMinutes": 5},
        {"options": ["a"], "durationMinutes": 5},
    ),
    *({"options": ["a"], "durationMinutes": 5}, {"options": ["a", "b"], "durationMinutes": True}),
    *({"url": "https://ex.am", "title": "A"}, {"title": "A"}),
    *([{"username": "a"}], [{"username": "a", "x": 2}], [{"x": 0.5}], "urn:li:organization:12"),
]
NOT_IN_SCHEMA: dict[tuple[str, str], list[Any]] = {
    ("bluesky", "languages"): [[""], ["a"]],  # the grammar of language tags
    ("linkedin", "organization"): [10**20],
}
"""Values that the rules refuse although the schema accepts them."""


def schema(platform: str, option: str) -> dict[str, Any]:
    found: dict[str, Any] = RULES[platform]["options"]["properties"][option]
    return found


def refused(platform: str, option: str, value: object) -> list[str]:
    """Return the sentences about a value, whatever the other options of a valid post are."""
    return rulebook_for(platform).options[option].findings(option, value)


def test_names_monograms_and_colours_differ() -> None:
    for values in zip(*((each.name, each.monogram, each.color) for each in PLATFORMS.values()), strict=True):
        assert len(set(values)) == len(PLATFORMS)


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS)
def test_monogram_has_one_or_two_letters_and_the_colour_six_digits(platform: Platform) -> None:
    assert re.fullmatch(r"[A-Z][a-z]?", platform.monogram)
    assert platform.monogram[0] == platform.name[0]
    assert re.fullmatch(r"#[0-9a-f]{6}", platform.color)


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_schema_has_the_options_of_the_page(platform: str) -> None:
    rows = [line.strip("| ").split(" | ")[0] for line in section(platform).splitlines() if line.startswith("| `")]
    listed = {name for names in rows for name in re.findall(r"`(\w+)`", names)}

    assert set(RULES[platform]["options"]["properties"]) == listed
    Draft202012Validator.check_schema(RULES[platform]["options"])


@pytest.mark.parametrize(("platform", "option"), OPTIONS)
def test_option_is_described_in_a_sentence(platform: str, option: str) -> None:
    assert re.fullmatch(r"[A-Z].+\.", schema(platform, option)["description"])


@pytest.mark.parametrize(("platform", "option"), OPTIONS)
def test_rule_and_schema_agree_on_every_value(platform: str, option: str) -> None:
    validator = Draft202012Validator(schema(platform, option))
    is_url = schema(platform, option).get("format") == "uri"  # JSON Schema does not check formats
    values = [value for value in VALUES if not is_url or not isinstance(value, str)]

    differing = [value for value in values if validator.is_valid(value) == bool(refused(platform, option, value))]

    allowed = NOT_IN_SCHEMA.get((platform, option), [])
    assert [value for value in differing if value not in allowed] == []
    assert [
        option
        for option in [rulebook_for(platform).options[option]]
        for value in VALUES
        if option.is_valid(value) == bool(option.findings("name", value))
    ] == []


@pytest.mark.parametrize(("platform", "option"), CHOICES)
def test_each_listed_value_is_valid_and_any_other_is_refused(platform: str, option: str) -> None:
    values = schema(platform, option)["enum"]

    assert [value for value in values if refused(platform, option, value)] == []
    assert refused(platform, option, values[0] + "?") != []


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_required_options_are_those_without_which_a_post_is_refused(platform: str) -> None:
    required = RULES[platform]["options"]["required"]
    content = Content("x", ("https://ex.am/a.jpg",))

    found = [finding.sentence for finding in rulebook_for(platform).findings(content) if finding.about == "options"]

    assert [sentence.partition(" ")[0] for sentence in found] == required
    assert set(requirements_of(platform).options) == set(required)


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_text_limits_are_those_of_a_usual_post(platform: str) -> None:
    first = RULES[platform]["text"][0]
    book = rulebook_for(platform)
    url = "https://example.com/" + "x" * 60
    lengths = [book.text_lengths(Content(text), ())[0].length for text in ("", f"{url} ", f"{url} {url} ")]

    assert first["limit"] == book.text_lengths(Content("x"), ())[0].limit
    assert lengths[2] - lengths[1] == (first["urlLength"] or len(url)) + 1


def media_problems(platform: str, items: list[MediaInfo]) -> list[str]:
    content = Content("x", tuple(item.url for item in items), options=requirements_of(platform).options)
    findings = rulebook_for(platform).findings(content, items)
    return [finding.sentence for finding in findings if finding.about == "media"]


def images(count: int, kind: str | None, size: int = 1_000) -> list[MediaInfo]:
    kind = kind or "image/jpeg"
    return [MediaInfo(f"https://ex.am/{n}.jpg", kind, size, 1_000, 1_000) for n in range(count)]


def videos(count: int, kind: str | None, size: int = 100_000) -> list[MediaInfo]:
    kind = kind or "video/mp4"
    return [MediaInfo(f"https://ex.am/{n}.mp4", kind, size, 1_000, 1_000, 30.0) for n in range(count)]


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_media_limits_are_those_of_the_rules(platform: str) -> None:
    rules = RULES[platform]["media"]
    kind = "image/jpeg"

    assert bool(media_problems(platform, [])) == rules["required"]
    assert rules["maxItems"] == max(rules["maxImages"], rules["maxVideos"])
    if rules["maxImages"]:
        assert media_problems(platform, images(rules["maxImages"], kind)) == []
    assert media_problems(platform, images(rules["maxImages"] + 1, kind)) != []
    assert media_problems(platform, videos(rules["maxVideos"], None)) == []
    assert media_problems(platform, videos(rules["maxVideos"] + 1, None)) != []
    assert bool(media_problems(platform, [*images(1, kind), *videos(1, None)])) != rules["mixed"]


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_media_types_and_sizes_are_those_of_the_rules(platform: str) -> None:
    rules = RULES[platform]["media"]

    for kind in rules["imageTypes"]:
        assert media_problems(platform, images(1, kind)) == []
    assert media_problems(platform, images(1, "image/x-unknown")) != []
    for kind in rules["videoTypes"] or ["video/mp4", "video/x-unknown"]:
        assert media_problems(platform, videos(1, kind)) == []
    assert bool(media_problems(platform, videos(1, "video/x-unknown"))) == (rules["videoTypes"] is not None)
    for make, limit in ((images, rules["maxImageBytes"]), (videos, rules["maxVideoBytes"])):
        if limit is not None:
            assert media_problems(platform, make(1, None, limit)) == []
            assert media_problems(platform, make(1, None, limit + 1)) != []


def test_account_is_connected_as_the_catalog_says() -> None:
    with_credentials = {platform for platform, rules in RULES.items() if rules["connectedBy"] != "consent"}
    with_consent = {platform for platform, rules in RULES.items() if rules["connectedBy"] != "credentials"}

    assert (with_credentials, with_consent) == (set(CONNECTORS), set(AUTHORIZABLE))
    assert {rules["unconnected"] for rules in described("reject").values()} == {"reject"}
