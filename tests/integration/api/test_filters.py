"""The filters of posts/list and posts/calendar, and the entries of the calendar."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api
from tests.support.clock import START
from tests.support.factories import connect, make_post

DAY = timedelta(days=1)
_queries = sql.load("minutehand.posts")
MARCH = {"from": "2026-03-01", "to": "2026-04-01"}
ANYTHING = [
    "%",
    "_",
    "\\",
    "'",
    "a' & b",
    "a & | ! ( ) :*",
    "<->",
    "<b",
    "&amp;",
    ":*",
    "x:*",
    "\u200d",
    "\U0001f37a",
    "''",
]


def contents(api: Api, **query: str) -> list[str]:
    """Return the contents of the posts in all pages of the list, sorted."""
    return sorted(in_pages(api, **query))


def in_pages(api: Api, **query: str) -> list[str]:
    """Return the contents of the posts in all pages of the list, in its order."""
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        reply = api.call("list_posts", query={"take": "2", **query, **cursor})
        assert reply.status == 200, reply.text
        found += [post["content"] for post in reply.body["posts"]]
        if reply.body["pagination"]["nextCursor"] is None:
            return found
        cursor = {"cursor": reply.body["pagination"]["nextCursor"]}


def calendar(api: Api, **query: str) -> list[dict[str, Any]]:
    """Return the entries of a calendar's page."""
    reply = api.call("calendar", query=MARCH | query)
    assert reply.status == 200, reply.text
    entries: list[dict[str, Any]] = reply.body["entries"]
    return entries


def publish(db: Database, post_id: UUID, *states: str, connection: UUID | None = None, code: str = "broken") -> None:
    """Give a post a job with a publication in each of these states."""
    query = Query(
        "publish",
        """WITH post AS (
               UPDATE social_posts
               SET job_id = gen_random_uuid(), status = %(status)s, failure_reason = 'It broke.', posted_at = now()
               WHERE id = %(post_id)s RETURNING *
           )
           INSERT INTO publications (post_id, job_id, owner_id, platform, connection_id, part, state, due_at,
                                     next_attempt_at, queued_at, published_at, failure_code, failure_reason)
           SELECT id, job_id, owner_id, 'bluesky', %(connection)s::uuid, number, state, now(), now(), now(), now(),
                  %(code)s || number, 'It broke.'
           FROM post, unnest(%(states)s::text[]) WITH ORDINALITY AS given (state, number)""",
    )
    status = "failed" if {"failed", "unknown"} & set(states) else "published"
    db.fetch(query, post_id=post_id, status=status, connection=connection, states=list(states), code=code)


