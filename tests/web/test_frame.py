"""Sign-in, navigation and the look of every view."""

import pytest
from playwright.sync_api import expect

from tests.support.planner import Planner, tomorrow

CALENDARS = ["/", "/?view=week", "/?view=day", "/?view=agenda"]
VIEWS = [*CALENDARS, "/posts", "/posts/new", "/connections", "/settings", "/none"]


def test_person_chooses_a_user_on_the_local_stack(planner: Planner) -> None:
    planner.open()
    planner.page.get_by_role("button", name="approver").click()

    expect(planner.page.get_by_role("navigation").first).to_contain_text("approver")


def test_new_person_enters_a_name(planner: Planner, owner: str) -> None:
    planner.open()
    planner.page.get_by_label("Another user").fill(owner)
    planner.page.get_by_role("button", name="Sign in").click()

    expect(planner.page.get_by_role("navigation").first).to_contain_text(owner)


@pytest.mark.parametrize("path", VIEWS)
def test_view_has_no_accessibility_violation(path: str, planner: Planner) -> None:
    planner.create(scheduledAt=tomorrow(9))
    planner.sign_in()

    planner.open(path)
    planner.page.wait_for_load_state("networkidle")

    assert planner.violations() == []


def test_operators_page_has_no_accessibility_violation(planner: Planner) -> None:
    planner.sign_in(roles="operator")

    planner.open("/queue")
    expect(planner.page.get_by_text("Nothing is paused.")).to_be_visible()

    assert planner.violations() == []


def test_only_operators_see_the_queue(planner: Planner) -> None:
    planner.sign_in()
    planner.open()

    expect(planner.page.get_by_role("link", name="Settings").first).to_be_visible()
    expect(planner.page.get_by_role("link", name="Queue")).to_have_count(0)


def test_dark_theme_is_remembered(planner: Planner) -> None:
    planner.sign_in()
    planner.open("/settings")
    planner.page.get_by_label("Theme").click()
    planner.page.get_by_role("option", name="Dark").click()
    planner.page.reload()
    planner.page.locator("h1").wait_for()

    expect(planner.page.locator("html")).to_have_attribute("data-theme", "dark")
    assert planner.violations() == []
