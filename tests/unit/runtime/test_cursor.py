"""Cursors: encoding, decoding, and the cursors that are refused."""

import base64
import json
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutehand.runtime.cursor import Cursor
from minutehand.runtime.errors import InvalidInput

cursors = st.builds(Cursor, st.none() | st.datetimes(timezones=st.just(UTC)), st.uuids())
list_keys = st.tuples(st.text(), st.sampled_from(["newest", "oldest", "scheduled", "latest"]), st.none() | st.text())


@given(cursors, list_keys)
def test_encoded_cursor_is_decoded_unchanged(cursor: Cursor, list_key: tuple[str | None, ...]) -> None:
    text = cursor.encode(*list_key)

    assert Cursor.decode(text, *list_key) == cursor
    assert text.isascii()
    assert "=" not in text


@given(cursors, list_keys, list_keys)
def test_cursor_of_another_list_is_refused(
    cursor: Cursor, list_key: tuple[str | None, ...], other: tuple[str | None, ...]
) -> None:
    text = cursor.encode(*list_key)

    assert _accepted(text, *other) is (list_key == other)


@given(cursors, cursors)
def test_changed_cursor_is_refused(cursor: Cursor, other: Cursor) -> None:
    padded = cursor.encode("ada", "newest") + "=="
    _, _, checksum = json.loads(base64.urlsafe_b64decode(padded))
    changed = json.dumps([other.at.isoformat() if other.at else None, str(other.id), checksum])

    assert _accepted(base64.urlsafe_b64encode(changed.encode()).decode(), "ada", "newest") is (cursor == other)


@pytest.mark.parametrize(
    "text", ["", "!", "abc", "é", "bnVsbA", "e30", "WzEsMiwzXQ", base64.b64encode(b"[" * 100_000).decode()]
)
def test_text_that_is_not_a_cursor_is_refused(text: str) -> None:
    assert not _accepted(text, "ada", "newest")


@given(st.text())
def test_arbitrary_text_is_refused(text: str) -> None:
    assert not _accepted(text, "ada", "newest")


def _accepted(text: str, *list_key: str | None) -> bool:
    try:
        Cursor.decode(text, *list_key)
    except InvalidInput as refused:
        assert refused.details[0]["field"] == "cursor"  # noqa: PT017 the caller asserts the result
        return False
    return True