class TestFilters:
    def test_several_statuses_are_separated_by_commas(self, api: Api, db: Database) -> None:
        for number in range(3):
            api.create(content=f"draft {number}")
            make_post(db, now=START, content=f"scheduled {number}")
            publish(db, make_post(db, now=START, content=f"failed {number}"), "failed")

        for order in ("newest", "oldest", "scheduled", "latest"):
            found = contents(api, status="scheduled,failed", orderBy=order)
            assert found == [f"{status} {number}" for status in ("failed", "scheduled") for number in range(3)]

    @pytest.mark.parametrize("order", ["newest", "oldest", "scheduled", "latest"])
    def test_page_of_several_statuses_has_the_order_of_the_whole_list(self, api: Api, db: Database, order: str) -> None:
        for number in range(6):
            post = make_post(db, now=START + number * DAY, due=START + (number * 5 % 7) * DAY, content=str(number))
            if number % 2:
                publish(db, post, "failed")

        whole = api.call("list_posts", query={"orderBy": order}).body["posts"]
        page = api.call("list_posts", query={"orderBy": order, "status": "failed,scheduled", "skip": "1", "take": "4"})

        assert [post["content"] for post in page.body["posts"]] == [post["content"] for post in whole[1:5]]

    @pytest.mark.parametrize("status", ["", "scheduled,", "scheduled,done"])
    def test_unknown_status_is_refused(self, api: Api, status: str) -> None:
        reply = api.call("list_posts", query={"status": status})

        assert (reply.status, reply.body["details"][0]["field"]) == (400, "status")

    def test_period_contains_its_beginning_but_not_its_end(self, api: Api, db: Database) -> None:
        for number in range(4):
            make_post(db, now=START, due=START + number * DAY, content=str(number))
        api.create(content="a draft has no time")

        first, last = (START + DAY).isoformat(), (START + 3 * DAY).isoformat()

        assert contents(api, **{"from": first, "to": last}) == ["1", "2"]
        assert contents(api, **{"from": last}) == ["3", "a draft has no time"]
        assert contents(api, to=first) == ["0"]

    def test_dates_of_a_period_are_in_its_time_zone(self, api: Api, db: Database) -> None:
        make_post(db, now=START, due=START.replace(hour=23), content="late")  # the next day in Lisbon in summer only

        assert contents(api, **{"from": "2026-03-03", "timezone": "Europe/Berlin"}) == ["late"]
        assert contents(api, **{"from": "2026-03-03", "timezone": "UTC"}) == []

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"from": "2026-03-02", "to": "2026-03-02"}, "to"),
            ({"from": "yesterday"}, "from"),
            ({"to": "0001-01-01", "timezone": "Asia/Tokyo"}, "to"),
            ({"approvalStatus": "maybe"}, "approvalStatus"),
            ({"connectionId": "bluesky"}, "connectionId"),
            ({"q": "x" * 201}, "q"),
        ],
        ids=str,
    )
    def test_invalid_filter_is_refused(self, api: Api, query: dict[str, str], field: str) -> None:
        reply = api.call("list_posts", query=query)

        assert (reply.status, reply.body["details"][0]["field"]) == (400, field)

    def test_approval_status(self, api: Api, db: Database) -> None:
        for status in (None, "pending", "approved", "rejected"):
            make_post(db, now=START, content=str(status), approval_status=status)

        assert contents(api, approvalStatus="pending") == ["pending"]
        assert contents(api, approvalStatus="rejected") == ["rejected"]

    def test_failure_code_is_that_of_a_publication_of_the_current_job(self, api: Api, db: Database) -> None:
        publish(db, make_post(db, now=START, content="failed"), "published", "failed")
        publish(db, make_post(db, now=START, content="unknown"), "unknown")
        publish(db, make_post(db, now=START, content="published"), "published")
        retried = make_post(db, now=START, content="failed differently since")
        publish(db, retried, "failed", code="broken")
        publish(db, retried, "failed", code="other")

        assert contents(api, failureCode="broken2") == ["failed"]
        assert contents(api, failureCode="broken1") == ["unknown"]
        assert contents(api, failureCode="other1") == ["failed differently since"]

    def test_connection_is_named_or_the_default_or_was_used(self, api: Api, db: Database) -> None:
        main = connect(db, "bluesky", account_id="1")
        second = connect(db, "bluesky", account_id="2", is_default=False)
        make_post(db, now=START, content="by default")
        make_post(db, now=START, content="named", connection_ids=[second], connection_platforms=["bluesky"])
        make_post(db, now=START, content="elsewhere", platforms=["x"])
        publish(db, make_post(db, now=START, content="published"), "published", connection=second)

        assert contents(api, connectionId=str(main)) == ["by default"]
        assert contents(api, connectionId=str(second)) == ["named", "published"]

    @pytest.mark.parametrize("max_found", [1, 7, 100])
    @pytest.mark.parametrize("order", ["newest", "oldest", "scheduled", "latest"])
    def test_connection_finds_the_posts_that_go_to_it(
        self, api: Api, db: Database, monkeypatch: pytest.MonkeyPatch, order: str, max_found: int
    ) -> None:
        monkeypatch.setattr("minutehand.posts.listing.MAX_FOUND", max_found)
        oldest = connect(db, "mastodon", account_id="0", is_default=False)
        later = connect(db, "mastodon", account_id="1", is_default=False)
        main = connect(db, "bluesky", account_id="2")
        second = connect(db, "bluesky", account_id="3", is_default=False)
        kinds: list[tuple[list[str], list[UUID], list[str]]] = [
            (["bluesky"], [], []),
            (["bluesky", "mastodon"], [second], ["bluesky"]),
            (["bluesky", "mastodon"], [later], ["mastodon"]),
            (["mastodon"], [later, oldest], ["mastodon", "mastodon"]),
            (["mastodon"], [second], ["bluesky"]),  # names a connection on another platform
            (["x"], [], []),
        ]
        reopen = Query(
            "reopen",
            """UPDATE social_posts SET status = 'scheduled', posted_at = NULL, failure_reason = NULL, job_id = NULL
               WHERE id = %(post_id)s""",
        )
        for number, (platforms, ids, named) in enumerate(2 * kinds):
            chosen: dict[str, Any] = {"platforms": platforms, "connection_ids": ids, "connection_platforms": named}
            created, due = START + number * DAY, START + (number * 5 % 12) * DAY
            post = make_post(db, now=created, due=due, content=str(number), **chosen)
            if number >= len(kinds):  # open again after a publication on the second connection
                publish(db, post, "published", connection=second)
                db.fetch(reopen, post_id=post)
        whole = api.call("list_posts", query={"orderBy": order}).body["posts"]
        destinations = {
            post["id"]: {
                row["connection_id"]
                for row in db.fetch(_queries["destinations"], post_id=UUID(post["id"]), owner_id="ada")
            }
            for post in whole
        }

        assert len(whole) == 2 * len(kinds)
        for connection in (oldest, later, main, second):
            expected = [
                post["content"]
                for post in whole
                if connection in destinations[post["id"]]
                or (connection == second and int(post["content"]) >= len(kinds))
            ]
            assert in_pages(api, connectionId=str(connection), orderBy=order) == expected

    def test_filters_combine(self, api: Api, db: Database) -> None:
        for number in range(3):
            make_post(db, now=START, due=START + number * DAY, content=f"Tram {number}", campaign="spring")
        make_post(db, now=START, due=START + DAY, content="Tram 9")

        query = {"from": "2026-03-03", "q": "tram", "campaign": "spring", "status": "scheduled,draft"}

        assert contents(api, **query) == ["Tram 1", "Tram 2"]
        assert [entry["text"] for entry in calendar(api, **query)] == ["Tram 1", "Tram 2"]


