"""The project speaks plain English: the rules of docs/glossary.md that a machine can check."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.support.prose import names, texts

REFUSED = {
    "any more": r"any ?more",
    "what is ... but": r"what (?:is|are) [^.;:]{1,60} but",
    "whoever": r"who(?:so)?ever|whomever",
    "makes no sense": r"(?:makes?|made|making) no sense",
    "is over": r"(?:is|are|was|were) over(?! (?:\d|the\b|a\b|its\b|https?\b))",
    "in the place of": r"in (?:the|its|their) place of",
    "all the same": r"all the same",
    "let us in": r"lets? (?:us|me|them|it) in(?! (?:the|a|an)\b)",
    "beside": r"beside",
    "comes to its end": r"c[oa]me?s? to (?:its|their|an) end",
    "by itself": r"by (?:itself|themselves|himself|herself)",
    "is told": r"(?:is|are|was|were|be|been|being) told",
    "has had its time": r"ha(?:s|ve|d) had (?:its|their) time",
    "on our side": r"on our side",
}
"""Phrases that docs/glossary.md refuses, and how to find them in any case and number."""
EXEMPT = {"docs/glossary.md", "tests/unit/test_language.py"}
"""They name the phrases."""


@pytest.mark.parametrize("phrase", REFUSED)
def test_phrase_is_refused(phrase: str) -> None:
    pattern = re.compile(rf"\b(?:{REFUSED[phrase]})\b", re.IGNORECASE)
    found = [text for text in texts() if text.path not in EXEMPT and pattern.search(text.words)]
    assert not found, f"{len(found)} texts say {phrase!r}:\n" + "\n".join(map(str, found[:50]))


@pytest.mark.parametrize("phrase", REFUSED)
def test_phrase_is_found_where_it_stands(phrase: str) -> None:
    examples = [phrase.replace("...", "a text"), phrase.capitalize().replace("...", "a text")]
    pattern = re.compile(rf"\b(?:{REFUSED[phrase]})\b", re.IGNORECASE)
    assert all(pattern.search(f"Here it {example}.") for example in examples)


def test_prose_of_every_kind_is_read() -> None:
    suffixes = Counter(Path(text.path).suffix for text in texts())
    assert all(suffixes[suffix] > 20 for suffix in (".py", ".sql", ".md", ".yaml", ".js"))
    words = "\n".join(text.words for text in texts())
    assert "Authentication required." in words  # a message
    assert "The prose of the project" in words  # a docstring
    assert "They name the phrases." in words  # the description of a constant


def test_bounds_are_called_max_and_min() -> None:
    superlative = re.compile(
        r"_?(?:MOST|LEAST|LARGEST|LONGEST|SHORTEST|SMALLEST|WIDEST|FARTHEST)(?:_|$)|.*_(?:MOST|LEAST)$"
    )
    found = [name for name in names() if not name.is_type and superlative.match(name.name)]
    assert not found


@pytest.mark.parametrize("name", ["Answer", "Outcome", "Part", "Response", "Verdict"])
def test_no_two_classes_of_the_layer_share_the_name(name: str) -> None:
    found = [each.path for each in names() if each.is_type and each.name == name and each.path.startswith("layers/")]
    assert len(found) <= 1, found
