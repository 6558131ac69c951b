"""New posts that are not saved yet and are kept on the device."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.planner import Planner


def text_field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Text", exact=True).first


def test_every_new_post_that_is_not_saved_is_found_again(planner: Planner) -> None:
    planner.sign_in()
    page = planner.page
    planner.open("/posts")
    page.get_by_role("link", name="New post").first.click()
    text_field(page).fill("A: the roastery opens")
    # The page is left before the pause of typing ends.
    page.get_by_role("button", name="Close", exact=True).click()
    page.wait_for_url(re.compile("/posts$"))
    message = page.get_by_role("alertdialog").filter(has_text="They are kept on this device.")
    expect(message.get_by_role("link", name="Continue")).to_be_visible()

    planner.open("/posts/new?at=2199-03-24T10:30")
    expect(text_field(page)).to_have_value("")
    expect(page.get_by_label("Time", exact=True)).to_have_value("10:30")
    expect(page.get_by_role("heading", name="An unsaved post is kept on this device")).to_be_visible()
    assert planner.violations() == []
    text_field(page).fill("B: a free cup")
    expect(page.get_by_text(re.compile("Kept on this device, "))).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).click()
    page.wait_for_url(re.compile("/posts$"))

    copied = planner.create(content="C: a copy")
    planner.open(f"/posts/new?copy={copied['id']}")
    expect(text_field(page)).to_have_value("C: a copy")
    expect(page.get_by_role("heading", name="2 unsaved posts are kept on this device")).to_be_visible()
    kept = page.get_by_role("listitem")
    expect(kept.filter(has_text="A: the roastery opens")).to_be_visible()
    kept.filter(has_text="B: a free cup").get_by_role("button", name="Continue").click()
    expect(text_field(page)).to_have_value("B: a free cup")
    expect(text_field(page)).to_be_focused()
    expect(page.get_by_label("Time", exact=True)).to_have_value("10:30")

    kept.filter(has_text="A: the roastery opens").get_by_role("button", name="Continue").click()
    expect(text_field(page)).to_have_value("A: the roastery opens")
    kept.filter(has_text="B: a free cup").get_by_role("button", name="Discard").click()
    dialog = page.get_by_role("dialog", name="Discard this post?")
    assert planner.violations() == []
    dialog.get_by_role("button", name="Discard").click()
    expect(kept.filter(has_text="B: a free cup")).to_have_count(0)
    expect(text_field(page)).to_be_focused()

    page.reload()
    expect(text_field(page)).to_have_value("A: the roastery opens")
    planner.open("/posts/new")
    expect(page.get_by_role("heading", name="An unsaved post is kept on this device")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "target"),
    [
        pytest.param("/posts/new", "/planner/?", id="new-post"),
        pytest.param("/posts/{}/edit", "/planner/posts/{}", id="saved-post"),
    ],
)
def test_composer_that_is_opened_directly_closes_into_the_planner(planner: Planner, path: str, target: str) -> None:
    planner.sign_in()
    page = planner.page
    post_id = planner.create()["id"]
    assert page.url == "about:blank"
    planner.open(path.format(post_id))
    text_field(page).fill("Changed")
    page.get_by_role("button", name="Close", exact=True).click()

    page.wait_for_url(re.compile(f"{target.format(post_id)}$"))
    expect(page.get_by_role("main")).to_be_visible()


def test_kept_post_without_a_time_gets_the_time_of_the_calendar(planner: Planner) -> None:
    planner.sign_in()
    page = planner.page
    planner.open("/posts/new")
    text_field(page).fill("Not planned yet")
    expect(page.get_by_text(re.compile("Kept on this device, "))).to_be_visible()

    planner.open("/posts")
    planner.open("/posts/new?at=2199-03-24T10:30")
    page.get_by_role("button", name="Continue").click()
    expect(text_field(page)).to_have_value("Not planned yet")
    expect(page.get_by_label("Day", exact=True)).to_have_value("2199-03-24")
    expect(page.get_by_label("Time", exact=True)).to_have_value("10:30")

    page.get_by_role("button", name="Close", exact=True).click()
    page.wait_for_url(re.compile("/posts$"))


def test_saved_post_is_no_longer_kept(planner: Planner) -> None:
    planner.sign_in()
    page = planner.page
    planner.open("/posts/new")
    text_field(page).fill("Saved at once")
    page.get_by_role("button", name="Save as draft").click()
    page.wait_for_url(re.compile("/posts/[0-9a-f-]{36}$"))

    planner.open("/posts/new")
    expect(text_field(page)).to_have_value("")
    expect(page.get_by_role("heading", name=re.compile("kept on this device"))).to_have_count(0)


def test_discarded_changes_of_a_post_are_gone_after_a_confirmation(planner: Planner) -> None:
    post = planner.create(content="Saved")
    planner.sign_in()
    page = planner.page
    planner.open(f"/posts/{post['id']}/edit")
    text_field(page).fill("Not saved")
    expect(page.get_by_text(re.compile("Kept on this device, "))).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Discard them").click()
    page.get_by_role("dialog", name="Discard your changes?").get_by_role("button", name="Discard").click()

    expect(text_field(page)).to_have_value("Saved")
    expect(page.get_by_role("button", name="Discard them")).to_have_count(0)
