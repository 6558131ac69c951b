"""GET posts/export: tables that spreadsheets can open safely, and JSON lines, page by page."""

import csv
import io
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from minutehand.posts import export
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.integration.api.test_analytics import measure, publish
from tests.integration.api.test_retry import failed
from tests.support.api import Api, Reply
from tests.support.clock import FakeClock
from tests.support.factories import connect
from tests.support.sqs import FakeSqs

PERILOUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    '=HYPERLINK("https://evil.example")',
]
DISCONNECT = Query("disconnect", "DELETE FROM social_connections WHERE id = %(id)s")
AWKWARD = 'Quotes ", commas, semicolons; and\r\nlines\n\nof "text" - ünïcödé 🚋\x0b.'


def exported(api: Api, **query: str) -> Reply:
    reply = api.call("export_posts", query=query or None)
    assert reply.status == 200, reply.text
    return reply


def table(reply: Reply) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(reply.text, newline=""), strict=True))


def next_query(reply: Reply) -> dict[str, str] | None:
    if "link" not in reply.headers:
        return None
    address, relation = reply.headers["link"].split("; ")
    assert relation == 'rel="next"'
    return dict(parse_qsl(urlsplit(address[1:-1]).query))


def pages(api: Api, **query: str) -> list[Reply]:
    found = [exported(api, **query)]
    while (following := next_query(found[-1])) is not None:
        assert len(found) < 20
        found.append(exported(api, **following))
    return found


def create(api: Api, clock: FakeClock, count: int, **fields: Any) -> list[dict[str, Any]]:
    posts = []
    for number in range(count):
        clock.advance(seconds=1)
        posts.append(api.create(**{"content": f"Post {number}", **fields}))
    return posts


def test_table_has_a_row_for_each_post(api: Api, clock: FakeClock) -> None:
    first, second = create(
        api, clock, 2, platforms=["bluesky", "x"], scheduledAt="2026-05-04T09:30", timezone="Europe/Lisbon"
    )

    reply = exported(api)

    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.headers["content-disposition"] == 'attachment; filename="posts.csv"'
    assert "link" not in reply.headers
    assert [row["id"] for row in table(reply)] == [first["id"], second["id"]]
    assert table(reply)[0] == {
        **dict.fromkeys(export.COLUMNS, ""),
        **{
            name: first[name] for name in ("id", "content", "status", "timezone", "createdBy", "createdAt", "updatedAt")
        },
        "platforms": "bluesky x",
        "scheduledAt": "2026-05-04T08:30:00.000Z",
        "scheduledAtLocal": "2026-05-04T09:30:00.000+01:00",
        "approvalRequired": "false",
        "version": "1",
    }


def test_json_lines_are_posts_as_posts_get_returns_them(api: Api, db: Database, sqs: FakeSqs) -> None:
    api.create(content=AWKWARD)
    failed(api, db, sqs, bluesky="published", x="failed")

    reply = exported(api, format="jsonl")

    assert reply.headers["content-type"] == "application/x-ndjson; charset=utf-8"
    assert reply.text.endswith("}\n")
    posts = [json.loads(line) for line in reply.text.removesuffix("\n").split("\n")]
    assert len(posts) == 2
    assert posts == [api.get(post["id"]).post | {"accounts": []} for post in posts]


def test_export_names_the_accounts_of_each_post(api: Api, db: Database, clock: FakeClock) -> None:
    """One post names a connection, one goes to the default connections, and one has an account that has left."""
    default = connect(db, "bluesky", handle="ada")
    other = connect(db, "bluesky", account_id="other", handle="=mia", is_default=False)
    connect(db, "mastodon", handle="Ada Lovelace")
    gone = connect(db, "x")
    create(api, clock, 1, platforms=["mastodon", "bluesky"], connectionIds=[str(other), str(default)])
    create(api, clock, 1, platforms=["bluesky", "linkedin"])
    create(api, clock, 1, platforms=["x"], connectionIds=[str(gone)])
    db.fetch(DISCONNECT, id=gone)

    rows, lines = table(exported(api)), exported(api, format="jsonl").text.splitlines()

    assert [row["accounts"] for row in rows] == ["Ada Lovelace, =mia, ada", "ada", ""]
    assert [json.loads(line)["accounts"] for line in lines] == [
        [
            {"platform": "mastodon", "handle": "Ada Lovelace"},
            {"platform": "bluesky", "handle": "=mia"},
            {"platform": "bluesky", "handle": "ada"},
        ],
        [{"platform": "bluesky", "handle": "ada"}],
        [],
    ]


