"""The link cards of posts: fetched when a post gets its time, stored, and shown by the publisher."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest

from minutehand.link_cards import cards, pruning
from minutehand.link_cards.cards import with_card
from minutehand.link_cards.pruning import prune_cards
from minutehand.link_cards.resources import open_card_fetcher
from minutehand.platforms.port import Content, LinkCard
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api
from tests.support.clock import FakeClock

LATER = "2026-05-04T09:30:00Z"
SET_STATUS = Query(
    "set_status",
    """UPDATE social_posts
       SET status = %(status)s, posted_at = %(now)s,
           job_id = CASE WHEN %(status)s <> 'draft' THEN gen_random_uuid() END,
           scheduled_at = CASE WHEN %(status)s <> 'draft' THEN scheduled_at END, failure_reason = 'It broke.'
       WHERE id = %(id)s""",
)
WITH_CARDS = Query("with_cards", "SELECT status FROM social_posts JOIN link_cards ON post_id = id")
STORED = Query("stored", "SELECT url, title FROM link_cards ORDER BY url")
TEXT = "Our kiln: https://ex.am/kiln"


class Web:
    """Has a card for every address except ``https://ex.am/none``, and records the addresses."""

    def __init__(self) -> None:
        self.fetched: list[str] = []
        self.seconds: list[float] = []

    def fetch(self, url: str, seconds: float) -> LinkCard | None:
        self.fetched.append(url)
        self.seconds.append(seconds)
        return None if url == "https://ex.am/none" else LinkCard(url, "Kiln", "It is warm.", b"\x89PNG", "image/png")


@pytest.fixture
def web(api: Api) -> Web:
    web = Web()
    api.replace(open_card_fetcher, lambda _: web.fetch)
    return web


def shown(db: Database, post_id: str, text: str, platform: str = "bluesky") -> LinkCard | None:
    return with_card(db, Content(text), platform, UUID(post_id), "ada").link_card


def test_card_is_fetched_when_a_post_gets_its_time(api: Api, web: Web, db: Database) -> None:
    draft = api.create(content=TEXT, scheduledAt=None)
    assert web.fetched == []

    api.call("update_post", {"postId": draft["id"], "scheduledAt": LATER})
    scheduled = api.create(content=TEXT, scheduledAt=LATER)

    assert web.fetched == ["https://ex.am/kiln"] * 2
    for post in (draft, scheduled):
        card = LinkCard("https://ex.am/kiln", "Kiln", "It is warm.", b"\x89PNG", "image/png")
        assert shown(db, post["id"], TEXT) == card
    assert shown(db, draft["id"], TEXT, "mastodon") is None


def test_card_belongs_to_its_address(api: Api, web: Web, db: Database) -> None:
    post = api.create(content=TEXT, scheduledAt=LATER)
    edited = "Elsewhere: https://ex.am/other"
    assert shown(db, post["id"], edited) is None

    api.call("update_post", {"postId": post["id"], "content": edited})
    api.call("update_post", {"postId": post["id"], "notes": "No new address."})

    card = shown(db, post["id"], edited)
    assert card is not None
    assert card.url == "https://ex.am/other"
    assert web.fetched == ["https://ex.am/kiln", "https://ex.am/other"]


def test_card_is_fetched_again_after_a_day(api: Api, web: Web, db: Database, clock: FakeClock) -> None:
    post = api.create(content=TEXT, scheduledAt=LATER)
    clock.advance(days=1, seconds=1)

    api.call("update_post", {"postId": post["id"], "notes": "Still right?"})

    assert web.fetched == ["https://ex.am/kiln"] * 2


@pytest.mark.parametrize(
    "fields",
    [
        {"content": "No address."},
        {"mediaUrls": ["https://ex.am/kiln.png"]},
        {"platformOptions": {"bluesky": {"linkCard": False}}},
        {"platforms": ["mastodon"]},
    ],
)
def test_post_without_a_card_fetches_nothing(api: Api, web: Web, fields: dict[str, object]) -> None:
    api.create(**{"content": TEXT, "scheduledAt": LATER} | fields)

    assert web.fetched == []


def test_number_of_fetched_cards_is_limited(api: Api, web: Web) -> None:
    thread = [f"https://ex.am/{number}" for number in range(9)]

    api.create(content=TEXT, scheduledAt=LATER, platformOptions={"bluesky": {"thread": thread}})

    assert web.fetched == ["https://ex.am/kiln", "https://ex.am/0", "https://ex.am/1"]


def test_page_without_a_card_is_remembered(api: Api, web: Web, db: Database) -> None:
    post = api.create(content="https://ex.am/none", scheduledAt=LATER)
    api.call("update_post", {"postId": post["id"], "notes": "Again."})

    assert web.fetched == ["https://ex.am/none"]
    assert db.fetch(STORED) == [{"url": "https://ex.am/none", "title": None}]
    assert shown(db, post["id"], "https://ex.am/none") is None


ENDED = Query("ended", "UPDATE social_posts SET status = 'published', posted_at = created_at")


@pytest.mark.parametrize(("function", "fields"), [("archive_posts", {}), ("archive_posts", {"daysOld": 0})])
def test_cards_of_an_archived_post_are_deleted(
    api: Api, web: Web, db: Database, clock: FakeClock, function: str, fields: dict[str, int]
) -> None:
    post = api.create(content=TEXT, scheduledAt=LATER)
    db.fetch(ENDED)
    clock.advance(days=400)

    reply = api.call(function, fields or {"postId": post["id"]})

    assert reply.status == 200, reply.text
    assert db.fetch(STORED) == []


def test_card_gets_the_time_that_is_left(api: Api, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 0.0, 2.9, 3.0])
    monkeypatch.setattr(cards, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    thread = [f"https://ex.am/{number}" for number in range(2)]

    api.create(content=TEXT, scheduledAt=LATER, platformOptions={"bluesky": {"thread": thread}})

    assert web.seconds == pytest.approx([3.0, 0.1])


def test_cards_of_a_deleted_post_are_deleted(api: Api, web: Web, db: Database) -> None:
    post = api.create(content=TEXT, scheduledAt=LATER)
    api.call("delete_post", {"postId": post["id"]})

    assert db.fetch(STORED) == []


def test_cards_of_published_and_archived_posts_are_deleted(
    api: Api, web: Web, db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "BATCH_SIZE", 2)
    statuses = ["draft", "scheduled", "queued", "published", "failed", "archived"] * 2
    for status in statuses:
        post = api.create(content=f"{TEXT} https://ex.am/{status}", scheduledAt=LATER)
        db.fetch(SET_STATUS, status=status, id=post["id"], now=clock.now())
    deadline = clock.now() + timedelta(minutes=1)
    assert prune_cards(db, clock, deadline=clock.now()) == 0

    deleted = prune_cards(db, clock, deadline=deadline)

    assert deleted == 4
    left = {row["status"] for row in db.fetch(WITH_CARDS)}
    assert left == {"draft", "scheduled", "queued", "failed"}
    assert prune_cards(db, clock, deadline=deadline) == 0
