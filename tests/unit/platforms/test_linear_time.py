"""No text keeps the rules of a platform busy: whoever may write a post could else hold up the function that checks it.

What counts is time of the processor, not of the clock, and its bound is far from what any text takes. What takes more
than a second is quadratic at least, and grows past every bound with the longest text.
"""

import signal
import subprocess
import sys

import pytest

from local.settings import ROOT
from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.platforms.port import Content
from minutehand.platforms.rulebook import rulebook_for

CHARACTERS = 50_000
BOUND = 3.0
"""Seconds for one text. The slowest takes 0.2, on a machine with nothing else to do."""
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


def texts(platform: str) -> dict[str, str]:
    """Return the texts, each unit with the beginnings and ends that can make it worse."""
    return {
        f"{name} after {beginning!r}": beginning + unit * (CHARACTERS // len(unit)) + ENDS[number % len(ENDS)]
        for name, unit in UNITS.items()
        for number, beginning in enumerate(BEGINNINGS)
    }


def check(platform: str) -> None:
    """Check each text; one that takes more than the bound ends the process, whatever it is in the middle of."""
    rulebook = rulebook_for(platform)
    for name, text in texts(platform).items():
        print(name, flush=True)  # noqa: T201 (the last one that is named was too slow)
        signal.setitimer(signal.ITIMER_VIRTUAL, BOUND)
        rulebook.problems(Content(text))
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_the_longest_texts_are_checked_at_once(platform: str) -> None:
    script = f"from {__name__} import check; check({platform!r})"
    environ = {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'domain'}"}
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=False)

    assert done.returncode == 0, f"too slow: {done.stdout.splitlines()[-1:]} {done.stderr}"
    assert done.stdout.splitlines() == list(texts(platform))
