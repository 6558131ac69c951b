"""The options of platforms in the composer: those that apply to the post, images, and accounts without access."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from minutehand.runtime.sql import Query
from tests.support.planner import Planner

LOSE_ACCESS = Query(
    "lose_access",
    """
    UPDATE social_connections SET status = 'reconnect_required', status_reason = 'The access was revoked.'
    WHERE owner_id = %(owner)s AND platform = 'pinterest' RETURNING id
    """,
)


@pytest.fixture
def video(planner: Planner, tmp_path: Path) -> Path:
    file = tmp_path / "portrait.mp4"
    file.write_bytes(planner.stack.simulator.get("/samples/portrait.mp4").content)
    return file


def test_options_of_videos_appear_with_a_video(planner: Planner, video: Path, image: Path) -> None:
    page = planner.page
    planner.sign_in()

    planner.open("/posts/new")
    page.get_by_role("button", name="Instagram sandbox").click()
    page.locator("summary", has_text="Instagram").click()
    options = page.locator("details", has_text="Instagram")
    expect(options.get_by_text("More options appear with a video.")).to_be_visible()
    expect(options.get_by_label("Cover image of the reel")).to_have_count(0)
    page.locator("input[type=file]").first.set_input_files(video)
    expect(options.get_by_label("Cover image of the reel", exact=True)).to_be_visible()
    expect(options.get_by_text("More options appear")).to_have_count(0)

    options.locator("input[type=file]").set_input_files(image)
    expect(options.get_by_role("img", name="Cover image of the reel")).to_be_visible()
    assert planner.violations() == []
    page.get_by_role("textbox", name="Text", exact=True).first.fill("Roasting")
    page.get_by_role("button", name="Save as draft").click()

    expect(page.get_by_role("heading", name="Draft", exact=True)).to_be_visible()
    [post] = planner.posts()
    assert re.fullmatch(r"media:[0-9a-f-]{36}", post["platformOptions"]["instagram"]["coverUrl"])


def test_pasted_address_becomes_the_number_of_a_post(planner: Planner) -> None:
    page = planner.page
    planner.sign_in()

    planner.open("/posts/new")
    page.get_by_role("button", name="X sandbox").click()
    page.locator("summary", has_text="X").click()
    page.get_by_label("Post to quote").fill("https://x.com/tidemark/status/1790000000000000001?s=20")
    expect(page.get_by_label("Post to quote")).to_have_value("1790000000000000001")
    page.get_by_role("textbox", name="Text", exact=True).first.fill("Quoted")
    page.get_by_role("button", name="Save as draft").click()

    expect(page.get_by_role("heading", name="Draft", exact=True)).to_be_visible()
    [post] = planner.posts()
    assert post["platformOptions"]["x"] == {"quoteTweetId": "1790000000000000001"}


def test_own_post_is_chosen_where_the_platform_shows_no_number(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    published = planner.create(content="New opening hours", platforms=["threads"], publish="now")
    planner.wait_for(published["id"], "published")
    planner.sign_in()

    planner.open("/posts/new")
    page.get_by_role("button", name="Threads").click()
    page.locator("summary", has_text="Threads").click()
    expect(page.get_by_label("Post to quote")).to_contain_text("No post")
    page.get_by_label("Post to quote").click()
    page.get_by_role("option", name="New opening hours").click()
    page.get_by_role("textbox", name="Text", exact=True).first.fill("They begin today")
    page.get_by_role("button", name="Save as draft").click()

    expect(page.get_by_role("heading", name="Draft", exact=True)).to_be_visible()
    [publication] = planner.post(published["id"])["publications"]
    draft = next(post for post in planner.posts() if post["status"] == "draft")
    assert draft["platformOptions"]["threads"] == {"quotePostId": publication["remoteId"]}


def test_option_without_a_choice_names_the_default(planner: Planner) -> None:
    page = planner.page
    planner.sign_in()

    planner.open("/posts/new")
    page.get_by_role("button", name="YouTube sandbox").click()
    page.locator("summary", has_text="YouTube").click()

    expect(page.get_by_role("button", name="Public (default) Who can see the post")).to_be_visible()


def test_choices_of_a_lost_account_ask_to_reconnect_it(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    planner.stack.db.fetch(LOSE_ACCESS, owner=planner.owner)
    planner.sign_in()

    planner.open("/posts/new")
    page.get_by_role("button", name=re.compile("^Pinterest")).click()
    link = page.get_by_role("link", name="Reconnect Pinterest to choose a board")
    expect(link).to_be_visible()
    assert planner.violations() == []
    with page.context.expect_page() as opened:
        link.click()

    expect(opened.value.get_by_role("dialog", name="Connect Pinterest")).to_be_visible()


def test_open_tab_of_the_text_is_in_view_on_a_phone(planner: Planner) -> None:
    page = planner.page
    page.set_viewport_size({"width": 390, "height": 844})
    planner.sign_in()

    planner.open("/posts/new")
    for name in ("Bluesky", "Instagram", "Mastodon", "Threads"):
        page.get_by_role("button", name=f"{name} sandbox").click()
    tab = page.get_by_role("tab", name=re.compile("^Threads"))
    # Unlike a click of the mouse, an event does not scroll.
    tab.dispatch_event("click")

    expect(tab).to_have_attribute("aria-selected", "true")
    expect(tab).to_be_in_viewport(ratio=1)


def test_board_in_the_sandbox_is_any_number(planner: Planner) -> None:
    page = planner.page
    planner.sign_in()
    planner.open("/posts/new")
    page.get_by_role("button", name="Pinterest sandbox").click()
    board = page.get_by_label("Board", exact=True)
    expect(board).to_have_accessible_description(re.compile("In the sandbox, any number works."))
    board.fill("1")
    page.get_by_role("textbox", name="Text", exact=True).first.fill("A new board")
    page.get_by_role("button", name="Save as draft").click()

    page.wait_for_url(re.compile("/posts/[0-9a-f-]{36}$"))
    [post] = planner.posts()
    assert post["platformOptions"]["pinterest"]["boardId"] == "1"
    expect(page.get_by_text("Will be published in the sandbox for Pinterest, unless an account is")).to_be_visible()
