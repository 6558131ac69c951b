"""The choice of a user on the local stack, and the navigation."""

from playwright.sync_api import expect

from tests.support.planner import Planner


def test_person_chooses_a_user_on_the_local_stack(planner: Planner) -> None:
    planner.open()
    planner.page.get_by_role("button", name="approver").click()

    expect(planner.page.get_by_role("navigation").first).to_contain_text("approver")


def test_new_person_enters_a_name(planner: Planner, owner: str) -> None:
    planner.open()
    planner.page.get_by_label("Another user").fill(owner)
    planner.page.get_by_role("button", name="Sign in").click()

    expect(planner.page.get_by_role("navigation").first).to_contain_text(owner)


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
