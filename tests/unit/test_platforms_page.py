"""docs/platforms.md: each platform has a section whose options, examples and scopes match the code."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import TypeAdapter

from local.settings import ROOT
from local.simulator.demo import requirements_of
from minutehand.platforms.catalog import AUTHORIZABLE, CONNECTORS, DISPLAY_NAMES, PROVIDERS, load_attribute
from minutehand.platforms.oauth2.provider import OAuthClient, provider_for
from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import rulebook_for
from minutehand.platforms.validation import check
from minutehand.posts.platform_fields import PlatformOptions
from tests.support.platforms_page import PAGE, overview, section

IMAGE, VIDEO = "https://ex.am/a.jpg", "https://ex.am/b.mp4"
LOOKED = {
    IMAGE: MediaInfo(IMAGE, "image/jpeg", 9, 1080, 1080),
    VIDEO: MediaInfo(VIDEO, "video/mp4", 100_000, 1080, 1920, 9.0),
}
MEDIA = {platform: [VIDEO] for platform in DISPLAY_NAMES if requirements_of(platform).media}
"""The media that a post needs on platforms without text-only posts."""
FOLLOWING = {"thread": "thread, first comment", "comment": "first comment", "none": "none"}


def options_of(platform: str) -> dict[str, str]:
    """Return the options in the table of a platform's section, with the values that it lists."""
    rows: dict[str, str] = {}
    for line in section(platform).splitlines():
        if line.startswith("| `"):
            names, values, *_ = line.strip("| ").split(" | ")
            rows |= dict.fromkeys(re.findall(r"`(\w+)`", names), values)
    return rows


def example(platform: str) -> Mapping[str, Any]:
    [written] = re.findall(r"```json\n(.*?)```", section(platform), re.DOTALL)
    return TypeAdapter(PlatformOptions).validate_python(json.loads(written))


def listed_scopes(platform: str) -> tuple[set[str], set[str]]:
    """Return all names in the paragraph on credentials, and the bold ones among them."""
    paragraph = section(platform).partition("Scopes")[2].partition("\n\n")[0]
    return set(re.findall(r"`([\w.:-]+)`", paragraph)), set(re.findall(r"\*\*`([\w.:-]+)`\*\*", paragraph))


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_table_lists_the_options_of_the_code(platform: str) -> None:
    assert set(options_of(platform)) == set(rulebook_for(platform).options)


CLOSED = [
    (platform, option, re.findall(r"`([^`]+)`", values))
    for platform in DISPLAY_NAMES
    for option, values in options_of(platform).items()
    if re.fullmatch(r"(`\w+`(, )?)+", values)
]


@pytest.mark.parametrize(("platform", "option", "values"), CLOSED)
def test_listed_values_are_accepted(platform: str, option: str, values: list[str]) -> None:
    def refused(value: str) -> list[str]:
        content = Content("x", tuple(MEDIA.get(platform, ())), options={option: value})
        return [
            finding.sentence
            for finding in rulebook_for(platform).findings(content)
            if finding.about == "options" and finding.sentence.startswith(option)
        ]

    assert [value for value in values if refused(value)] == []
    assert refused(values[0] + "?") != []


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_example_is_valid(platform: str) -> None:
    post = {
        "content": "Line 28 runs again.",
        "media_urls": MEDIA.get(platform, []),
        "alt_texts": {},
        "variants": {},
        "platform_options": example(platform),
    }

    verdict = check(post, platform, LOOKED)

    assert list(example(platform)) == [platform]
    assert (verdict.errors, verdict.warnings) == ((), ())


def test_overview_lists_every_platform_with_its_key() -> None:
    listed = overview()

    assert {key: name for key, (name, _) in listed.items()} == DISPLAY_NAMES
    assert sorted(key for key, (_, connected) in listed.items() if "consent" in connected) == AUTHORIZABLE


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_overview_lists_threads_and_comments(platform: str) -> None:
    [row] = [line for line in PAGE.splitlines() if line.startswith(f"| [{DISPLAY_NAMES[platform]}]")]

    assert f"| {FOLLOWING[rulebook_for(platform).replies]} |" in row


@pytest.mark.parametrize("platform", PROVIDERS)
def test_listed_scopes_are_the_requested_scopes(platform: str) -> None:
    url = provider_for(platform).authorization_url(
        OAuthClient("id", "secret"), redirect_uri="https://ex.am/", state="s", code_verifier="v" * 43
    )
    [asked] = re.findall(r"[?&]scope=([^&]+)", url.replace("%3A", ":").replace("%2F", "/").replace("%2C", ","))
    scopes = {scope.removeprefix("https://www.googleapis.com/auth/") for scope in re.split(r"[,+]|%20", asked)}
    listed, bold = listed_scopes(platform)

    assert scopes <= listed
    assert bold <= scopes
    assert f"Key: `{platform}`" in " ".join(section(platform).split())


NUMBER = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[1-9]\d?)"


@pytest.mark.parametrize("page", ["platforms.md", "operations.md", "api.md"])
def test_page_does_not_count_the_platforms(page: str) -> None:
    text = " ".join((ROOT / "docs" / page).read_text(encoding="utf-8").split())

    assert re.findall(rf"\b{NUMBER} (?:other )?platforms\b|\bother {NUMBER} platforms\b", text, re.IGNORECASE) == []


def test_readme_names_and_counts_every_platform() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    introduction = readme.partition("\n\n")[2].partition("\n\n")[0]

    assert {name for name in DISPLAY_NAMES.values() if name not in introduction} == set()
    assert re.findall(r"to (\d+) platforms", readme) == [str(len(DISPLAY_NAMES))]


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_new_files_of_a_platform_are_those_of_the_architecture_page(platform: str) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.partition("**A platform.**")[2].partition("\n\n")[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if " | new" in line]
    listed = {
        path.replace("<name>", platform)
        for paths, what in rows
        if platform in AUTHORIZABLE or "with OAuth" not in what
        for path in re.findall(r"`([^`]+)`", paths)
    }

    missing = {path for path in listed if not (ROOT / path).exists()}
    if (ROOT / "tests" / "specifications" / f"{platform}.py").exists():  # the specification is in a package
        missing.discard(f"local/simulator/specifications/{platform}.json")
    assert f"tests/platforms/{platform}.py" in listed
    assert missing == set()


def test_platform_consists_of_an_entry_and_a_package() -> None:
    """The page says so: the modules of the package are found by their names."""
    for platform in DISPLAY_NAMES:
        kinds = [("oauth", "provider")] * (platform in AUTHORIZABLE) + [("connector", "connector")] * (
            platform in CONNECTORS
        )
        for module, name in (("adapter", "adapter"), ("rules", "rulebook"), *kinds):
            assert load_attribute(platform, module, name) is not None