class TestSearch:
    @pytest.mark.parametrize(
        ("q", "found"),
        [
            ("tram", ["The first tram of the day"]),
            ("TRAM first", ["The first tram of the day"]),
            ("first tr", ["The first tram of the day"]),
            ("fir tram", []),  # only the last word may be incomplete
            ("bakery", ["Bread"]),  # in the notes
            ("open-ho", ["Doors"]),  # in the campaign
            ("example.com/ro", ["See https://example.com/route/28"]),
            ("ada's kil", ["It is Ada's kiln"]),
            ("nothing", []),
            ("???", []),
        ],
    )
    def test_words_of_content_notes_and_campaign(self, api: Api, q: str, found: list[str]) -> None:
        api.create(content="The first tram of the day")
        api.create(content="Bread", notes="for the bakery")
        api.create(content="Doors", campaign="Open-House")
        api.create(content="See https://example.com/route/28")
        api.create(content="It is Ada's kiln")
        api.call("create_post", {"content": "The tram of another owner, first"}, user="bob")

        assert contents(api, q=q) == found

    @pytest.mark.parametrize("order", ["newest", "oldest", "scheduled", "latest"])
    @pytest.mark.parametrize("max_found", [1, 5, 6, 100])
    def test_many_found_posts_are_paged_like_few(
        self, api: Api, db: Database, monkeypatch: pytest.MonkeyPatch, order: str, max_found: int
    ) -> None:
        for number in range(5):
            make_post(db, now=START + number * DAY, due=START + number * 3 % 5 * DAY, content=f"Tram {number}")
            make_post(db, now=START, content="other")
        monkeypatch.setattr("minutehand.posts.listing.MAX_FOUND", max_found)

        whole = api.call("list_posts", query={"orderBy": order}).body["posts"]
        page = api.call("list_posts", query={"orderBy": order, "q": "tram", "skip": "1", "take": "3"}).body["posts"]

        trams = [post["content"] for post in whole if post["content"] != "other"]
        assert [post["content"] for post in page] == trams[1:4]
        assert len(contents(api, q="tram", orderBy=order)) == 5

    def test_changed_text_is_found_and_the_earlier_one_is_not(self, api: Api) -> None:
        post = api.create(content="before")

        api.call("update_post", {"postId": post["id"], "content": "after"})

        assert (contents(api, q="after"), contents(api, q="before")) == (["after"], [])

    @pytest.mark.parametrize("q", ANYTHING, ids=ascii)
    def test_any_text_may_be_searched_for(self, api: Api, q: str) -> None:
        api.create(content="Kiln")

        assert [contents(api, q=q), contents(api, q=q, **MARCH), calendar(api, q=q)] == [[], [], []]

    @pytest.mark.parametrize(
        "script", ["\u65e5\u672c\u8a9e", "\u30c6\u30b9\u30c8", "\u0e20\u0e32\u0e29\u0e32", "ABC\u4e2d"], ids=ascii
    )
    def test_script_without_spaces_is_searched_within_a_period(self, api: Api, db: Database, script: str) -> None:
        make_post(db, now=START, content=f"a{script}b")
        make_post(db, now=START, content="other")

        refused = api.call("list_posts", query={"q": script})

        assert (refused.status, refused.body["details"][0]["field"]) == (400, "q")
        assert contents(api, q=script.lower(), **MARCH) == [f"a{script}b"]
        assert contents(api, q=f"{script} other", **MARCH) == []
        assert [entry["text"] for entry in calendar(api, q=script)] == [f"a{script}b"]

    @pytest.mark.parametrize(
        "text",
        [
            " ".join(chr(0x4E00 + number) for number in range(20_000)),
            "a.bc/d " * 14_000,
            "x" * 100_000,
            "-".join(str(number) for number in range(18_000)),
        ],
        ids=["words", "addresses", "a word", "a compound"],
    )
    def test_every_long_text_can_be_saved_and_found(self, api: Api, text: str) -> None:
        api.create(content=f"kiln {text}"[:100_000])

        assert len(contents(api, q="kiln")) == 1


