"""The colours of the planner reach the contrast that WCAG 2.2 requires, in both themes."""

import re
from collections.abc import Iterator
from itertools import product

import pytest

from local.settings import ROOT
from minutehand.platforms.catalog import PLATFORMS
from tests.support.colours import MIN_PART, MIN_TEXT, contrast, mixed

CSS = (ROOT / "web" / "src" / "ui" / "tokens.css").read_text(encoding="utf-8")
LIGHT, DARK = CSS.partition("@media (prefers-color-scheme: dark)")[::2]
STATES = re.findall(r"--(\w+)-bg:", LIGHT)
GROUNDS = ["paper", "past", "surface", "raised", "selected"]


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


def shares(css: str) -> dict[str, float]:
    """Return the shares of a platform's colour in the ground (``tint``) and in the text (``ink``) of a small tile."""
    return {name: int(percent) / 100 for name, percent in re.findall(r"--tile-(\w+): (\d+)%;", css)}


THEMES = {"light": colours(LIGHT), "dark": colours(LIGHT) | colours(DARK)}
SHARES = {"light": shares(LIGHT), "dark": shares(DARK)}


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
def test_white_monogram_is_readable_on_the_colour_of_its_platform(platform: str) -> None:
    assert contrast("#ffffff", PLATFORMS[platform].color) >= MIN_TEXT


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("theme", THEMES)
def test_monogram_on_a_small_tile_is_readable(theme: str, platform: str) -> None:
    color, found, share = PLATFORMS[platform].color, THEMES[theme], SHARES[theme]
    ground = mixed(share["tint"], color, found["surface"])

    assert contrast(mixed(share["ink"], color, found["ink"]), ground) >= MIN_TEXT


def test_both_dark_themes_are_the_same() -> None:
    by_system, _, by_choice = DARK.partition(':root[data-theme="dark"]')

    assert colours(by_system) == colours(by_choice)
    assert shares(by_system) == shares(by_choice)
