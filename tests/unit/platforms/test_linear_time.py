"""The rules of a platform take linear time for any text, so that no user can block the function that validates posts.

The test measures processor time, with a limit far above what any text takes today. A text that takes longer shows at
least quadratic growth, which exceeds any limit for the longest texts. `make test` repeats each unit after half of the
beginnings on each platform, and after the other half on the next platform.
"""

import os
import signal
import subprocess
import sys

import pytest

from local.settings import ROOT
from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.platforms.port import Content
from minutehand.platforms.rulebook import rulebook_for
from tests.support.sweeps import is_complete

CHARACTERS = 25_000
MAX_SECONDS = 1.0
"""The limit for one text. The slowest takes 0.15 seconds on an idle machine."""
UNITS = {
    "letters": "a",
    "mentions": "@",
    "mentions of a letter": "@a",
    "mentions in a row": "@a@",
    "mentions with dots": "@a.-",
    "mentions with servers": "@a@b.c ",
    "brackets": "(",
    "brackets of all kinds": "([{}])",
    "hashtags": "#",
    "hashtags of digits": " #1",
    "hashtags of punctuation": " #!",
    "dots": ".",
    "names": "a.",
    "names in Kana": "あ.",
    "names of hyphens": "a-_",
    "names in Punycode": "xn--a.",
    "schemes": "http://",
    "schemes after Kana": "あhttps://",
    "hosts": "https://a.",
    "addresses": "a.com ",
    "addresses with brackets left open": "https://a.co/(",
    "addresses with brackets": "https://a.co/(a(a)a",
    "addresses with queries": "https://a.co/?a",
    "commas": ",",
    "question marks": "?",
    "combining marks": "\u0301",
    "letters with marks": "a\u0301",
    "spaces": " ",
    "ends of lines": "\r\n",
    "joiners": "\u200d",
    "thumbs": "👍\u200d",
    "people": "👨\u200d👨\u200d👧\u200d",
    "flags": "🇩",
    "tags": "🏴\U000e0067",
    "keycaps": "1\ufe0f",
}
BEGINNINGS = ("", "@", "@a@", " #", "https://", "https://a.co/(", "https://a.co?", "😀")
ENDS = ("", "\n", "!")
ENDED = " ended with status "


def texts(platform: str, *, complete: bool) -> dict[str, str]:
    """Return the texts for a platform, by name: each unit, repeated, with the prefixes and suffixes that can slow it
    down.
    """
    place = list(DISPLAY_NAMES).index(platform)
    return {
        f"{name} after {beginning!r}": beginning + unit * (CHARACTERS // len(unit)) + ENDS[number % len(ENDS)]
        for row, (name, unit) in enumerate(UNITS.items())
        for number, beginning in enumerate(BEGINNINGS)
        if complete or (place + row + number) % 2 == 0
    }


def check(platform: str, *, complete: bool) -> None:
    """Check each text. A text that takes longer than `MAX_SECONDS` ends the process by a signal."""
    rulebook = rulebook_for(platform)
    for name, text in texts(platform, complete=complete).items():
        print(f"{platform}: {name}", flush=True)  # noqa: T201 (the last name shows which text was too slow)
        signal.setitimer(signal.ITIMER_VIRTUAL, MAX_SECONDS)
        rulebook.problems(Content(text))
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def check_all(*, complete: bool) -> None:
    """Check each platform in a new process, which has the imports but not the caches of the others."""
    for platform in DISPLAY_NAMES:
        if (child := os.fork()) == 0:
            check(platform, complete=complete)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(f"{platform}{ENDED}{status}", flush=True)  # noqa: T201


@pytest.fixture(scope="module")
def checked() -> tuple[list[str], str]:
    """Return the lines that `check_all` has printed, and its errors."""
    script = f"from {__name__} import check_all; check_all(complete={is_complete()})"
    environ = {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'domain'}"}
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=False)
    return done.stdout.splitlines(), done.stderr


@pytest.mark.sweep
@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_hostile_long_texts_are_validated_within_the_time_limit(platform: str, checked: tuple[list[str], str]) -> None:
    lines, errors = checked
    names = [line for line in lines if line.startswith(f"{platform}: ")]

    assert f"{platform}{ENDED}0" in lines, f"too slow: {names[-1:]} {errors}"
    assert names == [f"{platform}: {name}" for name in texts(platform, complete=is_complete())]
