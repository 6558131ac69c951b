"""The numbers of a post and of the view Analytics, compared with those of the API."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import expect
from psycopg.types.json import Jsonb

from minutehand.runtime.sql import Query
from tests.support.planner import Planner
from tests.support.stack import POSTS

MEASURE = Query(
    "measure",
    """WITH measured AS (
           UPDATE publication_metrics
           SET taken_at = %(at)s, metrics = %(metrics)s, due_at = published_at + interval '1 day', moment = 24
           WHERE owner_id = %(owner)s AND platform = %(platform)s
           RETURNING publication_id, owner_id
       )
       INSERT INTO metric_snapshots (publication_id, moment, owner_id, taken_at, metrics)
       SELECT publication_id, %(moment)s, owner_id, %(at)s, %(metrics)s FROM measured""",
)
ADD_FOLLOWERS = Query(
    "add_followers",
    """INSERT INTO follower_counts (connection_id, taken_at, owner_id, platform, followers, name)
       SELECT id, %(at)s, owner_id, platform, %(followers)s, 'followersCount'
       FROM social_connections WHERE owner_id = %(owner)s AND platform = %(platform)s""",
)
ADD_PROBLEM = Query(
    "add_problem",
    """INSERT INTO metric_problems (connection_id, subject, owner_id, code, reason, since)
       SELECT id, 'publications', owner_id, 'scope_missing', 'The permission to read metrics is missing.', now()
       FROM social_connections WHERE owner_id = %(owner)s AND platform = 'threads'
       ON CONFLICT (connection_id, subject) DO UPDATE SET code = excluded.code, reason = excluded.reason""",
)
RENAME = Query(
    "rename",
    """UPDATE social_connections SET handle = 'the.tidemark.coffee.roasters@kaffeeroesterei-am-alten-hafen.example'
       WHERE owner_id = %(owner)s RETURNING id""",
)
CUT_PARTS = """
() => [...document.querySelectorAll("main td, main th, main button, main h2")]
    .filter((part) => {
        const box = part.getBoundingClientRect();
        const card = part.closest("section, header, main").getBoundingClientRect();
        const scroll = part.closest("[tabindex='0']");
        return box.right > card.right + 1 || (scroll && scroll.scrollWidth > scroll.clientWidth);
    })
    .map((part) => part.textContent)
