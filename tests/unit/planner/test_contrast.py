"""The colours of the planner reach the contrast that WCAG 2.2 requires, in both themes (1.4.3 for text, 1.4.11)."""

import re
from collections.abc import Iterator
from itertools import product

import pytest

from local.settings import ROOT

MIN_TEXT, MIN_PART = 4.5, 3.0
CSS = (ROOT / "web" / "src" / "ui" / "tokens.css").read_text(encoding="utf-8")
LIGHT, DARK = CSS.partition("@media (prefers-color-scheme: dark)")[::2]
STATES = re.findall(r"--(\w+)-bg:", LIGHT)
GROUNDS = ["paper", "past", "surface", "raised", "selected"]
PLATFORMS = re.findall(r"--p-(\w+):", LIGHT)


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


THEMES = {"light": colours(LIGHT), "dark": colours(LIGHT) | colours(DARK)}


def pairs() -> Iterator[tuple[str, str, float]]:
    """Yield the foreground, the ground and the least contrast of each pair of colours that can meet."""
    for ink, ground in product(("ink", "ink-soft", "ink-faint", "link"), [*GROUNDS, "hand-wash"]):
        yield ink, ground, MIN_TEXT
    for state in STATES:
        for ground in (f"{state}-bg", *GROUNDS, "hand-wash"):
            yield state, ground, MIN_TEXT
        yield "ink", f"{state}-bg", MIN_TEXT
        yield "ink-soft", f"{state}-bg", MIN_TEXT
    for state, ground in product(("draft", "failed", "unknown", "approval"), ("surface", "past")):
        yield f"{state}-line", ground, MIN_PART
    for ground in ("paper", "surface", "past"):
        yield "hand", ground, MIN_TEXT
        yield "focus", ground, MIN_PART
        yield "edge", ground, MIN_PART
    yield "edge", "raised", MIN_PART
    yield "on-primary", "primary", MIN_TEXT
    yield "on-primary", "primary-hover", MIN_TEXT
    yield "on-hand", "hand", MIN_TEXT


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_colours_have_enough_contrast(theme: str) -> None:
    found = THEMES[theme]

    too_low = [
        f"{front} on {ground}: {contrast(found[front], found[ground]):.2f}"
        for front, ground, least in pairs()
        if contrast(found[front], found[ground]) < least
    ]

    assert too_low == []


@pytest.mark.parametrize("platform", PLATFORMS)
def test_white_monogram_is_readable_on_its_platform(platform: str) -> None:
    assert contrast("#ffffff", THEMES["light"][f"p-{platform}"]) >= MIN_TEXT


def test_both_dark_themes_are_the_same() -> None:
    by_system, _, by_choice = DARK.partition(':root[data-theme="dark"]')

    assert colours(by_system) == colours(by_choice)
