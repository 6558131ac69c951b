import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.simulator.mastodon import as_html
from minutehand.platforms.mastodon.statuses import matching

ARMED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEXT = "Ein Gruß & <b>co</b>\n\nan @ada@example.org:\nhttps://www.example.org/a/rather/long/path?with=query #Töpfern"


def find(statuses: list[Any], text: str, *, media_ids: frozenset[str], reply_to: str | None = None) -> Any:
    """Return the first status that matches."""
    return next(matching(statuses, text, media_ids=media_ids, reply_to=reply_to, since=ARMED), None)


def status(**fields: Any) -> dict[str, Any]:
    return {
        "id": "7",
        "content": as_html(TEXT),
        "created_at": "2026-03-02T09:00:01.000Z",
        "media_attachments": [],
    } | fields


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "  " + TEXT + "\n",
        "5 < 6 && 7 > 6",
        "&amp; stays",
        "@ada@example.org @ada",
        "a\r\nb",
        "#one #two",
        "ﬁne",
        "https://ex.am/a(b) (https://ex.am)",
    ],
)
def test_text_matches_its_html(text: str) -> None:
    found = find([status(content=as_html(text.strip()))], text, media_ids=frozenset())
    assert found is not None


@given(
    st.lists(
        st.sampled_from(
            ["@ada@example.org", "@ada", "#tag", "https://ex.am/a?b=c&d", "&amp;", "<p>", "\n\n", " ", ".", "é"]
        )
        | st.text(st.characters(exclude_categories=["Cs", "Cc"]))
    ).map("".join)
)
def test_any_text_matches_its_html(text: str) -> None:
    assert find([status(content=as_html(text.strip()))], text, media_ids=frozenset()) is not None


@pytest.mark.parametrize(
    "other",
    [
        status(content=as_html(TEXT + "!")),
        status(content=as_html(TEXT.replace("long", "short"))),
        status(created_at="2026-03-02T08:59:29.000Z"),
        status(created_at=None),
        status(media_attachments=[{"id": "1"}]),
        status(id=None),
        None,
    ],
)
def test_different_status_does_not_match(other: Any) -> None:
    assert find([other], TEXT, media_ids=frozenset()) is None


def test_clock_of_the_server_may_be_30_seconds_behind() -> None:
    created = (ARMED - timedelta(seconds=30)).isoformat()
    assert find([status(created_at=created)], TEXT, media_ids=frozenset()) is not None


def test_status_matches_only_with_exactly_the_same_files() -> None:
    posted = status(media_attachments=[{"id": "1"}, {"id": "2"}])
    assert find([posted], TEXT, media_ids=frozenset({"1", "2"})) is posted
    assert find([posted], TEXT, media_ids=frozenset({"1"})) is None


def test_reply_matches_only_with_the_same_parent() -> None:
    reply = status(in_reply_to_id="5")
    assert find([reply], TEXT, media_ids=frozenset(), reply_to="5") is reply
    assert find([reply], TEXT, media_ids=frozenset(), reply_to="6") is None
    assert find([reply], TEXT, media_ids=frozenset()) is None


@pytest.mark.parametrize("unit", ["<a ", "<!--", "<", "&#", "&", "<a b='", '<a b="', "</", "<br", "<p>"])
def test_html_of_a_hostile_server_is_compared_in_linear_time(unit: str) -> None:
    content, started = unit * (400_000 // len(unit)), time.process_time()
    found = find([status(content=content)], TEXT, media_ids=frozenset())
    assert found is None
    assert time.process_time() - started < 3