"""
"""Finds the cells, buttons and titles that reach beyond their card or are in a table that scrolls."""


def measure(planner: Planner, platform: str, moment: int, **metrics: int) -> None:
    stored = {name: {"value": value, "unit": "count", "name": f"{name}Count"} for name, value in metrics.items()}
    planner.stack.db.fetch(
        MEASURE,
        owner=planner.owner,
        platform=platform,
        moment=moment,
        at=datetime.now(UTC) - timedelta(hours=30 - moment),
        metrics=Jsonb(stored),
    )


def add_followers(planner: Planner, platform: str, followers: int, days: int) -> None:
    at = datetime.now(UTC) - timedelta(days=days)
    planner.stack.db.fetch(ADD_FOLLOWERS, owner=planner.owner, platform=platform, at=at, followers=followers)


def measured_post(planner: Planner) -> str:
    """Publish a post on two platforms, add its metrics, followers and a missing scope, and return its id."""
    planner.connect()
    post = planner.create(content="Count me", platforms=["bluesky", "mastodon"], campaign="Spring", publish="now")
    planner.wait_for(post["id"], "published")
    measure(planner, "bluesky", 1, reactions=3, comments=0)
    measure(planner, "bluesky", 6, reactions=1234, comments=0)
    measure(planner, "mastodon", 1, reactions=40)
    for days, followers in ((2, 100), (1, 120)):
        add_followers(planner, "bluesky", followers, days)
    planner.stack.db.fetch(ADD_PROBLEM, owner=planner.owner)
    return str(post["id"])


def table(planner: Planner, name: str) -> list[list[str]]:
    """Return the cells of each row of a table, without its headings."""
    rows = planner.page.get_by_role("table", name=name).locator("tbody tr")
    expect(rows.first).to_be_visible()
    return [row.locator("th, td").all_inner_texts() for row in rows.all()]


def numbers(cells: list[str]) -> list[int | None]:
    """Return the numbers of a row after its name. An empty cell is None."""
    return [int(cell.split("\n")[0].replace(",", "")) if cell.strip() else None for cell in cells[1:]]


def newest(values: list[dict[str, Any]]) -> dict[str, int]:
    return {each["name"]: each["value"] for each in values}


def test_numbers_of_a_post_equal_those_of_the_api(planner: Planner) -> None:
    post_id = measured_post(planner)
    planner.sign_in()

    planner.open(f"/posts/{post_id}")
    shown = {row[0].split(" ")[0]: numbers(row) for row in table(planner, "Bluesky: Metrics")}

    answer = planner.api.get(f"{POSTS}/analytics", params={"postId": post_id}).json()
    [bluesky] = [each for each in answer["publications"] if each["platform"] == "bluesky"]
    courses = [newest(each["metrics"]) for each in bluesky["snapshots"]]
    assert shown == {
        "Reactions": [each["reactions"] for each in courses],
        "Comments": [each["comments"] for each in courses],
    }
    assert shown["Reactions"] == [3, 1234]
    expect(planner.page.get_by_text("Newest metrics:")).to_be_visible()
    expect(planner.page.get_by_text("reactionsCount")).to_have_count(0)
    assert planner.violations() == []


def test_post_on_a_phone_begins_with_its_content_and_newest_numbers(planner: Planner) -> None:
    post_id = measured_post(planner)
    planner.sign_in()
    planner.page.set_viewport_size({"width": 390, "height": 844})

    planner.open(f"/posts/{post_id}")
    heads = planner.page.get_by_role("table", name="Bluesky: Metrics").locator("thead th")
    expect(heads).to_have_text(["Metric", "1 hour", "6 hours"])
    titles = planner.page.get_by_role("heading", level=2).all_inner_texts()
    assert titles == ["Published on 2 of 2 accounts.", "Content", "Metrics", "Attempts", "History"]
    assert planner.page.evaluate("document.documentElement.scrollWidth") == 390

    attempt = planner.page.get_by_text("Publish call began").first
    event = planner.page.get_by_text("Written", exact=True)
    expect(attempt).to_be_hidden()
    expect(event).to_be_hidden()
    expect(event).to_have_count(1)
    planner.page.get_by_role("heading", name="Attempts").click()
    expect(attempt).to_be_visible()
    planner.page.get_by_role("heading", name="History").click()
    expect(event).to_be_visible()


def test_phone_shows_the_newest_readings_of_a_post(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    post = planner.create(content="Count me", platforms=["bluesky", "threads"], publish="now")
    planner.wait_for(post["id"], "published")
    for moment in (1, 6, 24, 72):
        measure(planner, "bluesky", moment, reactions=moment)
    planner.stack.db.fetch(ADD_PROBLEM, owner=planner.owner)
    planner.sign_in()
    page.set_viewport_size({"width": 390, "height": 844})

    planner.open(f"/posts/{post['id']}")
    heads = page.get_by_role("table", name="Bluesky: Metrics").locator("thead th")
    expect(heads).to_have_text(["Metric", "6 hours", "1 day", "3 days"])
    # The reason why there are no metrics does not promise them.
    expect(page.get_by_text("The permission to read metrics is missing.")).to_be_visible()
    expect(page.get_by_text("The first metrics are read")).to_have_count(0)
    page.get_by_role("button", name="Show every reading").click()
    expect(heads).to_have_text(["Metric", "1 hour", "6 hours", "1 day", "3 days"])
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_numbers_of_the_view_equal_those_of_the_api(planner: Planner) -> None:
    measured_post(planner)
    planner.sign_in()

    planner.open("/analytics")
    shown = {row[0]: numbers(row)[:3] for row in table(planner, "By platform")}
    heads = planner.page.get_by_role("table", name="By platform").locator("thead th").all_inner_texts()

    days = datetime.now(UTC).date()
    answer = planner.api.get(
        f"{POSTS}/analytics",
        params={
            "from": str(days - timedelta(days=20)),
            "to": str(days + timedelta(days=2)),
            "timezone": "Europe/Berlin",
            "groupBy": "platform",
        },
    ).json()
    sums = {each["platform"].capitalize(): each for each in answer["groups"]} | {"All": answer["total"]}
    assert heads[1:4] == ["Publications", "Reactions", "Comments"]
    assert shown == {
        name: [each["publications"], newest(each["metrics"])["reactions"], newest(each["metrics"]).get("comments")]
        for name, each in sums.items()
    }
    assert shown["All"] == [2, 1274, 0]
    expect(planner.page.get_by_role("img", name=re.compile("Followers of Bluesky.*100.*120"))).to_be_visible()
    followers = planner.page.get_by_role("region", name="Followers")
    expect(followers).to_contain_text(re.compile("120 on .*: 20 more than on "))
    expect(followers.get_by_text("The vertical axis begins at 100, not at 0.")).to_be_visible()
    expect(planner.page.get_by_role("link", name="Reconnect to grant it")).to_be_visible()

    planner.page.get_by_role("link", name="Day", exact=True).click()
    expect(planner.page.get_by_role("img", name=re.compile("Reactions by day.*1,274"))).to_be_visible()
    assert table(planner, "By day")[-1][0] == "All"
    assert planner.violations() == []
    planner.page.set_viewport_size({"width": 390, "height": 844})
    assert planner.page.evaluate("document.documentElement.scrollWidth") == 390


def test_publications_that_are_not_read_yet_and_the_time_of_a_problem_are_told(planner: Planner) -> None:
    page = planner.page
    measured_post(planner)
    unread = planner.create(content="Count me later", platforms=["threads"], publish="now")
    planner.wait_for(unread["id"], "published")
    planner.sign_in()

    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        planner.open("/analytics")
        rows = {row[0]: row[1:] for row in table(planner, "By platform")}
        assert rows["Threads"] == ["1", "not read yet"]
        assert rows["All"][:2] == ["3\n2 read", "1,274\n2 of 3"]
        expect(page.get_by_text("the first metrics are read an hour after a post is published")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == width
    problem = page.get_by_role("region", name="Incomplete metrics").get_by_role("listitem")
    expect(problem).to_contain_text(
        re.compile(r"Threads.*Metrics could not be read on \w{3} \d+ \w+, \d\d:\d\d CES?T\.")
    )
    expect(problem).to_contain_text("The permission to read metrics is missing. Reconnect the account and grant it.")
    assert planner.violations() == []
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        planner.open("/connections")
        row = page.get_by_role("listitem").filter(has_text="Threads")
        expect(row).to_contain_text("Works")
        expect(row).to_contain_text("Posts are published, but metrics cannot be read: the permission is missing.")
        grant = page.get_by_role("link", name="Reconnect to grant it")
        expect(grant).to_have_count(1)
        expect(grant).to_have_attribute("href", re.compile("connect=threads&account="))
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert planner.violations() == []


def test_phone_shows_one_metric_of_each_group_at_a_time(planner: Planner) -> None:
    measured_post(planner)
    planner.sign_in()
    planner.page.set_viewport_size({"width": 390, "height": 844})

    planner.open("/analytics")
    heads = planner.page.get_by_role("table", name="By platform").locator("thead th")
    expect(heads).to_have_text(["Platform", "Publications", "Reactions"])
    planner.page.get_by_role("button", name="Reactions Metric").click()
    planner.page.get_by_role("option", name="Comments").click()

    expect(heads).to_have_text(["Platform", "Publications", "Comments"])
    assert table(planner, "By platform")[-1] == ["All", "2", "0\n1 of 2"]
    assert planner.violations() == []


def test_large_numbers_and_long_names_are_not_cut(planner: Planner) -> None:
    measured_post(planner)
    names = ("impressions", "reach", "views", "reactions", "comments", "shares", "reposts", "saves", "clicks")
    measure(planner, "bluesky", 24, **dict.fromkeys(names, 9_876_543))
    add_followers(planner, "mastodon", 9_876_543, 1)
    planner.stack.db.fetch(RENAME, owner=planner.owner)
    planner.sign_in()

    for width in (1440, 390):
        planner.page.set_viewport_size({"width": width, "height": 900})
        for grouping in ("platform", "campaign", "day", "connection"):
            planner.open(f"/analytics?by={grouping}")
            expect(planner.page.get_by_role("table").first).to_contain_text("9,876,5")
            expect(planner.page.get_by_role("button", name="Followers of")).to_contain_text("the.tidemark")
            assert planner.page.evaluate(CUT_PARTS) == []
            assert planner.page.evaluate("document.documentElement.scrollWidth") == width


def test_view_without_numbers_says_when_the_first_ones_come(planner: Planner) -> None:
    planner.connect()
    post = planner.create(content="Count me", platforms=["bluesky"], publish="now")
    planner.wait_for(post["id"], "published")
    planner.sign_in()

    planner.open("/analytics")

    expect(planner.page.get_by_text("There are no metrics yet")).to_be_visible()
    expect(planner.page.get_by_text("The first metrics are read on")).to_be_visible()