def test_page_of_many_posts_needs_as_many_statements_as_a_page_of_one(
    api: Api, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed: list[str] = []
    fetch = api.db.fetch

    def record(query: Query, **parameters: Any) -> list[dict[str, Any]]:
        executed.append(query.name)
        return fetch(query, **parameters)

    create(api, clock, 3)
    monkeypatch.setattr(api.db, "fetch", record)

    assert len(table(exported(api))) == 3
    assert executed == ["list_oldest", "publications", "accounts"]


@pytest.mark.parametrize("field", ["content", "notes", "campaign"])
def test_spreadsheet_finds_no_formula_in_a_table(api: Api, field: str) -> None:
    from openpyxl import Workbook  # slow to import, which every worker would do

    for text in PERILOUS:
        api.create(**{field: text})
    rows = list(csv.reader(io.StringIO(exported(api).text, newline="")))
    sheet = Workbook().create_sheet()
    for row in rows:
        sheet.append(row)

    assert len(rows) == 1 + len(PERILOUS)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    at = rows[0].index(field)
    expected = {f"'{text}" if field != "campaign" else f"'{text.strip()}" for text in PERILOUS}
    assert {row[at] for row in rows[1:]} == expected


def test_no_column_of_a_table_has_a_formula() -> None:
    """Platforms write the reasons of failures, and issuers of tokens the names of people."""
    post: dict[str, Any] = dict.fromkeys(export.COLUMNS, "=1+1")
    post |= {"publications": [{"permalink": "=1+1"}], "accounts": [{"platform": "x", "handle": "=1+1"}]}

    [row] = csv.reader(io.StringIO(export._csv(post, export.COLUMNS)))

    assert row == ["'=1+1"] * len(export.COLUMNS)


def test_text_survives_the_table(api: Api) -> None:
    api.create(content=AWKWARD, notes='"', campaign="a,b")

    [row] = table(exported(api))

    assert (row["content"], row["notes"], row["campaign"]) == (AWKWARD, '"', "a,b")


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
def test_pages_have_each_post_once(api: Api, clock: FakeClock, format_: str) -> None:
    posts = create(api, clock, 5, campaign="kilns")
    create(api, clock, 1)

    found = pages(api, take="2", campaign="kilns", format=format_)

    assert len(found) == 3
    rows = [
        row for page in found for row in (table(page) if format_ == "csv" else map(json.loads, page.text.splitlines()))
    ]
    assert [row["id"] for row in rows] == [post["id"] for post in posts]


def test_page_of_large_posts_ends_early(api: Api, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MAX_PAGE_BYTES", 5_000)
    posts = create(api, clock, 4, content="ü" * 1_500)

    found = pages(api, format="jsonl")

    assert [len(page.text.splitlines()) for page in found] == [1, 1, 1, 1]
    assert [json.loads(page.text)["id"] for page in found] == [post["id"] for post in posts]


def test_export_of_no_posts_has_only_headings(api: Api) -> None:
    assert exported(api).text == ",".join(export.COLUMNS) + "\r\n"
    assert exported(api, format="jsonl").text == ""


def test_filters_are_those_of_the_list(api: Api, clock: FakeClock) -> None:
    create(api, clock, 1)
    [may] = create(api, clock, 1, scheduledAt="2026-05-04T09:30:00Z")
    create(api, clock, 1, scheduledAt="2026-06-04T09:30:00Z")

    reply = exported(api, **{"from": "2026-05-01", "to": "2026-06-01", "status": "scheduled"})

    assert [row["id"] for row in table(reply)] == [may["id"]]


@pytest.mark.parametrize(
    "query", [{"format": "xlsx"}, {"take": "501"}, {"cursor": "x"}, {"status": "lost"}, {"skip": "1"}], ids=str
)
def test_invalid_query_is_refused_in_json(api: Api, query: dict[str, str]) -> None:
    reply = api.call("export_posts", query=query)

    assert (reply.status, reply.body["details"][0]["field"]) == (400, *query)


def test_export_has_only_posts_of_the_caller_s_owner(api: Api) -> None:
    api.create()

    assert len(api.call("export_posts", user="mallory").text.splitlines()) == 1
    assert len(api.call("export_posts", roles="viewer").text.splitlines()) == 2
    assert api.call("export_posts", user=None).status == 401


def test_export_with_metrics_has_the_newest_sums_of_each_post(api: Api, db: Database) -> None:
    connection_id = connect(db, "bluesky")
    measured, publication_id = publish(db, connection_id)
    measure(db, publication_id, 1, reactions=3, comments=0, quirks=5)
    measure(db, publication_id, 6, reactions=9, comments=0, quirks=5)
    unmeasured, _ = publish(db, connection_id)

    rows = {row["id"]: row for row in table(exported(api, include="metrics"))}
    lines = {
        line["id"]: (line["metricsAsOf"], line["metrics"])
        for line in map(json.loads, exported(api, include="metrics", format="jsonl").text.splitlines())
    }

    nothing = dict.fromkeys(export.METRIC_COLUMNS, "")
    assert {name: rows[str(measured)][name] for name in export.METRIC_COLUMNS} == {
        **nothing,
        "metricsAsOf": "2026-03-02T15:00:00.000Z",
        "reactions": "9",
        "comments": "0",
    }
    assert {name: rows[str(unmeasured)][name] for name in export.METRIC_COLUMNS} == nothing
    assert lines == {
        str(measured): ("2026-03-02T15:00:00.000Z", {"reactions": 9, "comments": 0}),
        str(unmeasured): (None, {}),
    }
    assert set(rows[str(measured)]) == {*export.COLUMNS, *export.METRIC_COLUMNS}