class TestCalendar:
    def test_entry_shows_a_post_in_short(self, api: Api, db: Database) -> None:
        post_id = make_post(
            db,
            now=START,
            content="x" * 141,
            campaign="spring",
            media_urls=["https://ex.am/a.jpg"],
            approval_status="pending",
        )
        publish(db, post_id, "failed", "published", "unknown", "published")

        [entry] = calendar(api)

        assert entry == {
            "id": str(post_id),
            "status": "failed",
            "scheduledAt": "2026-03-02T09:01:00.000Z",
            "scheduledAtLocal": "2026-03-02T09:01:00.000+00:00",
            "timezone": "UTC",
            "platforms": ["bluesky"],
            "connectionIds": [],
            "text": "x" * 140,
            "mediaCount": 1,
            "thumbnailId": None,
            "approvalStatus": "pending",
            "failureCode": "broken1",
            "publicationStates": ["failed", "published", "unknown"],
            "publicationConnectionIds": [],
            "campaign": "spring",
            "version": 1,
        }

    def test_entry_has_the_connections_of_the_post_and_of_its_publications(self, api: Api, db: Database) -> None:
        main, second = connect(db, "bluesky"), connect(db, "bluesky", account_id="second", is_default=False)
        make_post(db, now=START, connection_ids=[second], connection_platforms=["bluesky"])
        published = make_post(db, now=START, due=START + DAY)
        publish(db, published, "published", "published", connection=main)

        named, unnamed = calendar(api)

        assert [named["connectionIds"], named["publicationConnectionIds"]] == [[str(second)], []]
        assert [unnamed["connectionIds"], unnamed["publicationConnectionIds"]] == [[], [str(main)]]

    def test_pages_cover_the_period_in_the_order_of_times(self, api: Api, db: Database) -> None:
        for number in (3, 0, 2, 1, 40):
            make_post(db, now=START, due=START + number * DAY, content=str(number))
        make_post(db, now=START, owner_id="bob", content="another owner")
        query = MARCH | {"take": "3"}

        first = api.call("calendar", query=query).body
        second = api.call("calendar", query=query | {"cursor": first["pagination"]["nextCursor"]}).body

        assert [entry["text"] for entry in (*first["entries"], *second["entries"])] == ["0", "1", "2", "3"]
        assert second["pagination"] == {"take": 3, "count": 1, "nextCursor": None}

    def test_page_is_one_statement(self, api: Api, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        for _ in range(3):
            publish(db, make_post(db, now=START), "published")
        statements: list[str] = []
        fetch = db.fetch

        def counted(query: Query, **parameters: Any) -> list[dict[str, Any]]:
            statements.append(query.name)
            return fetch(query, **parameters)

        monkeypatch.setattr(db, "fetch", counted)

        assert len(calendar(api)) == 3
        assert statements == ["calendar"]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"from": "2026-03-01"}, "to"),
            ({"from": "2026-03-01", "to": "2026-05-03"}, "to"),
            ({"from": "2026-03-01", "to": "2026-02-01"}, "to"),
            (MARCH | {"take": "2001"}, "take"),
            (MARCH | {"orderBy": "newest"}, "orderBy"),
        ],
        ids=str,
    )
    def test_invalid_query_is_refused(self, api: Api, query: dict[str, str], field: str) -> None:
        reply = api.call("calendar", query=query)

        assert (reply.status, reply.body["details"][0]["field"]) == (400, field)

    def test_period_may_have_62_days_in_any_time_zone(self, api: Api) -> None:
        query = {"from": "2026-10-01", "to": "2026-12-02", "timezone": "Europe/Berlin"}  # one day has 25 hours

        assert api.call("calendar", query=query).status == 200
