"""The choice of a user on the local stack, and the navigation."""

from playwright.sync_api import Route, expect

from tests.support.local_time import tomorrow
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


def test_next_person_does_not_see_the_posts_of_the_person_before(planner: Planner, owner: str) -> None:
    page = planner.page
    planner.create(content="Coffee", scheduledAt=tomorrow(9))
    planner.sign_in()
    planner.open("/posts")
    expect(page.get_by_role("link", name="Coffee")).to_be_visible()

    page.route("**/posts/list?*", lambda route: None)
    page.get_by_role("link", name="Settings").first.click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Another user").fill(f"{owner}-2")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Posts").first.click()

    expect(page.get_by_role("main").get_by_role("status", name="Loading")).to_be_visible()
    expect(page.get_by_role("link", name="Coffee")).to_have_count(0)


def test_composer_can_be_left_while_it_loads(planner: Planner) -> None:
    page = planner.page
    planner.sign_in()
    planner.open("/posts")
    page.route("**/Composer-*.js", lambda route: None)
    page.get_by_role("link", name="New post").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("New post")
    expect(page.get_by_role("main").get_by_role("status", name="Loading")).to_be_visible()
    assert planner.violations() == []
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Posts")


def test_planner_without_a_response_offers_another_try(planner: Planner) -> None:
    page = planner.page
    planner.sign_in()
    page.clock.install()
    waiting: list[Route] = []
    page.route("**/api/social/me", lambda route: route.continue_() if waiting else waiting.append(route))
    page.goto(planner.address)
    expect(page.get_by_text("Opening the planner")).to_be_visible()
    page.clock.run_for(9_000)
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    page.clock.run_for(2_000)
    expect(page.get_by_role("status")).to_have_text(
        "The server has not responded yet. Check your internet connection, then try again."
    )
    assert planner.violations() == []
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("navigation").first).to_contain_text("Settings")


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
    planner.page.get_by_role("heading", name="Settings", level=1).wait_for()

    expect(planner.page.locator("html")).to_have_attribute("data-theme", "dark")
    assert planner.violations() == []


def test_settings_are_read_only_without_the_permission(planner: Planner) -> None:
    page = planner.page
    planner.sign_in()
    planner.open("/settings")

    card = page.get_by_role("region", name="All posts")
    expect(card.get_by_text("Every post needs an approval: No")).to_be_visible()
    expect(card.get_by_text("Only an approver or an admin can change this.")).to_be_visible()
    expect(card.get_by_role("switch")).to_have_count(0)
    expect(card.get_by_role("button", name="Time zone")).to_be_enabled()
    expect(page.get_by_role("region", name="You")).to_contain_text("role: editor")
    assert planner.violations() == []

    planner.sign_in(roles="viewer")
    page.reload()
    expect(card.get_by_text("You may read these settings, but not change them.")).to_be_visible()
    expect(card.get_by_text("Minutes between two posts on an account: 0")).to_be_visible()
    expect(card.get_by_role("button").or_(card.get_by_role("textbox"))).to_have_count(0)
    assert planner.violations() == []

    planner.sign_in(roles="approver")
    page.reload()
    expect(card.get_by_role("switch", name="Every post needs an approval")).to_be_enabled()
