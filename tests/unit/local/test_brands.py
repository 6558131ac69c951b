"""The layouts and the colours of the platforms on the simulator's pages."""

import re

import pytest

from local.settings import ROOT
from local.simulator.brands import brands, stylesheet
from local.simulator.discovery import find_attributes
from minutehand.platforms.catalog import DISPLAY_NAMES, PLATFORMS
from tests.support.colours import MIN_PART, MIN_TEXT, contrast, mixed

FOLDER = ROOT / "local" / "simulator"
BRANDS = brands()
WHITE, DARK_TEXT, SHARE = "#ffffff", "#14161a", 0.55
"""The text on a platform's colour in each theme, and the share of the colour in the dark theme."""
DARK_CARDS = {"timeline.css": "#17191e", "oauth/consent.css": "#191c22", "brands.css": "#0b0b0d"}
"""The grounds of dark cards. brands.css has the ground of the class ``overlay``."""


def source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def test_every_platform_has_a_layout_and_its_display_name() -> None:
    assert dict(find_attributes("local.simulator", "brand")).keys() == PLATFORMS.keys()
    assert {key: brand["name"] for key, brand in BRANDS.items()} == DISPLAY_NAMES


@pytest.mark.parametrize("platform", PLATFORMS)
def test_layout_consists_of_parts_icons_and_classes_that_exist(platform: str) -> None:
    brand = BRANDS[platform]

    assert set(brand["parts"]) <= {"by", *re.findall(r'case "(\w+)"', source("cards.js"))}
    assert {action.split(" ")[0] for action in brand["actions"]} <= set(
        re.findall(r'<symbol id="(\w+)"', source("timeline.html"))
    )
    assert set(brand["style"]) <= set(re.findall(r"^(?:#posts )?\.([\w-]+) ", source("brands.css"), re.MULTILINE))


def test_every_class_of_the_layouts_is_in_use() -> None:
    classes = set(re.findall(r"^(?:#posts )?\.([\w-]+) ", source("brands.css"), re.MULTILINE))

    assert classes == {name for brand in BRANDS.values() for name in brand["style"]}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_colour_of_a_platform_comes_from_the_catalog_and_is_visible_in_both_themes(platform: str) -> None:
    color = PLATFORMS[platform].color
    accent = mixed(SHARE, color, WHITE)

    assert f'[data-platform="{platform}"] {{ --platform: {color}; }}' in stylesheet()
    assert contrast(WHITE, color) >= MIN_TEXT
    assert contrast(DARK_TEXT, accent) >= MIN_TEXT
    assert [name for name, card in DARK_CARDS.items() if contrast(accent, card) < MIN_PART] == []


def test_stylesheets_contain_the_tested_colours() -> None:
    styles = source("brands.css")

    assert set(re.findall(r"--accent: ([^;]+);", styles)) == {
        "var(--platform)",
        f"color-mix(in srgb, var(--platform) {SHARE:.0%}, #fff)",
    }
    assert set(re.findall(r"--on-accent: ([^;]+);", styles)) == {"#fff", DARK_TEXT}
    assert [name for name, card in DARK_CARDS.items() if card not in source(name)] == []
