"""The calendar with a month of 2,000 posts: no task makes the page unresponsive."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.support.factories import make_posts
from tests.support.local_time import BERLIN, local
from tests.support.planner import Planner
from tests.support.trace import traced

pytestmark = pytest.mark.measured

MAX_TASK_MS = 100
ATTEMPTS = 6
"""On a busy machine, a task takes longer now and then. What the page does in one task takes as long each time."""
POSTS = 2000


@pytest.fixture
def month(planner: Planner) -> datetime:
    """Create the posts of next month, and return its first day."""
    now = datetime.now(BERLIN)
    first = (now.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    spacing = timedelta(days=28) / POSTS
    make_posts(planner.stack.db, POSTS, due=first, spacing=spacing, owner_id=planner.owner, platforms=["bluesky", "x"])
    planner.sign_in()
    return first


def open_all(planner: Planner, path: str, posts: str = "2000 posts in view") -> None:
    planner.open(path)
    expect(planner.page.get_by_text(posts, exact=True)).to_be_visible()


def scroll(page: Page) -> None:
    page.mouse.move(700, 600)
    for distance in (400, 400, 400, 2000, -2000, -400, -400, -400):
        page.mouse.wheel(0, distance)
        page.wait_for_timeout(60)


def filter_posts(page: Page) -> None:
    """Filter by words and by platform. Every post is on Bluesky.

    While `expect` waits, Playwright describes the whole page to itself, in a task of the page. `wait_for` does not.
    """
    all_posts = page.get_by_text("2000 posts in view", exact=True)
    page.get_by_placeholder("Search the text").press_sequentially("Post 1999", delay=40)
    page.get_by_text("1 post in view", exact=True).wait_for()
    page.get_by_role("button", name="Clear the search").click()
    all_posts.wait_for()
    page.get_by_role("button", name="Platform").click()
    page.get_by_role("option", name="Bluesky").click()
    page.wait_for_load_state("networkidle")
    all_posts.wait_for()
    page.get_by_role("button", name="Clear the filters").click()


def is_saved(response: Response) -> bool:
    return "posts/update" in response.url and response.ok


def local_day(planner: Planner, post_id: str) -> int:
    return local(planner.post(post_id)["scheduledAt"]).day


def shortest(measure: Callable[[], float]) -> float:
    """Return the shortest of a few measurements. They end with the first that is below the limit."""
    found: list[float] = []
    while len(found) < ATTEMPTS and min(found, default=MAX_TASK_MS) >= MAX_TASK_MS:
        found.append(measure())
    return min(found)


def test_month_of_2000_posts_has_no_long_task(planner: Planner, browser: Browser, month: datetime) -> None:
    page = planner.page

    def measure() -> float:
        open_all(planner, f"/?day={month:%Y-%m-%d}")
        chips = page.locator(f'[role=gridcell][data-day="{month:%Y-%m}-10"] [data-post]')
        dragged, lifted = (str(chips.nth(number).get_attribute("data-post")) for number in (0, 1))

        with traced(browser, page) as trace:
            scroll(page)
            filter_posts(page)
            with page.expect_response(is_saved):
                target = page.locator(f'[role=gridcell][data-day="{month:%Y-%m}-12"]')
                page.locator(f'[data-post="{dragged}"]').drag_to(target, target_position={"x": 40, "y": 14})
            page.locator(f'[data-post="{lifted}"]').focus()
            for key in ("Space", "ArrowRight", "ArrowRight", "]", "]"):
                page.keyboard.press(key)
            with page.expect_response(is_saved):
                page.keyboard.press("Enter")
            page.wait_for_load_state("networkidle")

        assert (local_day(planner, dragged), local_day(planner, lifted)) == (12, 12)
        assert len(trace.tasks) > 100
        return trace.longest()

    assert shortest(measure) < MAX_TASK_MS


def test_agenda_of_a_month_has_no_long_task(planner: Planner, browser: Browser, month: datetime) -> None:
    page = planner.page

    def measure() -> float:
        open_all(planner, f"/?view=agenda&day={month:%Y-%m-%d}")

        with traced(browser, page) as trace:
            scroll(page)
            filter_posts(page)
            page.get_by_role("button", name="Move to").first.click()
            page.get_by_label("Day", exact=True).fill(f"{month:%Y-%m}-20")
            with page.expect_response(is_saved) as saved:
                page.get_by_role("button", name="Move the post").click()
            page.wait_for_load_state("networkidle")

        moved = saved.value.json()["post"]
        assert local_day(planner, moved["id"]) == 20
        assert len(trace.tasks) > 100
        return trace.longest()

    assert shortest(measure) < MAX_TASK_MS
