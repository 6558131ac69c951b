"""A publication whose result is not known: the account's page on the platform, where a person can check."""

import re

from playwright.sync_api import Route, expect

from tests.support.planner import Planner


def show_connections_of_x(route: Route) -> None:
    """Answer as a deployment that publishes on X. Nothing on this machine calls the real servers of X."""
    body = route.fetch().json()
    for connection in body["connections"]:
        connection.update(handle="@tidemark", baseUrl="https://api.x.com", profileUrl="https://x.com/tidemark")
    route.fulfill(json=body)


def test_account_of_an_unknown_publication_can_be_opened(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    post = planner.create(content="Did it arrive?", platforms=["x"], publish="now")
    planner.wait_for(post["id"], "published")
    planner.doubt(post["id"])
    planner.sign_in()

    planner.open(f"/posts/{post['id']}")
    expect(page.get_by_role("button", name="It is there")).to_be_visible()
    expect(page.get_by_text(re.compile(r"tried on \w+ \d+ \w+, \d\d:\d\d"))).to_be_visible()
    # The simulated account has no page, but the simulator shows all posts.
    link = page.get_by_role("link", name="Open X", exact=True)
    expect(link).to_have_attribute("href", f"{planner.stack.stack.settings.simulator_url}/")
    assert planner.violations() == []
    page.route("**/posts/get?*", show_connections_of_x)
    page.reload()

    link = page.get_by_role("link", name="@tidemark")
    expect(link).to_have_text("Open \u2068@tidemark\u2069 on X")
    expect(link).to_have_attribute("href", "https://x.com/tidemark")
    assert planner.violations() == []


def test_publication_that_may_appear_twice_is_confirmed_first(planner: Planner) -> None:
    page = planner.page
    post = planner.create(content="Did it arrive?", publish="now")
    planner.wait_for(post["id"], "published")
    planner.doubt(post["id"])
    planner.sign_in()

    planner.open(f"/posts/{post['id']}")
    # The publish call began and was published: two entries of one attempt.
    expect(page.get_by_role("group").filter(has_text="Attempts").locator("summary")).to_have_text("Attempts1")
    page.get_by_role("button", name="It is not there: publish it").click()
    dialog = page.get_by_role("dialog", name="Publish it on Bluesky?")
    expect(dialog.get_by_text("If the post is there after all, it appears twice.")).to_be_visible()
    assert planner.violations() == []
    dialog.get_by_role("button", name="Cancel").click()
    assert planner.post(post["id"])["status"] == "failed"
    page.get_by_role("button", name="It is not there: publish it").click()
    dialog.get_by_role("button", name="Publish it").click()

    expect(page.get_by_text("Published on 1 of 1 account.")).to_be_visible()
    assert planner.post(post["id"])["status"] == "published"
