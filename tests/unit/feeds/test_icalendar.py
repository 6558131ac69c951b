"""The escapes and the line breaks of RFC 5545."""

import pytest

from minutehand.feeds.icalendar import escape, fold


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a,b;c", "a\\,b\\;c"),
        ("a\\nb", "a\\\\nb"),
        ("a\r\nb\rc\nd", "a\\nb\\nc\\nd"),
        ("a\x00\x1b\x7fb\tc", "ab\tc"),
    ],
    ids=ascii,
)
def test_text_is_escaped(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@pytest.mark.parametrize("line", ["", "a" * 75, "a" * 76, "ü" * 100, "🚋" * 100, "a" * 74 + "🚋" + "b" * 200], ids=len)
def test_folded_line_is_the_same_line_in_pieces_of_75_bytes(line: str) -> None:
    pieces = fold(line).split("\r\n")

    assert max(len(piece.encode()) for piece in pieces) <= 75
    assert all(piece.startswith(" ") for piece in pieces[1:])
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line
    assert len(pieces) <= 1 + len(line.encode()) // 71
