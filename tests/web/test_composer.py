"""The composer: accounts, texts, media, options and times."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Response, Route, expect

from minutehand.runtime.sql import Query
from tests.support.local_time import BERLIN, tomorrow
from tests.support.planner import Planner
from tests.support.stack import POSTS

RENAME = Query(
    "rename",
    """UPDATE social_connections SET handle = %(handle)s
       WHERE owner_id = %(owner)s AND platform = 'mastodon' RETURNING id""",
)


def write(planner: Planner, text: str) -> None:
    planner.page.get_by_role("textbox", name="Text", exact=True).first.fill(text)


def choose_time(planner: Planner, at: datetime) -> None:
    planner.page.get_by_label("Day", exact=True).fill(f"{at:%Y-%m-%d}")
    planner.page.get_by_label("Time", exact=True).fill(f"{at:%H:%M}")


def in_a_week() -> datetime:
    at = datetime.now(BERLIN) + timedelta(days=7)
    return at.replace(hour=9, minute=30, second=0, microsecond=0)


def test_new_person_publishes_the_first_post_in_the_sandbox(planner: Planner) -> None:
    planner.sign_in()
    begin = time.monotonic()
    planner.open()

    # The first view leads there, with Bluesky chosen.
    planner.page.get_by_role("link", name="Write a post in the sandbox first").click()
    expect(planner.page.get_by_text("Sandbox: nobody else sees this post.", exact=True)).to_be_visible()
    write(planner, "Our first post")
    planner.page.get_by_role("button", name="Publish now").click()

    expect(planner.page.get_by_text("The post is being published.")).to_be_visible()
    expect(planner.page.get_by_text("Published on 1 of 1 account.")).to_be_visible(timeout=40_000)
    assert time.monotonic() - begin < 60
    [post] = planner.posts()
    assert (post["status"], post["content"]) == ("published", "Our first post")
    assert post["publications"][0]["sandbox"] is True


def test_post_with_image_and_variant_is_scheduled(planner: Planner, image: Path) -> None:
    planner.connect()
    planner.sign_in()
    at = in_a_week()

    planner.open("/posts/new")
    planner.page.get_by_role("button", name=re.compile("bsky.example")).click()
    planner.page.get_by_role("button", name=re.compile("^X ?@")).click()
    write(planner, "A long text for Bluesky")
    planner.page.get_by_role("tab", name=re.compile("^X")).click()
    planner.page.get_by_role("tabpanel").get_by_role("textbox", name="Text", exact=True).fill("A short text for X")
    planner.page.locator("input[type=file]").set_input_files(image)
    planner.page.get_by_label("Alternative text").fill("A clock at sunrise")
    choose_time(planner, at)
    planner.page.get_by_role("button", name=re.compile("If it is late")).click()
    planner.page.get_by_role("option", name="Publish it up to 1 hour after its time").click()
    time_in_bar = planner.page.get_by_role("contentinfo").get_by_role("button", name=re.compile(", 09:30 CES?T"))
    expect(time_in_bar).to_be_visible()
    assert planner.violations() == []
    time_in_bar.click()
    expect(planner.page.get_by_label("Day", exact=True)).to_be_focused()
    planner.page.get_by_role("button", name="Schedule").click()

    expect(planner.page.get_by_role("heading", level=1)).to_contain_text("09:30")
    expect(planner.page.get_by_text("Publish it up to 1 hour after its time")).to_be_visible()
    [post] = planner.posts()
    assert post["publishWithinSeconds"] == 3600
    assert (post["status"], sorted(post["platforms"])) == ("scheduled", ["bluesky", "x"])
    assert post["variants"] == {"x": {"content": "A short text for X"}}
    assert datetime.fromisoformat(post["scheduledAt"]) == at
    assert post["timezone"] == "Europe/Berlin"
    [media] = post["mediaUrls"]
    assert media.startswith("media:")
    assert post["altTexts"] == {media: "A clock at sunrise"}


def test_post_with_a_time_is_published_now_only_after_a_confirmation(planner: Planner) -> None:
    planner.sign_in()

    planner.open(f"/posts/new?at={in_a_week():%Y-%m-%dT%H:%M}")
    planner.page.get_by_role("button", name="Bluesky sandbox").click()
    write(planner, "Too early")
    planner.page.get_by_role("button", name="Publish now").click()
    dialog = planner.page.get_by_role("dialog", name="Publish the post now?")
    expect(dialog).to_contain_text(
        re.compile(r"It is published immediately in the sandbox for Bluesky, and not on .*, 09:30 CES?T\.")
    )
    assert planner.violations() == []
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    assert planner.posts() == []

    planner.page.get_by_role("button", name="Publish now").click()
    dialog.get_by_role("button", name="Publish now").click()
    expect(planner.page.get_by_text("Published on 1 of 1 account.")).to_be_visible(timeout=40_000)
    assert len(planner.posts()) == 1


def test_missing_fields_are_problems_only_after_an_attempt_to_schedule(planner: Planner) -> None:
    planner.sign_in()

    planner.open("/posts/new")
    bar = planner.page.get_by_role("contentinfo")
    expect(bar).to_contain_text("Choose at least one account.")
    expect(bar.locator(".is-failed")).to_have_count(0)
    expect(planner.page.locator("main [data-invalid]")).to_have_count(0)
    planner.page.get_by_role("button", name="Schedule").click()

    main = planner.page.get_by_role("main")
    expect(bar.locator("button.is-failed")).to_have_text("Choose at least one account.")
    expect(bar.get_by_role("status")).to_contain_text("2 more")
    expect(planner.page.get_by_role("region", name="Accounts")).to_contain_text("Choose at least one account.")
    expect(main.get_by_role("textbox", name="Text", exact=True)).to_have_accessible_description("Write a text.")
    expect(main.get_by_label("Day", exact=True)).to_have_accessible_description(
        "Choose a day, or publish the post now."
    )
    assert planner.violations() == []
    assert planner.posts() == []


def test_problem_in_the_bar_leads_to_its_field(planner: Planner) -> None:
    planner.sign_in()

    planner.open("/posts/new")
    planner.page.get_by_role("button", name="X sandbox").click()
    planner.page.get_by_role("button", name="Bluesky sandbox").click()
    write(planner, "Short for X")
    planner.page.get_by_role("tab", name=re.compile("^X")).click()
    write(planner, "a" * 281)
    planner.page.get_by_role("tab", name="All").click()
    expect(planner.page.get_by_role("tab", name="has a problem")).to_be_visible()
    problem = planner.page.get_by_role("contentinfo").get_by_role("button", name=re.compile("281 characters"))
    problem.click()

    field = planner.page.get_by_role("tabpanel", name=re.compile("^X")).get_by_role("textbox", name="Text", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile("281 characters; X allows 280"))
    assert planner.posts() == []


def test_text_of_a_platform_is_named_and_brought_back_on_a_phone(planner: Planner) -> None:
    page = planner.page
    page.set_viewport_size({"width": 390, "height": 844})
    planner.sign_in()

    planner.open("/posts/new")
    for platform in ("Bluesky", "LinkedIn", "Mastodon", "X"):
        page.get_by_role("button", name=f"{platform} sandbox").click()
    write(planner, "For everybody")
    expect(page.get_by_role("heading", name="Text for all platforms", exact=True)).to_be_visible()
    page.get_by_role("tab", name=re.compile("^X")).click()
    expect(page.get_by_role("heading", name="Text for X", exact=True)).to_be_visible()
    expect(page.get_by_text("If you change it here, X gets its own text.")).to_be_visible()
    text = page.get_by_role("tabpanel").get_by_role("textbox", name="Text", exact=True)
    text.press("End")
    page.keyboard.type("!")
    expect(text).to_have_value("For everybody!")
    expect(text).to_be_focused()
    expect(page.get_by_text("X has its own text. Changes to “All” do not reach it.")).to_be_visible()
    page.keyboard.press("Backspace")
    expect(page.get_by_text("If you change it here, X gets its own text.")).to_be_visible()
    text.fill("a" * 281)
    assert planner.violations() == []

    page.get_by_role("tab", name="All").click()
    expect(page.get_by_role("heading", name="Text for all platforms except X", exact=True)).to_be_visible()
    page.get_by_role("contentinfo").get_by_role("button", name=re.compile("281 characters")).click()
    expect(page.get_by_role("tab", name=re.compile("^X"))).to_be_in_viewport(ratio=1)

    page.get_by_role("button", name="Use the text of “All” again").click()
    expect(text).to_have_value("For everybody")
    expect(text).to_be_focused()
    page.get_by_role("button", name="Bring back the text for X").click()
    expect(text).to_have_value("a" * 281)
    assert planner.posts() == []


@pytest.mark.parametrize("width", [1440, 390])
def test_tabs_of_many_platforms_are_all_in_view(planner: Planner, width: int) -> None:
    page = planner.page
    page.set_viewport_size({"width": width, "height": 900})
    planner.sign_in()

    planner.open("/posts/new")
    names = ["Bluesky", "Instagram", "LinkedIn", "Mastodon", "Pinterest", "TikTok", "YouTube"]
    for name in names:
        page.get_by_role("button", name=f"{name} sandbox").click()
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_count(len(names) + 1)
    outside = "(tab) => tab.getBoundingClientRect().right > tab.parentElement.getBoundingClientRect().right"
    assert [tab.inner_text() for tab in tabs.all() if tab.evaluate(outside)] == []
    # A phone shows the count of a platform only if the text is too long there.
    shown = page.locator("[role=tab] span:visible")
    expect(shown).to_have_count(len(names) if width == 1440 else 0)
    write(planner, "a" * 301)
    expect(page.get_by_role("tab", name=re.compile("^Bluesky"))).to_contain_text("301 / 300")
    expect(shown).to_have_count(len(names) if width == 1440 else 1)
    assert planner.violations() == []


def test_bar_of_a_phone_is_low_and_names_the_time_and_what_is_missing(planner: Planner) -> None:
    page = planner.page
    page.set_viewport_size({"width": 390, "height": 844})
    planner.sign_in()

    planner.open(f"/posts/new?at={in_a_week():%Y-%m-%dT%H:%M}")
    bar = page.get_by_role("contentinfo")
    expect(bar).to_contain_text(re.compile(r"\w{3} \d+ \w+( \d+)?, 09:30 CES?T\..*Choose at least one account\."))
    bar.get_by_role("button", name=re.compile(", 09:30 CES?T")).click()
    expect(page.get_by_label("Day", exact=True)).to_be_focused()

    for name in ("Instagram", "Pinterest", "TikTok", "YouTube"):
        page.get_by_role("button", name=f"{name} sandbox").click()
    write(planner, "Latte art")
    problems = bar.get_by_role("button", name=re.compile(r"^\d+ problems$"))
    problems.click()
    expect(page.locator("#composer-media :focus")).to_have_count(1)
    expect(page.locator("#composer-media")).to_contain_text("A post on Instagram needs an image or a video.")
    height = bar.evaluate("(bar) => bar.offsetHeight")
    assert height < 150
    assert planner.violations() == []


def test_time_is_above_the_preview_and_the_options_on_a_phone(planner: Planner) -> None:
    planner.page.set_viewport_size({"width": 390, "height": 844})
    planner.sign_in()

    planner.open(f"/posts/new?at={in_a_week():%Y-%m-%dT%H:%M}")
    planner.page.get_by_role("button", name="Bluesky sandbox").click()
    write(planner, "Look at the clock")
    headings = planner.page.get_by_role("main").get_by_role("heading", level=2)
    expect(headings).to_have_text(["Accounts", "Text for Bluesky", "Media", "When", "Preview", "Options", "Details"])
    planner.page.get_by_role("contentinfo").get_by_role("button", name=re.compile(", 09:30 CES?T")).click()

    day = planner.page.get_by_label("Day", exact=True)
    expect(day).to_be_focused()
    expect(day).to_be_in_viewport()
    assert planner.violations() == []


def test_phone_shows_the_text_field_first_and_folds_the_accounts_of_a_saved_post(planner: Planner) -> None:
    page = planner.page
    page.set_viewport_size({"width": 390, "height": 844})
    planner.connect()
    post = planner.create(content="Written before", platforms=["bluesky", "mastodon"], scheduledAt=tomorrow(9))
    planner.sign_in()

    planner.open("/posts/new")
    accounts = page.get_by_role("region", name="Accounts")
    text = page.get_by_role("textbox", name="Text", exact=True)
    pills = accounts.locator("button[aria-pressed]")
    expect(pills).to_have_count(10)
    boxes = [pill.bounding_box() for pill in pills.all()]
    assert len({box["y"] for box in boxes if box}) == 5
    expect(pills.first).to_have_accessible_name(re.compile("^Bluesky"))
    expect(text).to_be_in_viewport(ratio=1)
    bar = page.get_by_role("contentinfo").bounding_box()
    field = text.bounding_box()
    assert bar
    assert field
    assert field["y"] + field["height"] <= bar["y"]
    page.get_by_role("button", name="Schedule").click()
    expect(accounts).to_contain_text("Choose at least one account.")
    assert planner.violations() == []

    planner.open(f"/posts/{post['id']}/edit")
    expect(text).to_have_value("Written before")
    expect(text).to_be_in_viewport(ratio=1)
    expect(pills).to_have_count(2)
    # A pill that is pressed stays in its place.
    pills.first.press("Space")
    expect(pills.first).to_be_focused()
    expect(pills.first).to_have_attribute("aria-pressed", "false")
    change = accounts.get_by_role("button", name="Change accounts", expanded=False)
    change.press("Enter")
    expect(pills).to_have_count(10)
    change = accounts.get_by_role("button", name="Change accounts", expanded=True)
    expect(change).to_be_focused()
    assert planner.violations() == []
    change.press("Enter")
    expect(pills).to_have_count(1)


def test_long_handle_and_long_choice_are_whole_on_a_phone(planner: Planner) -> None:
    page = planner.page
    page.set_viewport_size({"width": 390, "height": 844})
    planner.connect()
    planner.stack.db.fetch(RENAME, owner=planner.owner, handle="@tidemark_hamburg@roast.example")
    planner.sign_in()

    planner.open("/posts/new")
    pill = page.get_by_role("button", name=re.compile("^Mastodon"))
    assert pill.locator("bdi").evaluate("(name) => name.scrollWidth <= name.clientWidth")
    words = pill.locator("bdi").evaluate(
        """(name) => [...name.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((word) => {
            const range = document.createRange();
            range.selectNode(word);
            return range.getClientRects().length;
        })"""
    )
    assert words == [1, 1, 1, 1], "A line ends inside a word."
    handle, platform = pill.locator("bdi").bounding_box(), pill.get_by_text("Mastodon").bounding_box()
    assert handle
    assert platform
    assert platform["y"] >= handle["y"] + handle["height"]
    assert platform["width"] > 40
    box = pill.bounding_box()
    assert box
    assert platform["y"] + platform["height"] <= box["y"] + box["height"]

    late = page.get_by_role("button", name=re.compile("If it is late"))
    expect(late).to_contain_text("(default)")
    assert late.locator("span").first.evaluate("(choice) => choice.scrollWidth <= choice.clientWidth")


def test_missing_option_is_a_problem_of_its_field(planner: Planner) -> None:
    planner.connect()
    planner.sign_in()

    planner.open("/posts/new")
    planner.page.get_by_role("button", name=re.compile("^Pinterest")).click()
    write(planner, "Pin it")

    board = planner.page.get_by_label(re.compile("^Board")).first
    expect(board).to_have_accessible_description("Choose a Pinterest board.")
    assert planner.violations() == []
    assert planner.posts() == []


def test_count_and_problem_follow_the_text(planner: Planner) -> None:
    planner.sign_in()

    planner.open("/posts/new")
    planner.page.get_by_role("button", name="Bluesky sandbox").click()
    write(planner, "a" * 301)

    expect(planner.page.get_by_role("tab", name="301 / 300")).to_be_visible()
    expect(planner.page.get_by_text("The text is 301 characters long; Bluesky allows 300.").first).to_be_visible()
    planner.page.get_by_role("button", name="Schedule").click()
    expect(planner.page.get_by_role("textbox", name="Text", exact=True).first).to_be_focused()
    assert planner.posts() == []


def test_thread_and_first_comment_are_written(planner: Planner) -> None:
    planner.sign_in()

    planner.open("/posts/new")
    planner.page.get_by_role("button", name="Bluesky sandbox").click()
    write(planner, "One")
    planner.page.get_by_role("button", name="Add part 2").click()
    expect(planner.page.get_by_role("textbox", name="Part 2")).to_be_focused()
    planner.page.keyboard.type("Two")
    planner.page.get_by_role("button", name="Add part 3").click()
    planner.page.get_by_role("button", name="Remove part 3").press("Enter")
    expect(planner.page.get_by_role("textbox", name="Part 2")).to_be_focused()
    planner.page.get_by_role("button", name="Save as draft").click()

    expect(planner.page.get_by_role("heading", name="Draft", exact=True)).to_be_visible()
    [post] = planner.posts()
    assert (post["status"], post["platformOptions"]) == ("draft", {"bluesky": {"thread": ["Two"]}})


def test_preview_follows_the_tab_and_shows_the_first_comment(planner: Planner) -> None:
    planner.sign_in()

    planner.open("/posts/new")
    for platform in ("Bluesky", "LinkedIn"):
        planner.page.get_by_role("button", name=f"{platform} sandbox").click()
    write(planner, "One")
    planner.page.get_by_role("button", name="Add part 2").click()
    planner.page.get_by_role("textbox", name="Part 2").fill("Two")
    planner.page.get_by_role("textbox", name="First comment").fill("Read more there")
    planner.page.get_by_role("tab", name=re.compile("^LinkedIn")).click()
    comment = planner.page.get_by_role("article", name="Preview on LinkedIn")
    expect(comment).to_contain_text("First commentRead more there")
    planner.page.get_by_role("tab", name=re.compile("^Bluesky")).click()

    thread = planner.page.get_by_role("article", name="Preview on Bluesky")
    expect(thread).to_contain_text("Part 2Two")
    expect(thread).not_to_contain_text("Read more there")
    assert planner.posts() == []


def test_first_comment_says_where_it_is_published(planner: Planner) -> None:
    planner.sign_in()

    planner.open("/posts/new")
    planner.page.get_by_role("button", name="TikTok sandbox").click()
    comment = planner.page.get_by_role("textbox", name="First comment")
    expect(comment).to_have_count(0)
    planner.page.get_by_role("button", name="Bluesky sandbox").click()
    expect(comment).to_have_accessible_description(
        "It is posted under the post on Bluesky. Apps cannot comment on TikTok."
    )
    comment.fill("Read more there")
    expect(planner.page.get_by_role("article", name="Preview on Bluesky")).to_contain_text("Read more there")
    planner.page.get_by_role("button", name="Bluesky Preview").click()
    planner.page.get_by_role("option", name="TikTok").click()
    expect(planner.page.get_by_role("article", name="Preview on TikTok")).not_to_contain_text("Read more there")
    planner.page.get_by_role("button", name="Add part 2").click()
    planner.page.get_by_role("textbox", name="Part 2").fill("Two")

    expect(comment).to_have_accessible_description(
        "The post is a thread on Bluesky and has no first comment there. Apps cannot comment on TikTok."
    )
    assert planner.violations() == []


def test_text_that_is_too_long_is_marked_and_split_for_its_platform(planner: Planner) -> None:
    planner.sign_in()
    sentence = "Coffee is ready for you."
    text = " ".join([sentence] * 12)  # 299 characters

    planner.open("/posts/new")
    for platform in ("Bluesky", "X"):
        planner.page.get_by_role("button", name=f"{platform} sandbox").click()
    write(planner, text)
    planner.page.get_by_role("tab", name=re.compile("^X")).click()
    preview = planner.page.get_by_role("article", name="Preview on X")
    expect(preview.locator("mark")).to_have_text(text[280:])
    expect(preview).to_contain_text("The marked text does not fit. X allows 280 characters.")
    assert planner.violations() == []
    planner.page.get_by_role("button", name="Split into 2 parts on X").click()

    expect(planner.page.get_by_role("textbox", name="Part 1")).to_be_focused()
    expect(planner.page.get_by_role("textbox", name="Part 2")).to_have_value(sentence)
    expect(preview.locator("mark")).to_have_count(0)
    expect(planner.page.get_by_role("button", name=re.compile("^Split into"))).to_have_count(0)
    planner.page.get_by_role("button", name="Save as draft").click()
    expect(planner.page.get_by_role("heading", name="Draft", exact=True)).to_be_visible()
    [post] = planner.posts()
    assert post["content"] == text
    assert post["variants"] == {"x": {"content": " ".join([sentence] * 11)}}
    assert post["platformOptions"] == {"x": {"thread": [sentence]}}


def test_preview_says_that_media_are_missing(planner: Planner, image: Path) -> None:
    planner.sign_in()

    planner.open("/posts/new")
    planner.page.get_by_role("button", name="Instagram sandbox").click()
    preview = planner.page.get_by_role("article", name="Preview on Instagram")
    expect(preview).to_contain_text("needs an image or a video")
    assert planner.violations() == []
    planner.page.locator("input[type=file]").set_input_files(image)

    expect(preview.locator("img")).to_have_count(1)
    expect(preview).not_to_contain_text("needs an image or a video")


def test_files_keep_their_order_although_the_second_arrives_first(
    planner: Planner, image: Path, tmp_path: Path
) -> None:
    page, held = planner.page, list[Route]()
    files = [tmp_path / name for name in ("first.jpg", "second.jpg")]
    for file in files:
        file.write_bytes(image.read_bytes())
    planner.sign_in()

    def hold_the_first(route: Route) -> None:
        if route.request.method == "POST" and route.request.post_data_json["filename"] == "first.jpg":
            held.append(route)
        else:
            route.continue_()

    def is_answer(method: str) -> Callable[[Response], bool]:
        return lambda answer: answer.request.method == method and answer.url.endswith("/api/social/media")

    page.route("**/api/social/media", hold_the_first)
    planner.open("/posts/new")
    with page.expect_response(is_answer("PATCH")), page.expect_response(is_answer("POST")) as second:
        page.locator("input[type=file]").set_input_files(files)
    with page.expect_response(is_answer("POST")) as first:
        held[0].continue_()
    expect(page.get_by_label("Alternative text")).to_have_count(2)
    page.get_by_role("button", name="Bluesky sandbox").click()
    write(planner, "In order")
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_role("heading", name="Draft", exact=True)).to_be_visible()

    [post] = planner.posts()
    assert post["mediaUrls"] == [answer.value.json()["media"]["url"] for answer in (first, second)]


def test_phone_shows_two_pictures_in_a_row_in_their_order(planner: Planner, image: Path) -> None:
    page = planner.page
    page.set_viewport_size({"width": 390, "height": 844})
    planner.sign_in()

    planner.open("/posts/new")
    page.locator("input[type=file]").set_input_files([image, image, image])
    media = page.get_by_role("region", name="Media")
    texts = media.get_by_label("Alternative text")
    expect(texts).to_have_count(3)
    hint = "Describe each image and video for people who cannot see it."
    expect(media.get_by_text(hint)).to_have_count(1)
    for text, words in zip(texts.all(), ("First", "Second", "Third"), strict=True):
        expect(text).to_have_accessible_description(hint)
        text.fill(words)
    expect(media.locator("li img")).to_have_count(3)
    tiles = [tile.bounding_box() or {} for tile in media.locator("li").all()]
    assert tiles[0]["y"] == tiles[1]["y"] < tiles[2]["y"]
    assert tiles[0]["x"] == tiles[2]["x"] < tiles[1]["x"]
    assert all(tile["height"] < 300 for tile in tiles)
    for button in media.locator("li").get_by_role("button").all():
        box = button.bounding_box() or {}
        assert min(box["width"], box["height"]) >= 24
    assert planner.violations() == []

    media.get_by_role("button", name="Move First one place to the back").click()
    page.get_by_role("button", name="Bluesky sandbox").click()
    write(planner, "In another order")
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_role("heading", name="Draft", exact=True)).to_be_visible()
    [post] = planner.posts()
    assert [post["altTexts"][url] for url in post["mediaUrls"]] == ["Second", "First", "Third"]


def test_preview_crops_images_to_equal_cells(planner: Planner, image: Path) -> None:
    planner.page.set_viewport_size({"width": 390, "height": 844})
    planner.sign_in()

    planner.open("/posts/new")
    planner.page.get_by_role("button", name="Bluesky sandbox").click()
    planner.page.locator("input[type=file]").set_input_files([image, image])
    preview = planner.page.get_by_role("main").get_by_role("article", name="Preview on Bluesky")
    expect(preview.locator("img")).to_have_count(2)
    cells = [each.bounding_box() for each in preview.locator("img").all()]

    assert all(cell and abs(cell["width"] - cell["height"]) < 1 for cell in cells)
    assert planner.violations() == []
    assert planner.posts() == []


def test_time_that_does_not_exist_offers_the_nearest(planner: Planner) -> None:
    planner.sign_in()
    planner.page.clock.set_fixed_time("2027-03-22T17:05:00Z")

    planner.open("/posts/new")
    planner.page.get_by_label("Day", exact=True).fill("2027-03-28")
    planner.page.get_by_label("Time", exact=True).fill("02:30")
    sentence = "02:30 does not exist on Sun 28 March in Europe/Berlin: the clocks are set forward."
    expect(planner.page.get_by_label("Time", exact=True)).to_have_accessible_description(sentence)
    expect(planner.page.get_by_role("button", name="Use 01:30 CET", exact=True)).to_be_visible()
    planner.page.get_by_role("button", name="Use 03:30 CEST", exact=True).click()

    expect(planner.page.get_by_label("Time", exact=True)).to_have_value("03:30")


def test_quick_choice_fills_day_and_time(planner: Planner) -> None:
    planner.sign_in()
    choices = planner.page.get_by_role("group", name="Quick choices")
    planner.page.clock.set_fixed_time("2027-03-22T17:05:00Z")
    planner.open("/posts/new")
    expect(choices.get_by_role("button")).to_have_text(["In 1 hour", "Tomorrow 09:00", "Mon 29 March, 09:00"])

    planner.page.clock.set_fixed_time("2027-03-24T07:05:00Z")
    planner.open("/posts/new")
    expect(choices.get_by_role("button")).to_have_text(["In 1 hour", "Today 18:00", "Tomorrow 09:00", "Monday 09:00"])
    choices.get_by_role("button", name="Monday 09:00").click()
    expect(planner.page.get_by_label("Day", exact=True)).to_have_value("2027-03-29")
    expect(planner.page.get_by_label("Time", exact=True)).to_have_value("09:00")
    choices.get_by_role("button", name="In 1 hour").click()
    expect(planner.page.get_by_label("Day", exact=True)).to_have_value("2027-03-24")
    expect(planner.page.get_by_label("Time", exact=True)).to_have_value("09:05")

    assert planner.violations() == []


def test_post_from_an_empty_place_keeps_its_time(planner: Planner) -> None:
    planner.sign_in()
    at = in_a_week()

    planner.open(f"/posts/new?at={at:%Y-%m-%dT%H:%M}")
    expect(planner.page.get_by_label("Day", exact=True)).to_have_value(f"{at:%Y-%m-%d}")
    planner.page.get_by_role("button", name="Bluesky sandbox").click()
    write(planner, "For the empty place")
    planner.page.get_by_role("button", name="Schedule").click()

    expect(planner.page.get_by_role("heading", level=1)).to_contain_text("09:30")
    [post] = planner.posts()
    assert datetime.fromisoformat(post["scheduledAt"]) == at


def test_place_of_today_that_has_passed_has_a_time_that_lies_ahead(planner: Planner) -> None:
    planner.sign_in()
    planner.page.clock.set_fixed_time("2027-03-24T14:40:00Z")

    planner.open()
    planner.page.get_by_role("button", name=re.compile("^Write a post for .*24 March")).click()
    expect(planner.page.get_by_label("Day", exact=True)).to_have_value("2027-03-24")
    expect(planner.page.get_by_label("Time", exact=True)).to_have_value("16:00")
    expect(planner.page.get_by_text("This time has passed.")).to_have_count(0)


@pytest.mark.parametrize("query", ["", "?at=2199-03-24T10:30"])
def test_unsaved_work_survives_a_reload(planner: Planner, query: str) -> None:
    planner.sign_in()

    planner.open(f"/posts/new{query}")
    write(planner, "Not saved yet")
    expect(planner.page.get_by_text(re.compile("Kept on this device"))).to_be_visible()
    planner.page.reload()

    expect(planner.page.get_by_role("textbox", name="Text", exact=True).first).to_have_value("Not saved yet")
    expect(planner.page.get_by_text("We kept your unsaved changes.")).to_be_visible()
    planner.open("/posts/new?at=2199-03-25T11:00")
    expect(planner.page.get_by_role("textbox", name="Text", exact=True).first).to_have_value("")


def test_options_are_forms_with_choices_of_the_account(planner: Planner) -> None:
    planner.connect()
    planner.sign_in()

    planner.open("/posts/new")
    planner.page.get_by_role("button", name=re.compile("^Pinterest")).click()
    planner.page.get_by_label(re.compile("^Board")).first.click()
    option = planner.page.get_by_role("option").nth(1)
    name = option.inner_text()
    option.click()
    write(planner, "Pin it")
    planner.page.get_by_role("button", name="Save as draft").click()

    expect(planner.page.get_by_role("heading", name="Draft", exact=True)).to_be_visible()
    [post] = planner.posts()
    assert name
    assert post["platformOptions"]["pinterest"]["boardId"]


def test_options_have_everyday_names_and_units(planner: Planner, tmp_path: Path) -> None:
    video = tmp_path / "portrait.mp4"
    video.write_bytes(planner.stack.simulator.get("/samples/portrait.mp4").content)
    planner.sign_in()

    planner.open("/posts/new")
    for platform in ("Bluesky", "TikTok"):
        planner.page.get_by_role("button", name=f"{platform} sandbox").click()
        planner.page.locator("summary", has_text=platform).click()
    planner.page.locator("input[type=file]").set_input_files(video)
    planner.page.get_by_label("Cover frame, at second").press_sequentially("1.5")
    planner.page.get_by_text("Made with AI").click()
    card = planner.page.get_by_role("switch", name="Show a card of the first link")
    expect(card).to_be_checked()
    planner.page.get_by_text("Show a card of the first link").click()
    expect(card).not_to_be_checked()
    write(planner, "A new roast")
    planner.page.get_by_role("button", name="Save as draft").click()

    expect(planner.page.get_by_role("heading", name="Draft", exact=True)).to_be_visible()
    [post] = planner.posts()
    assert post["platformOptions"] == {
        "bluesky": {"linkCard": False},
        "tiktok": {"coverTimestampMs": 1500, "aiGenerated": True},
    }


def test_choices_that_were_not_loaded_can_be_loaded_again(planner: Planner) -> None:
    planner.connect()
    planner.sign_in()
    planner.page.route("**/connections/options*", lambda route: route.fulfill(status=409, json={"success": False}))

    planner.open("/posts/new")
    planner.page.get_by_role("button", name=re.compile("^Pinterest")).click()
    options = planner.page.locator("details", has_text="Pinterest")
    expect(options).to_contain_text("The choices could not be loaded.")
    planner.page.unroute_all()
    options.get_by_role("button", name="Try again").click()

    expect(options.get_by_role("button", name="Try again")).to_have_count(0)
    planner.page.get_by_label(re.compile("^Board")).first.click()
    expect(planner.page.get_by_role("option").nth(1)).to_be_visible()
    assert planner.posts() == []


def test_draft_is_edited_and_scheduled(planner: Planner) -> None:
    at = in_a_week()
    planner.sign_in()
    planner.open("/posts/new")
    planner.page.get_by_role("button", name="Bluesky sandbox").click()
    write(planner, "First a draft")
    planner.page.get_by_role("button", name="Save as draft").click()
    expect(planner.page.get_by_role("heading", name="Draft", exact=True)).to_be_visible()
    planner.page.get_by_role("link", name="Posts").first.click()
    planner.page.get_by_role("link", name="Draft", exact=True).click()
    row = planner.page.get_by_role("listitem").filter(has_text="First a draft")
    row.get_by_role("link", name="Edit").click()
    choose_time(planner, at)
    planner.page.get_by_role("button", name="Schedule").click()

    expect(planner.page.get_by_role("heading", level=1)).to_contain_text("09:30")
    planner.page.get_by_role("link", name="Posts").first.click()
    expect(row).to_contain_text("Scheduled")
    planner.page.get_by_role("link", name="Draft", exact=True).click()
    expect(planner.page.get_by_role("heading", name="No drafts")).to_be_visible()
    [post] = planner.posts()
    assert (post["status"], datetime.fromisoformat(post["scheduledAt"])) == ("scheduled", at)


@pytest.mark.parametrize("clock", ["right", "slow"])
def test_draft_is_edited_and_published_now(planner: Planner, clock: str) -> None:
    draft = planner.create(content="First a draft")
    planner.sign_in()
    if clock == "slow":
        planner.page.clock.set_fixed_time(datetime.now(UTC) - timedelta(minutes=10))

    planner.open(f"/posts/{draft['id']}/edit")
    write(planner, "Now a post")
    planner.page.get_by_role("button", name="Publish now").click()

    planner.page.wait_for_url(re.compile(f"/posts/{draft['id']}$"))
    planner.wait_for(draft["id"], "published")
    assert planner.post(draft["id"])["content"] == "Now a post"


def test_post_that_needs_an_approval_asks_for_it(planner: Planner) -> None:
    with planner.stack.api("boss", {"x-owner-id": planner.owner, "x-user-roles": "approver"}) as boss:
        assert boss.patch("/api/social/settings", json={"requireApproval": True}).is_success
    planner.sign_in()

    planner.open("/posts/new")
    switch = planner.page.get_by_role("switch", name="Somebody must approve this post")
    expect(switch).to_be_checked()
    expect(switch).to_be_disabled()
    expect(planner.page.get_by_text("Your settings require it for every new post.")).to_be_visible()
    planner.page.get_by_role("button", name="Bluesky sandbox").click()
    write(planner, "To be read")
    choose_time(planner, in_a_week())
    expect(planner.page.get_by_role("button", name="Ask for approval")).to_be_visible()
    assert planner.violations() == []
    planner.page.get_by_role("button", name="Publish when approved").click()
    dialog = planner.page.get_by_role("dialog", name="Publish the post as soon as it is approved?")
    dialog.get_by_role("button", name="Publish when approved").click()

    planner.page.wait_for_url(re.compile("/posts/[0-9a-f-]{36}$"))
    expect(
        planner.page.get_by_text("The post needs an approval. It is published as soon as it is approved.")
    ).to_be_visible()
    [post] = planner.posts()
    assert (post["approvalStatus"], post["publishOnApproval"]) == ("pending", True)


def test_similar_posts_are_named_before_and_after_saving(planner: Planner) -> None:
    at = in_a_week()
    planner.connect()
    settings = {"spacingMinutes": 60}
    assert planner.api.patch("/api/social/settings", json=settings).is_success
    near = {"scheduledAt": (at + timedelta(minutes=30)).isoformat(), "timezone": "Europe/Berlin"}
    other = planner.create(content="Said twice", **near)
    planner.sign_in()

    planner.open(f"/posts/new?at={at:%Y-%m-%dT%H:%M}")
    planner.page.get_by_role("button", name=re.compile("bsky.example")).click()
    write(planner, "Said twice")
    post_of = r"Another post, of \w{3} \d+ \w+( \d+)?, %s CES?T, "
    same = re.compile(post_of % "10:00" + "has the same text and goes to the same Bluesky account\\.")
    too_close = "goes to the same Bluesky account\\. Your settings ask for a longer interval between two posts\\."
    close = re.compile(post_of % "10:00" + too_close)
    finding = planner.page.locator("#composer-text").get_by_role("listitem").filter(has_text=same)
    expect(finding).to_have_count(1)
    link = finding.get_by_role("link", name="Open the post")
    expect(link).to_have_attribute("href", re.compile(f"/posts/{other['id']}$"))
    expect(link).to_have_attribute("target", "_blank")
    expect(planner.page.get_by_role("region", name="When")).to_contain_text(close)
    bar = planner.page.get_by_role("contentinfo")
    expect(bar.get_by_role("button", name=same)).to_be_visible()
    expect(bar.get_by_role("button", name=re.compile(", 09:30 CES?T"))).to_be_visible()
    assert planner.violations() == []
    write(planner, "Said once")
    expect(bar.get_by_role("button", name=close)).to_be_visible()
    planner.page.get_by_role("button", name="Schedule").click()
    expect(planner.page.get_by_role("heading", level=1)).to_contain_text("09:30")

    planner.open(f"/posts/{other['id']}/edit")
    planner.page.get_by_label("Campaign").fill("Twice")
    expect(planner.page.get_by_text(re.compile(too_close))).to_have_count(0)
    planner.page.get_by_role("button", name="Save changes").click()
    expect(planner.page.get_by_text(re.compile(post_of % "09:30" + too_close))).to_be_visible()
    expect(planner.page.get_by_role("link", name="Open the post")).to_be_visible()


def test_copy_keeps_the_media_of_variants_and_parts(planner: Planner) -> None:
    picture = planner.stack.simulator.base_url.join("/samples/image.jpg")
    thread = [{"content": "Two", "mediaUrls": [str(picture)], "altTexts": {}}, "Three"]
    variants = {"mastodon": {"mediaUrls": [str(picture)]}}
    options = {"bluesky": {"thread": thread}}
    post = planner.create(content="One", platforms=["bluesky", "mastodon"], variants=variants, platformOptions=options)
    planner.sign_in()

    planner.open(f"/posts/new?copy={post['id']}")
    expect(planner.page.get_by_role("textbox", name="Part 2")).to_have_accessible_description(
        "This part has an image or a video of its own. It stays as it is."
    )
    planner.page.get_by_role("button", name="Save as draft").click()
    expect(planner.page.get_by_role("heading", name="Draft", exact=True)).to_be_visible()

    [copy] = [each for each in planner.posts() if each["id"] != post["id"]]
    assert copy["variants"]["mastodon"]["mediaUrls"] == [str(picture)]
    assert copy["platformOptions"] == post["platformOptions"] == options


def test_first_comments_that_differ_are_kept_until_one_is_used_everywhere(planner: Planner) -> None:
    options = {"bluesky": {"firstComment": "Read more"}, "linkedin": {"firstComment": "Read all of it"}}
    post = planner.create(content="One", platforms=["bluesky", "linkedin", "x"], platformOptions=options)
    planner.sign_in()

    planner.open(f"/posts/{post['id']}/edit")
    comment = planner.page.get_by_role("textbox", name="First comment")
    expect(comment).to_have_accessible_description(
        "It is posted under the post on Bluesky. LinkedIn keeps its own first comment. On X, there is none."
    )
    write(planner, "Two")
    planner.page.get_by_role("button", name="Save as draft").click()
    planner.page.wait_for_url(re.compile(f"/posts/{post['id']}$"))
    saved = planner.post(post["id"])
    assert (saved["content"], saved["platformOptions"]) == ("Two", options)

    planner.open(f"/posts/{post['id']}/edit")
    planner.page.get_by_role("button", name="Use this first comment on all platforms").click()
    expect(comment).to_be_focused()
    expect(comment).to_have_accessible_description("It is posted under the post on Bluesky, LinkedIn and X.")
    assert planner.violations() == []
    planner.page.get_by_role("button", name="Save as draft").click()
    planner.page.wait_for_url(re.compile(f"/posts/{post['id']}$"))
    saved = planner.post(post["id"])["platformOptions"]
    assert saved == {platform: {"firstComment": "Read more"} for platform in ("bluesky", "linkedin", "x")}


def test_scheduled_post_is_saved_or_made_a_draft_again(planner: Planner) -> None:
    at = in_a_week()
    post = planner.create(content="Planned", scheduledAt=at.isoformat(), timezone="Europe/Berlin")
    planner.sign_in()

    planner.open(f"/posts/{post['id']}/edit")
    expect(planner.page.get_by_role("button", name="Save changes")).to_be_visible()
    expect(planner.page.get_by_role("button", name="Schedule", exact=True)).to_have_count(0)
    write(planner, "Planned again")
    planner.page.get_by_role("button", name="Save changes").click()
    expect(planner.page.get_by_text("Your changes are saved. The post is planned for ")).to_be_visible()
    planner.page.wait_for_url(re.compile(f"/posts/{post['id']}$"))
    saved = planner.post(post["id"])
    assert (saved["status"], saved["content"]) == ("scheduled", "Planned again")
    assert datetime.fromisoformat(saved["scheduledAt"]) == at

    planner.open(f"/posts/{post['id']}/edit")
    planner.page.get_by_role("button", name="Unschedule").click()
    dialog = planner.page.get_by_role("dialog")
    expect(dialog).to_contain_text(re.compile(r"It will not be published on .*, 09:30 CES?T\."))
    expect(dialog).not_to_contain_text("Your changes are saved.")
    assert planner.violations() == []
    dialog.get_by_role("button", name="Unschedule").click()
    expect(planner.page.get_by_role("heading", name="Draft", exact=True)).to_be_visible()
    saved = planner.post(post["id"])
    assert (saved["status"], saved["scheduledAt"]) == ("draft", None)
    planner.page.get_by_role("button", name="Undo").click()
    expect(planner.page.get_by_role("heading", level=1)).to_contain_text("09:30")
    assert datetime.fromisoformat(planner.post(post["id"])["scheduledAt"]) == at

    assert planner.api.post(f"{POSTS}/cancel", json={"postId": post["id"]}).is_success
    planner.open(f"/posts/{post['id']}/edit")
    planner.page.get_by_role("button", name=re.compile("^As before: .*, 09:30$")).click()
    planner.page.get_by_role("button", name="Schedule").click()
    expect(planner.page.get_by_role("heading", level=1)).to_contain_text("09:30")
    assert datetime.fromisoformat(planner.post(post["id"])["scheduledAt"]) == at


def test_pending_post_is_saved_to_be_approved(planner: Planner) -> None:
    post = planner.create(content="Not read yet", scheduledAt=tomorrow(9), approvalRequired=True)
    planner.sign_in()

    planner.open(f"/posts/{post['id']}/edit")
    expect(planner.page.get_by_text("Needs approval after you save it")).to_be_visible()
    write(planner, "To be read")
    planner.page.get_by_role("button", name="Save and ask for approval").click()
    planner.page.wait_for_url(re.compile(f"/posts/{post['id']}$"))

    saved = planner.post(post["id"])
    assert (saved["content"], saved["approvalStatus"]) == ("To be read", "pending")


def test_lost_connection_keeps_the_work(planner: Planner) -> None:
    planner.sign_in()
    planner.open("/posts/new")
    planner.page.get_by_role("button", name="Bluesky sandbox").click()
    write(planner, "Written on a train")
    planner.page.context.set_offline(True)
    planner.page.get_by_role("button", name="Publish now").click()
    expect(planner.page.get_by_role("alert")).to_contain_text("You are offline, so nothing was published.")
    expect(planner.page.get_by_text("Choose a day, or publish the post now.")).to_have_count(0)
    choose_time(planner, in_a_week())
    expect(planner.page.get_by_role("button", name=re.compile(", 09:30 CES?T"))).to_be_visible()
    planner.page.get_by_role("button", name="Schedule").click()
    expect(planner.page.get_by_role("alert")).to_have_text(
        "You are offline, so nothing was sent. Your text is kept on this device. Press “Schedule” when you are online."
    )
    planner.page.get_by_role("button", name="Publish now").click()
    planner.page.get_by_role("dialog").get_by_role("button", name="Publish now").click()
    expect(planner.page.get_by_role("alert")).to_contain_text("You are offline, so nothing was published.")
    assert planner.violations() == []
    assert planner.posts() == []

    write(planner, "Written on a train, and changed")
    # What the browser could not load is loaded when it is online.
    with planner.page.expect_response(re.compile("/posts/validate$")):
        planner.page.context.set_offline(False)
    expect(planner.page.get_by_role("alert")).to_have_count(0)
    expect(
        planner.page.get_by_text("You are online again. The post is not published yet: press “Publish now”.")
    ).to_be_visible()
    assert planner.violations() == []

    broken = {"success": False, "error": "It broke.", "code": "internal_error", "requestId": "r-1"}
    planner.page.route("**/posts/create", lambda route: route.fulfill(status=500, json=broken))
    planner.page.get_by_role("button", name="Schedule").click()
    failure = planner.page.get_by_role("alert")
    expect(failure).to_contain_text("check whether the post is in your list. If it is not, press “Schedule” again.")
    expect(failure).to_contain_text("r-1")
    planner.page.unroute("**/posts/create")
    planner.page.get_by_role("link", name="Show the list").click()
    planner.page.wait_for_url(re.compile("list=scheduled"))
    planner.page.get_by_role("link", name="Continue").click()

    planner.page.get_by_role("button", name="Schedule").click()
    expect(planner.page.get_by_role("heading", level=1)).to_contain_text("09:30")
    [post] = planner.posts()
    assert (post["status"], post["content"]) == ("scheduled", "Written on a train, and changed")
