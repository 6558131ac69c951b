"""The behaviour that all rulebooks share: their options, and that they accept any input."""

import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.settings import ROOT
from local.simulator.demo import requirements_of
from minutehand.platforms.catalog import DISPLAY_NAMES, load_attribute
from minutehand.platforms.options import quoted
from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import rulebook_for
from tests.support.sweeps import few_examples

PARTS_OF_OPTIONS = {"options", "durationMinutes"}
"""The fields inside an option that an adapter's docstring names."""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)
MEDIA = st.builds(
    MediaInfo,
    st.just("u"),
    st.sampled_from(["", "image/jpeg", "image/gif", "image/tiff", "video/mp4", "video/webm"]),
    *(st.none() | st.integers(0, 10**12) for _ in range(3)),
    st.none() | st.floats(0, 10**6),
)


def documented_options(platform: str) -> set[str]:
    """Return the options that the docstring of the platform's adapter names."""
    description = str(load_attribute(platform, "adapter", "adapter").__doc__)
    options = description.partition("Options:")[2].partition("Checkpoint:")[0]
    return set(re.findall(r"``(\w+)``", options))


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_rulebook_has_the_display_name_of_its_platform(platform: str) -> None:
    assert rulebook_for(platform).name in (DISPLAY_NAMES[platform], "this Mastodon server")


def test_rules_import_no_network_library() -> None:
    """The functions of the API import the rules, and an import of a network library would slow their cold start."""
    script = """
import sys
from minutehand.platforms import catalog, validation, media_probe, rulebook
for platform in catalog.PLATFORMS:
    rulebook.rulebook_for(platform)
print(*sys.modules)
"""
    environ = {"PYTHONPATH": str(ROOT / "layers" / "domain")}
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)

    assert not {"httpx", "httpcore", "boto3", "psycopg"} & set(done.stdout.split())


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_rules_and_adapter_document_the_same_options(platform: str) -> None:
    assert set(rulebook_for(platform).options) == documented_options(platform) - PARTS_OF_OPTIONS


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_unknown_option_is_reported_with_the_known_options(platform: str) -> None:
    book = rulebook_for(platform)
    [found] = [
        finding
        for finding in book.findings(Content("x", options={"privcy": "SELF_ONLY"}))
        if "privcy" in finding.sentence
    ]

    assert found.about == "options"
    assert found.sentence.startswith(f"{book.name} has no option 'privcy'. The options are: ")
    assert all(option in found.sentence for option in book.options)
    assert ("thread" in book.known_options) is (book.replies == "thread")
    assert ("firstComment" in book.known_options) is (book.replies != "none")


@pytest.mark.parametrize(
    ("platform", "option"),
    [(platform, option) for platform in DISPLAY_NAMES for option in rulebook_for(platform).options],
)
@pytest.mark.parametrize("value", [{"a": "b"}, [["a"]], -1.5])
def test_option_of_the_wrong_type_is_reported(platform: str, option: str, value: object) -> None:
    sentences = rulebook_for(platform).problems(Content("x", ("u",), options={option: value}))

    assert [sentence for sentence in sentences if sentence.startswith((option, f"The {option} "))] != []


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
@few_examples(30)
@given(
    data=st.data(),
    text=st.text(max_size=50),
    media=st.lists(MEDIA, max_size=3),
    reply_to=st.none() | st.just("1"),
)
def test_rulebook_accepts_arbitrary_input(
    platform: str, data: st.DataObject, text: str, media: list[MediaInfo], reply_to: str | None
) -> None:
    book = rulebook_for(platform)
    options: dict[str, Any] = data.draw(st.dictionaries(st.sampled_from([*book.options, "no"]), JSON, max_size=4))

    found = book.problems(Content(text, ("u",) * len(media), {"u": text}, options, reply_to), media)

    assert all(isinstance(sentence, str) and sentence.endswith(".") for sentence in found)
    assert book.comments_disabled(options) is not None


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_unprobed_media_item_has_no_problems(platform: str) -> None:
    content = Content("The kiln is warm.", ("u",), options=requirements_of(platform).options)

    assert rulebook_for(platform).problems(content, [MediaInfo("u")]) == []


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_unprobed_media_item_may_be_a_reel(platform: str) -> None:
    assert rulebook_for(platform).problems(Content("x", ("u",), options={"type": "reel"}), [MediaInfo("u")]) == []


def test_quoted_value_is_short_and_printable() -> None:
    assert quoted("a\nb\x1b") == r"'a\nb\x1b'"
    assert quoted("x" * 100) == "'" + "x" * 58 + "…"
