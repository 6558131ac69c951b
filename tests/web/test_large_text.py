"""The planner with text at 200 %, as a person sets it in the browser (WCAG 2.2, 1.4.4)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.support.chromium import launch_options
from tests.support.cut_parts import cut_parts
from tests.support.local_time import BERLIN, local, tomorrow
from tests.support.planner import Planner, watched_page
from tests.support.stack import DeployedStack

DOUBLE = "--blink-settings=defaultFontSize=32"


@pytest.fixture
def page(playwright: Playwright) -> Iterator[Page]:
    """Open a page in a browser whose default text is twice as large."""
    options = launch_options()
    browser = playwright.chromium.launch(**options | {"args": [*options["args"], DOUBLE]})
    with watched_page(browser) as opened:
        yield opened
    browser.close()


@pytest.fixture
def planner(page: Page, stack: DeployedStack, owner: str) -> Iterator[Planner]:
    opened = Planner(page, stack, owner)
    yield opened
    opened.api.close()


def test_main_flow_works_with_large_text(planner: Planner) -> None:
    page = planner.page
    at = (datetime.now(BERLIN) + timedelta(days=7)).replace(hour=9, minute=30)
    planner.sign_in()
    planner.open()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"

    page.get_by_role("link", name="New post").locator("visible=true").first.click()
    page.get_by_role("button", name="Bluesky sandbox").click()
    page.get_by_role("textbox", name="Text", exact=True).first.fill("Written large")
    page.get_by_label("Day", exact=True).fill(f"{at:%Y-%m-%d}")
    page.get_by_label("Time", exact=True).fill("09:30")
    assert cut_parts(page) == []
    page.get_by_role("button", name="Schedule").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("09:30")
    assert cut_parts(page) == []

    [post] = planner.posts()
    assert (post["status"], post["content"]) == ("scheduled", "Written large")


def test_nothing_is_cut_with_large_text(planner: Planner) -> None:
    planner.connect()
    two = ["bluesky", "mastodon"]
    planner.create(content="A long text " * 12, scheduledAt=tomorrow(9), campaign="Summer and autumn", notes="Quiet")
    pending = planner.create(scheduledAt=tomorrow(10), platforms=two, approvalRequired=True)
    for minute in (0, 10):
        planner.create(scheduledAt=tomorrow(1, minute), platforms=two)
    planner.sign_in(roles="admin")
    day = local(tomorrow(9)).date()

    pause = {"action": "pause", "scope": "campaign", "campaign": "Sommer" * 30, "reason": "Grund" * 30}
    operator = planner.stack.api("operator", {"x-owner-id": planner.owner, "x-user-roles": "operator"})
    assert operator.post("/api/social/queue", json=pause).is_success

    cut = {}
    for path in (
        *("/", f"/?day={day}", f"/?view=week&day={day}", f"/?view=day&day={day}", "/?view=agenda"),
        *("/posts", f"/posts/{pending['id']}", "/posts/new"),
        *("/connections", "/connections?connect=", "/settings", "/queue"),
    ):
        planner.open(path)
        planner.unfold()
        cut[path] = cut_parts(planner.page)

    assert operator.post("/api/social/queue", json=pause | {"action": "resume"}).is_success
    operator.close()
    assert {path: found for path, found in cut.items() if found} == {}
    assert len(planner.posts()) == 4


def test_composer_fits_a_phone_with_large_text(planner: Planner) -> None:
    planner.page.set_viewport_size({"width": 390, "height": 844})
    planner.connect()
    post = planner.create(content="Written large", platforms=["bluesky", "mastodon"], scheduledAt=tomorrow(9))
    planner.sign_in()

    cut = {}
    for path in ("/posts/new", f"/posts/{post['id']}/edit"):
        planner.open(path)
        planner.unfold()
        cut[path] = cut_parts(planner.page)

    assert {path: found for path, found in cut.items() if found} == {}
