"""The messages over the page: how long they stay, and which of them are shown."""

import re
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from tests.support.local_time import tomorrow
from tests.support.planner import Planner
from tests.support.stack import POSTS


def let_pass(page: Page, seconds: int) -> None:
    """Let the clock of the page pass, on which the messages depend."""
    page.clock.run_for(seconds * 1000)


def schedule(planner: Planner) -> None:
    """Schedule a post in the composer, which leads to its page with a message."""
    planner.page.clock.install()
    planner.open(f"/posts/new?at={tomorrow(9)[:16]}&first=bluesky")
    planner.page.get_by_label("Text", exact=True).fill("Good morning")
    planner.page.get_by_role("button", name="Schedule", exact=True).click()
    expect(planner.page.get_by_text("Scheduled for")).to_be_visible()


def test_message_leaves_after_a_few_seconds(planner: Planner) -> None:
    planner.sign_in()
    schedule(planner)

    let_pass(planner.page, 7)
    expect(planner.page.get_by_text("Scheduled for")).to_have_count(0, timeout=1000)


def test_message_stays_under_the_pointer_and_while_it_has_the_focus(planner: Planner) -> None:
    planner.sign_in()
    schedule(planner)
    message = planner.page.get_by_role("alertdialog")

    message.hover()
    let_pass(planner.page, 20)
    expect(message).to_be_visible()
    planner.page.mouse.move(5, 5)
    message.focus()
    let_pass(planner.page, 20)
    expect(message).to_be_visible()
    planner.page.locator("#main").focus()
    let_pass(planner.page, 7)
    expect(message).to_have_count(0, timeout=1000)


def test_message_about_an_event_leaves_when_its_post_is_opened(planner: Planner) -> None:
    planner.connect()
    planner.sign_in()
    post = planner.create(content="Good morning", scheduledAt=tomorrow(9))
    planner.open("/posts")
    expect(planner.page.get_by_text("Good morning")).to_be_visible()
    planner.api.patch(f"{POSTS}/update", json={"postId": post["id"], "scheduledAt": datetime.now(UTC).isoformat()})
    planner.wait_for(post["id"], "published")

    # The page reads the events again as soon as it is seen again.
    planner.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    message = planner.page.get_by_role("alertdialog")
    expect(message).to_contain_text(re.compile("“.?Good morning.?” was published."))
    message.get_by_role("link", name="Open the post").click()

    expect(planner.page).to_have_url(re.compile(f"/posts/{post['id']}$"))
    expect(message).to_have_count(0, timeout=1000)


def test_page_of_a_post_shows_its_publication_without_a_message(planner: Planner) -> None:
    planner.connect()
    planner.sign_in()
    planner.open("/posts/new?first=bluesky")
    planner.page.get_by_label("Text", exact=True).fill("Good morning")
    with planner.page.expect_response(lambda response: "posts/create" in response.url) as created:
        planner.page.get_by_role("button", name="Publish now").click()
    planner.wait_for(created.value.json()["post"]["id"], "published")

    planner.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(planner.page.get_by_text("See it on Bluesky")).to_be_visible()
    expect(planner.page.get_by_role("alertdialog")).to_have_count(0, timeout=3000)


def test_deletion_is_confirmed_and_the_way_back_skips_the_post(planner: Planner) -> None:
    page = planner.page
    post = planner.create(content="Never mind", scheduledAt=tomorrow(9))
    planner.sign_in()
    planner.open("/connections")
    page.get_by_role("link", name="Posts").first.click()
    page.get_by_role("link", name="Never mind").click()
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()

    expect(page.get_by_role("alertdialog")).to_contain_text("The post is deleted.")
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", name="Connections", exact=True)).to_be_visible()
    assert planner.api.get(f"{POSTS}/get", params={"postId": post["id"]}).status_code == 404
