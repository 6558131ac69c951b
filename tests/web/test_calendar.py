"""The calendar: views, filters, and moving posts by mouse, keyboard and dialog."""

import re
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from minutehand.runtime.timezones import time_zone
from tests.support.local_time import BERLIN, in_words, local
from tests.support.planner import Planner
from tests.support.stack import POSTS


def next_month(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a local time in the next month, which is shown whole and has no past days."""
    first = (datetime.now(BERLIN).replace(day=1) + timedelta(days=32)).replace(day=1)
    return first.replace(day=day, hour=hour, minute=minute, second=0, microsecond=0)


def show(planner: Planner, at: datetime, view: str = "month") -> None:
    planner.open(f"/?view={view}&day={at:%Y-%m-%d}")


def cell(page: Page, day: datetime) -> str:
    return f'[role=gridcell][data-day="{day:%Y-%m-%d}"]'


def saved(planner: Planner) -> AbstractContextManager[object]:
    """Wait until the API has answered the update that the block makes."""
    context: AbstractContextManager[object] = planner.page.expect_response(
        lambda response: "posts/update" in response.url and response.ok
    )
    return context


def time_of(planner: Planner, post_id: str) -> datetime:
    return local(planner.post(post_id)["scheduledAt"])


def test_post_stands_in_every_view_at_its_local_time(planner: Planner) -> None:
    at = next_month(10, 9, 30)
    planner.create(content="Grüße aus Berlin", scheduledAt=at.isoformat())
    planner.sign_in()

    for view in ("month", "week", "day", "agenda"):
        show(planner, at, view)
        expect(planner.page.get_by_role("link", name=re.compile("Grüße aus Berlin")).first).to_be_visible()
        expect(planner.page.get_by_text("09:30").first).to_be_visible()


def test_every_view_names_the_account_on_a_platform_with_several(planner: Planner) -> None:
    at = next_month(10, 9, 30)
    handle = "second-account.bsky.example"
    planner.connect()
    assert planner.api.post("/api/social/connections", json=planner.bluesky(handle)).is_success
    [second] = [each["id"] for each in planner.connections() if each["handle"] == handle]
    planner.create(content="For two", platforms=["bluesky", "x"], connectionIds=[second], scheduledAt=at.isoformat())
    planner.sign_in()

    for view in ("month", "week", "day"):
        show(planner, at, view)
        post = planner.page.get_by_role("link", name=re.compile(rf"Bluesky \(.{re.escape(handle)}.\) and X")).first
        expect(post).to_be_visible()
        assert post.get_by_text(handle, exact=True).is_visible() == (view == "day")
    show(planner, at, "agenda")
    post = planner.page.get_by_role("listitem").filter(has_text="For two")
    name = post.get_by_text(handle, exact=True).filter(visible=True)
    expect(name).to_have_count(1)
    assert planner.violations() == []

    planner.page.set_viewport_size({"width": 390, "height": 844})
    show(planner, at, "agenda")
    expect(name).to_be_visible()
    expect(post.get_by_role("button", name="Move to")).to_be_visible()
    tile = post.get_by_text("Bs", exact=True).bounding_box()
    box = name.bounding_box()
    assert tile
    assert box
    assert tile["x"] + tile["width"] <= box["x"]
    assert box["y"] <= tile["y"] + tile["height"] / 2 <= box["y"] + 22
    assert name.evaluate("(name) => name.scrollWidth <= name.clientWidth")


def test_text_begins_at_the_side_of_its_own_direction(planner: Planner) -> None:
    at = next_month(10, 9, 30)
    for text in ("قهوة", "Kaffee"):
        planner.create(content=text, scheduledAt=at.isoformat())
    planner.sign_in()

    show(planner, at, "agenda")
    arabic, german = (
        planner.page.get_by_role("link", name=text).evaluate(
            """(link) => {
                const range = document.createRange();
                range.selectNodeContents(link);
                return range.getBoundingClientRect().left;
            }"""
        )
        for text in ("قهوة", "Kaffee")
    )
    assert arabic - german > 500


def test_post_of_the_week_covers_the_line_of_an_hour(planner: Planner) -> None:
    planner.connect()
    post = planner.create(publish="now")
    planner.wait_for(post["id"], "published")
    morning = datetime.now(BERLIN).replace(hour=9, minute=45) - timedelta(days=1)
    planner.set_time(post["id"], morning)
    planner.sign_in()

    for view in ("week", "day"):
        show(planner, morning, view)
        chip = planner.page.get_by_role("link", name="Good morning").filter(visible=True)
        ground = chip.evaluate(
            """(chip) => {
                const colorOf = (element) => getComputedStyle(element).backgroundColor;
                return [colorOf(chip.parentElement), colorOf(chip.closest("section"))];
            }"""
        )
        assert ground[0] == ground[1] != "rgba(0, 0, 0, 0)"


def test_zone_at_the_top_changes_every_time(planner: Planner) -> None:
    at = next_month(10, 9, 30)
    planner.create(content="Everywhere", scheduledAt=at.isoformat())
    planner.sign_in()

    show(planner, at)
    planner.page.get_by_role("button", name="Time zone: Europe/Berlin").click()
    planner.page.get_by_placeholder("Search time zones").fill("Tokyo")
    planner.page.get_by_role("option", name="Asia/Tokyo").click()

    planner.page.get_by_role("button", name="Time zone: Asia/Tokyo").click()
    planner.page.get_by_placeholder("Search time zones").press_sequentially("to")
    expect(planner.page.get_by_role("option").first).to_contain_text("America/Toronto")
    expect(planner.page.get_by_role("option").last).to_contain_text("Africa/Sao Tome")
    planner.page.keyboard.press("Enter")
    expect(planner.page.get_by_role("button", name="Time zone: America/Toronto")).to_be_visible()
    there = at.astimezone(time_zone("America/Toronto"))
    expect(planner.page.locator(cell(planner.page, there)).get_by_text(f"{there:%H:%M}")).to_be_visible()


def test_filters_stay_in_the_address(planner: Planner) -> None:
    at = next_month(10, 9)
    planner.create(content="Coffee", platforms=["bluesky"], campaign="spring", scheduledAt=at.isoformat())
    planner.create(content="Tea", platforms=["x"], scheduledAt=at.isoformat())
    planner.sign_in()

    show(planner, at)
    expect(planner.page.get_by_text("2 posts in view", exact=True)).to_be_visible()
    planner.page.get_by_role("button", name="Platform").click()
    planner.page.get_by_role("option", name="Bluesky").click()
    expect(planner.page.get_by_text("1 post in view", exact=True)).to_be_visible()
    planner.page.reload()
    expect(planner.page.get_by_text("1 post in view", exact=True)).to_be_visible()

    planner.page.get_by_role("button", name="Clear the filters").click()
    planner.page.get_by_placeholder("Search the text").fill("tea")
    expect(planner.page.get_by_text("1 post in view", exact=True)).to_be_visible()
    expect(planner.page.get_by_text("Tea").first).to_be_visible()


def test_posts_that_need_attention_are_shown_alone(planner: Planner) -> None:
    page = planner.page
    at = next_month(10, 9)
    planner.create(content="Coffee", scheduledAt=at.isoformat())
    post = planner.create(content="Tea", scheduledAt=at.isoformat(), approvalRequired=True)
    with planner.stack.api("boss", {"x-owner-id": planner.owner, "x-user-roles": "approver"}) as boss:
        rejection = {"postId": post["id"], "approved": False, "comment": "Not this."}
        assert boss.post(f"{POSTS}/approve", json=rejection).is_success
    planner.sign_in()

    show(planner, at)
    page.get_by_role("button", name="1 needs attention").click()
    expect(page.get_by_text("1 post in view", exact=True)).to_be_visible()
    expect(page.get_by_text("Tea").first).to_be_visible()
    expect(page.get_by_text("Coffee")).to_have_count(0)
    assert planner.violations() == []
    page.reload()
    expect(page.get_by_text("1 post in view", exact=True)).to_be_visible()

    page.get_by_role("button", name=re.compile("^Needs attention")).click()
    # No state is cut off.
    expect(page.get_by_role("option", name="Archived")).to_be_in_viewport(ratio=1)
    page.get_by_role("option", name="Rejected").click()
    expect(page.get_by_text("1 post in view", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Rejected")).click()
    page.get_by_role("option", name="Held").click()
    expect(page.get_by_text("No post matches the filters")).to_be_visible()


@pytest.mark.parametrize("view", ["month", "agenda"])
def test_filters_without_a_result_are_cleared_in_the_empty_view(planner: Planner, view: str) -> None:
    at = next_month(10, 9)
    planner.create(content="Coffee", scheduledAt=at.isoformat())
    planner.sign_in()

    planner.open(f"/?view={view}&day={at:%Y-%m-%d}&q=tea&platform=bluesky")
    expect(
        planner.page.get_by_text(re.compile("^No post that matches the filters .* contains “\u2068tea\u2069”$"))
    ).to_be_visible()
    assert planner.violations() == []
    planner.page.get_by_role("button", name="Clear the search").click()

    expect(planner.page.get_by_role("link", name=re.compile("Coffee"))).to_be_visible()
    expect(planner.page.get_by_text("No post that matches the filters")).to_have_count(0)
    planner.page.get_by_role("button", name="Clear the filters").click()
    expect(planner.page.get_by_role("button", name="Clear the filters")).to_have_count(0)


def test_search_without_a_result_continues_in_all_posts(planner: Planner) -> None:
    page = planner.page
    at = next_month(10, 9)
    planner.create(content="Tea in a draft")
    planner.sign_in()

    planner.open(f"/?day={at:%Y-%m-%d}&q=tea")
    expect(page.get_by_text(f"No post in {at:%B %Y} contains “\u2068tea\u2069”", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Clear the search")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_text("No post of this day matches the filters.")).to_be_visible()
    page.get_by_role("link", name="Search all posts").click()

    expect(page.get_by_role("link", name="Tea in a draft")).to_be_visible()


def test_days_without_an_answer_are_not_shown_as_empty(planner: Planner) -> None:
    page = planner.page
    at = next_month(10, 9)
    error = {"success": False, "error": "The database is down.", "code": "database_unavailable", "requestId": "r-1"}
    planner.sign_in()
    page.route("**/posts/calendar?*", lambda route: None)

    show(planner, at)
    day = page.locator(cell(page, at))
    ground = "(drawn) => getComputedStyle(drawn, '::before').backgroundImage"
    expect(day).to_contain_text("posts are being loaded")
    assert day.evaluate(ground) == "none"
    ruler = page.get_by_role("img", name="This hour")
    expect(ruler).to_have_accessible_name(re.compile("posts are being loaded"))
    assert ruler.evaluate(ground) == "none"
    page.unroute("**/posts/calendar?*")
    page.route("**/posts/calendar?*", lambda route: route.fulfill(status=500, json=error))
    show(planner, at, "agenda")
    expect(page.get_by_role("alert")).to_contain_text("Your posts cannot be loaded at the moment.")
    expect(page.get_by_role("alert")).to_contain_text("r-1")
    expect(page.get_by_text("The posts of these days are not loaded.")).to_be_visible()
    expect(page.get_by_text("Nothing is planned here")).to_have_count(0)
    show(planner, at, "week")
    expect(page.get_by_role("region", name=f"{at.day} {at:%B}, posts not loaded")).to_have_count(1)
    show(planner, at)
    expect(page.get_by_text("The posts of the striped days are not loaded.")).to_be_visible()
    expect(day).to_contain_text("posts not loaded")
    assert day.evaluate(ground).startswith("repeating")
    expect(ruler).to_have_accessible_name(re.compile("Its posts are not loaded."))
    assert ruler.evaluate(ground).startswith("repeating")
    expect(page.get_by_text("in view")).to_have_count(0)
    assert planner.violations() == []

    page.unroute("**/posts/calendar?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(cell(page, at))).to_contain_text("0 posts")
    expect(page.get_by_text("not loaded")).to_have_count(0)


def test_day_with_many_posts_shows_the_others_in_a_sheet(planner: Planner) -> None:
    at = next_month(10, 9)
    for minute in range(5):
        planner.create(content=f"Post {minute}", scheduledAt=(at + timedelta(minutes=minute)).isoformat())
    planner.sign_in()

    show(planner, at)
    planner.page.get_by_role("button", name=f"+2 more, {at:%A} {at.day} {at:%B}").click()

    expect(planner.page.get_by_role("dialog").get_by_text("Post 4")).to_be_visible()
    assert planner.violations() == []


def test_day_shows_every_post_of_a_crowded_hour_in_its_hour(planner: Planner) -> None:
    at = next_month(12, 9)
    for minute in range(9):
        planner.create(content=f"Crowded {minute}", scheduledAt=(at + timedelta(minutes=minute)).isoformat())
    later = planner.create(content="An hour later", scheduledAt=(at + timedelta(hours=1)).isoformat())
    planner.sign_in()

    show(planner, at, "day")
    posts = planner.page.locator("[data-post]")
    expect(posts).to_have_count(10)
    boxes = [post.bounding_box() for post in posts.all()]
    places = {(round(box["x"]), round(box["y"])) for box in boxes if box}
    assert len(places) == 10
    last = planner.page.locator(f'[data-post="{later["id"]}"]').bounding_box()
    assert last is not None
    assert round(last["y"]) == max(y for _, y in places)


def test_post_is_moved_by_mouse(planner: Planner) -> None:
    at = next_month(10, 9, 30)
    post = planner.create(content="Drag me", scheduledAt=at.isoformat())
    planner.sign_in()

    show(planner, at)
    target = at + timedelta(days=3)
    chip = planner.page.locator(f'[data-post="{post["id"]}"]')
    with saved(planner):
        chip.drag_to(planner.page.locator(cell(planner.page, target)))

    expect(planner.page.locator(cell(planner.page, target)).get_by_text("Drag me")).to_be_visible()
    assert time_of(planner, post["id"]) == target
    expect(chip).to_be_focused()

    message = planner.page.get_by_role("alertdialog")
    expect(message).to_contain_text(f"“\u2068Drag me\u2069” was moved to {in_words(target)}")
    expect(message.get_by_role("link")).to_have_count(0)
    with saved(planner):
        message.get_by_role("button", name="Undo").click()
    expect(planner.page.locator(cell(planner.page, at)).get_by_text("Drag me")).to_be_visible()
    assert time_of(planner, post["id"]) == at


def test_post_is_moved_by_keyboard(planner: Planner) -> None:
    at = next_month(10, 9, 30)
    post = planner.create(content="Lift me", scheduledAt=at.isoformat())
    planner.sign_in()

    show(planner, at)
    planner.page.locator(f'[data-post="{post["id"]}"]').focus()
    for key in ("Space", "ArrowRight", "ArrowDown", "]", "]"):
        planner.page.keyboard.press(key)
    expect(planner.page.get_by_role("status").get_by_text("10:00")).to_be_visible()
    with saved(planner):
        planner.page.keyboard.press("Enter")

    target = at + timedelta(days=8, minutes=30)
    expect(planner.page.locator(cell(planner.page, target)).get_by_text("Lift me")).to_be_visible()
    assert time_of(planner, post["id"]) == target
    expect(planner.page.get_by_role("alert")).to_contain_text("was moved to")
    expect(planner.page.locator(f'[data-post="{post["id"]}"]')).to_be_focused()


def test_lifted_post_is_put_back(planner: Planner) -> None:
    at = next_month(10, 9, 30)
    post = planner.create(content="Stay", scheduledAt=at.isoformat())
    planner.sign_in()

    show(planner, at)
    planner.page.locator(f'[data-post="{post["id"]}"]').focus()
    for key in ("Space", "ArrowRight", "Escape"):
        planner.page.keyboard.press(key)

    expect(planner.page.locator(cell(planner.page, at)).get_by_text("Stay")).to_be_visible()
    expect(planner.page.locator(f'[data-post="{post["id"]}"]')).to_be_focused()
    # From another month, the way back leads to the post, too.
    for key in ("Space", *["ArrowDown"] * 6):
        planner.page.keyboard.press(key)
    expect(planner.page.locator(cell(planner.page, at))).to_have_count(0)
    planner.page.keyboard.press("Escape")
    expect(planner.page.locator(f'[data-post="{post["id"]}"]')).to_be_focused()
    assert planner.post(post["id"])["version"] == post["version"]


def test_post_is_moved_by_the_dialog(planner: Planner) -> None:
    at = next_month(10, 9, 30)
    post = planner.create(content="Ask me", scheduledAt=at.isoformat())
    planner.sign_in()

    show(planner, at)
    planner.page.locator(f'[data-post="{post["id"]}"]').focus()
    planner.page.keyboard.press(".")
    target = at + timedelta(days=2)
    planner.page.get_by_label("Day", exact=True).fill(f"{target:%Y-%m-%d}")
    planner.page.get_by_label("Time (Europe/Berlin)").fill("14:15")
    assert planner.violations() == []
    with saved(planner):
        planner.page.get_by_role("button", name="Move the post").click()

    target = target.replace(hour=14, minute=15)
    expect(planner.page.locator(cell(planner.page, target)).get_by_text("Ask me")).to_be_visible()
    assert time_of(planner, post["id"]) == target
    expect(planner.page.locator(f'[data-post="{post["id"]}"]')).to_be_focused()


def test_dragged_post_lands_at_the_time_that_the_week_shows(planner: Planner) -> None:
    page = planner.page
    at = next_month(10, 9)
    post = planner.create(content="Drag me", scheduledAt=at.isoformat())
    other = planner.create(content="In the way", scheduledAt=(at + timedelta(hours=3)).isoformat())
    planner.sign_in()

    show(planner, at, "week")
    chip, below = (page.locator(f'[data-post="{each["id"]}"]') for each in (post, other))
    chip.hover(position={"x": 40, "y": 15})
    page.mouse.down()
    # Another post of the day is below the pointer.
    below.hover(position={"x": 40, "y": 5}, force=True)
    below.hover(position={"x": 40, "y": 20}, force=True)
    day = page.locator(f'section[data-day="{at:%Y-%m-%d}"]')
    label = day.locator("b", has_text=re.compile(r"^12:(15|30)$"))
    expect(label).to_be_visible()
    hour, minute = (int(part) for part in label.inner_text().split(":"))
    with saved(planner):
        page.mouse.up()

    assert time_of(planner, post["id"]) == at.replace(hour=hour, minute=minute)
    expect(label).to_have_count(0)
    expect(chip).to_be_focused()


def sixth_week() -> datetime:
    """Return noon of a later day that the view of its month shows in the sixth week, far below the top."""
    at = next_month(28, 12)
    while at.replace(day=1).weekday() + at.day <= 5 * 7:
        at += timedelta(days=1)
    return at


def test_month_opens_with_the_present_week_in_view(planner: Planner) -> None:
    page = planner.page
    now = sixth_week()
    planner.create(scheduledAt=now.replace(hour=15).isoformat())
    planner.sign_in()
    page.clock.set_fixed_time(now)
    page.set_viewport_size({"width": 1440, "height": 600})

    planner.open()
    expect(page.locator(cell(page, now))).to_be_in_viewport(ratio=1)
    header = page.get_by_role("heading", level=1).locator("..")
    expect(header).to_be_in_viewport(ratio=1)
    ends = [header.bounding_box(), page.locator(cell(page, now)).bounding_box()]
    assert ends[0] is not None
    assert ends[1] is not None
    assert ends[0]["y"] + ends[0]["height"] <= ends[1]["y"]
    page.evaluate("window.scrollTo(0, 0)")
    expect(page.locator(cell(page, now))).not_to_be_in_viewport(ratio=0.5)
    page.get_by_role("button", name="Today").click()
    expect(page.locator(cell(page, now))).to_be_in_viewport(ratio=1)

    # While the browser is offline, the page says so above the header and the weekdays.
    page.context.set_offline(True)
    try:
        offline = page.get_by_text("You are offline. Nothing here is newer than")
        weekday = page.get_by_role("columnheader").first
        for part in (offline, header, weekday):
            expect(part).to_be_in_viewport(ratio=1)
        tops = [box["y"] for part in (offline, header, weekday) if (box := part.bounding_box())]
        assert tops == sorted(set(tops))
        # What is loaded stays, and what is not loaded is not shown as empty.
        expect(page.get_by_text("1 post in view", exact=True)).to_be_visible()
        for _ in range(2):
            page.get_by_role("button", name="Later", exact=True).click()
        expect(page.get_by_text("The posts of the striped days are not loaded.")).to_be_visible()
        expect(page.get_by_role("img", name=re.compile("This hour"))).to_have_accessible_name(
            re.compile("Its posts are not loaded.")
        )
        page.get_by_role("button", name="Today", exact=True).click()
        expect(page.get_by_text("The posts of the striped days are not loaded.")).to_have_count(0)
        expect(page.get_by_text("1 post in view", exact=True)).to_be_visible()
        page.set_viewport_size({"width": 390, "height": 600})
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        expect(header).not_to_be_in_viewport()
        expect(offline).to_be_in_viewport(ratio=1)
        assert planner.violations() == []
    finally:
        page.context.set_offline(False)

    # With a zoom of 200 %, the header does not stay in view, so the page begins at its top.
    page.set_viewport_size({"width": 720, "height": 450})
    planner.open()
    expect(page.get_by_text("1 post in view", exact=True)).to_be_visible()
    expect(header).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_new_person_sees_how_to_begin_without_scrolling(planner: Planner, width: int, height: int) -> None:
    page = planner.page
    planner.sign_in()
    page.clock.set_fixed_time(next_month(28, 12))
    page.set_viewport_size({"width": width, "height": height})

    for view in ("month", "week"):
        planner.open(f"/?view={view}")
        expect(page.get_by_text("0 posts in view", exact=True)).to_be_in_viewport(ratio=1)
        begin = page.get_by_role("region", name="Publish your first post")
        expect(begin.get_by_role("link", name="Write a post in the sandbox first")).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("heading", level=1)).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("button", name="Today")).to_be_in_viewport(ratio=1)


def test_search_leads_to_the_first_post_that_it_finds(planner: Planner) -> None:
    page = planner.page
    at = next_month(27, 9)
    post = planner.create(content="Coffee", scheduledAt=at.isoformat())
    planner.create(content="Tea", scheduledAt=at.isoformat())
    planner.sign_in()
    page.set_viewport_size({"width": 1440, "height": 600})

    show(planner, at)
    expect(page.get_by_text("2 posts in view", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Show the first")).to_have_count(0)
    page.get_by_placeholder("Search the text").fill("coffee")
    page.get_by_role("button", name="Show it").click()

    found = page.locator(f'[data-post="{post["id"]}"]')
    expect(found).to_be_focused()
    expect(found).to_be_in_viewport(ratio=1)


def test_post_that_leaves_the_view_can_be_shown_there(planner: Planner) -> None:
    page = planner.page
    at = next_month(10, 9, 30)
    target = at - timedelta(days=5)
    post = planner.create(content="Out of sight", scheduledAt=at.isoformat())
    planner.create(content="It stays", scheduledAt=(at + timedelta(hours=1)).isoformat())
    planner.sign_in()

    show(planner, at, "agenda")
    page.get_by_role("button", name="Move to").first.click()
    page.get_by_label("Day", exact=True).fill(f"{target:%Y-%m-%d}")
    with saved(planner):
        page.get_by_role("button", name="Move the post").click()
    expect(page.get_by_role("main").get_by_text("Out of sight")).to_have_count(0)
    expect(page.locator(f'[data-day="{at:%Y-%m-%d}"]')).to_be_focused()
    page.get_by_role("alertdialog").get_by_role("link", name="Show it").click()

    expect(page.get_by_role("link", name="Out of sight")).to_be_visible()
    assert time_of(planner, post["id"]) == target


def test_undo_says_why_a_post_cannot_move_back(planner: Planner) -> None:
    at = next_month(10, 9, 30)
    target = at + timedelta(days=3)
    post = planner.create(content="Both of us", scheduledAt=at.isoformat())
    planner.sign_in()

    show(planner, at)
    with saved(planner):
        planner.page.locator(f'[data-post="{post["id"]}"]').drag_to(planner.page.locator(cell(planner.page, target)))
    undo = planner.page.get_by_role("alertdialog").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    planner.api.patch("/api/social/posts/update", json={"postId": post["id"], "notes": "Changed"})
    undo.click()

    present = f"It is planned for {in_words(target)}"
    expect(planner.page.get_by_role("alertdialog")).to_contain_text(
        f"Not undone: meanwhile, the post was changed. {present}"
    )
    expect(planner.page.locator(cell(planner.page, target)).get_by_text("Both of us")).to_be_visible()
    assert time_of(planner, post["id"]) == target


@pytest.mark.parametrize("way", ["calendar", "post"])
def test_move_next_to_a_similar_post_names_the_other_post(planner: Planner, way: str) -> None:
    at = next_month(10, 9, 30)
    target = at + timedelta(days=2)
    planner.connect()
    other = planner.create(content="Said twice", scheduledAt=(target + timedelta(hours=1)).isoformat())
    post = planner.create(content="Said twice", scheduledAt=at.isoformat())
    planner.sign_in()

    if way == "calendar":
        show(planner, at)
        planner.page.locator(f'[data-post="{post["id"]}"]').focus()
        planner.page.keyboard.press(".")
    else:
        planner.open(f"/posts/{post['id']}")
        planner.page.get_by_role("button", name="More", exact=True).click()
        planner.page.get_by_role("menuitem", name="Move to").click()
    planner.page.get_by_label("Day", exact=True).fill(f"{target:%Y-%m-%d}")
    with saved(planner):
        planner.page.get_by_role("button", name="Move the post").click()

    toast = planner.page.get_by_role("alertdialog").filter(has_text="has the same text")
    expect(toast).to_contain_text(re.compile("Another post, of .*, 10:30 CES?T, has the same text and goes "))
    toast.get_by_role("link", name="Open the post").click()
    planner.page.wait_for_url(re.compile(f"/posts/{other['id']}$"))
    assert time_of(planner, post["id"]) == target


def test_similar_post_is_not_named_after_the_move_is_taken_back(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    at = next_month(10, 9, 30)
    for hour in (10, 11):
        planner.create(content="Said often", scheduledAt=next_month(12, hour, 30).isoformat())
    post = planner.create(content="Said often", scheduledAt=at.isoformat())
    planner.sign_in()

    show(planner, at)
    page.locator(f'[data-post="{post["id"]}"]').focus()
    page.keyboard.press(".")
    page.get_by_label("Day", exact=True).fill(f"{at + timedelta(days=2):%Y-%m-%d}")
    with saved(planner):
        page.get_by_role("button", name="Move the post").click()
    expect(page.get_by_role("alertdialog").filter(has_text="has the same text")).to_have_count(1)
    with saved(planner):
        page.get_by_role("button", name="Undo").click()

    moved_back = page.get_by_role("alertdialog").filter(has_text="was moved back to")
    expect(moved_back).to_contain_text("09:30")
    expect(moved_back.get_by_role("button", name="Undo")).to_have_count(0)
    expect(page.get_by_role("alertdialog").filter(has_text="has the same text")).to_have_count(0)


def test_refused_move_is_undone_with_its_reason(planner: Planner) -> None:
    at = next_month(10, 9, 30)
    post = planner.create(content="Both of us", scheduledAt=at.isoformat())
    planner.sign_in()

    show(planner, at)
    chip = planner.page.locator(f'[data-post="{post["id"]}"]')
    expect(chip).to_be_visible()
    # Somebody else changes the post while it is moved.
    planner.api.patch("/api/social/posts/update", json={"postId": post["id"], "notes": "Changed"})
    chip.drag_to(planner.page.locator(cell(planner.page, at + timedelta(days=3))))

    expect(
        planner.page.get_by_text("Somebody else has changed this post, so your change was not made.")
    ).to_be_visible()
    expect(planner.page.locator(cell(planner.page, at)).get_by_text("Both of us")).to_be_visible()
    assert time_of(planner, post["id"]) == at


def test_empty_day_composes_there(planner: Planner) -> None:
    at = next_month(12, 9)
    planner.sign_in()

    show(planner, at)
    planner.page.locator(cell(planner.page, at)).focus()
    planner.page.keyboard.press("Enter")

    expect(planner.page.get_by_label("Day", exact=True)).to_have_value(f"{at:%Y-%m-%d}")
    expect(planner.page.get_by_label("Time", exact=True)).to_have_value("09:00")


def test_arrows_go_from_day_to_day_and_into_the_posts(planner: Planner) -> None:
    at = next_month(10, 9)
    post = planner.create(content="Here", scheduledAt=at.isoformat())
    planner.sign_in()

    show(planner, at)
    expect(planner.page.locator(f'[data-post="{post["id"]}"]')).to_be_visible()
    planner.page.locator(cell(planner.page, at - timedelta(days=1))).focus()
    planner.page.keyboard.press("ArrowRight")
    expect(planner.page.locator(cell(planner.page, at))).to_be_focused()
    planner.page.keyboard.press("Enter")
    expect(planner.page.locator(f'[data-post="{post["id"]}"]')).to_be_focused()
    planner.page.keyboard.press("Enter")

    expect(planner.page).to_have_url(re.compile(f"/posts/{post['id']}$"))


def test_shortcuts_change_the_view_and_can_be_switched_off(planner: Planner) -> None:
    planner.sign_in()
    planner.open()
    expect(planner.page.get_by_role("grid")).to_be_visible()

    planner.page.keyboard.press("w")
    expect(planner.page).to_have_url(re.compile("view=week"))

    planner.open("/settings")
    planner.page.get_by_text("Keyboard shortcuts").click()
    planner.open()
    expect(planner.page.get_by_role("grid")).to_be_visible()
    planner.page.keyboard.press("w")
    expect(planner.page).not_to_have_url(re.compile("view=week"))


def test_phone_shows_the_posts_of_the_chosen_day(planner: Planner) -> None:
    at = next_month(10, 9)
    planner.create(content="On the phone", scheduledAt=at.isoformat())
    planner.sign_in()
    planner.page.set_viewport_size({"width": 390, "height": 844})

    show(planner, at)
    planner.page.locator(cell(planner.page, at)).click()

    expect(planner.page.get_by_role("link", name="On the phone")).to_be_visible()
    assert planner.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert planner.violations() == []


def test_month_begins_with_its_first_day_on_a_phone(planner: Planner) -> None:
    planner.sign_in()
    planner.page.set_viewport_size({"width": 390, "height": 844})

    planner.open("/?day=2027-03-10")
    expect(planner.page.get_by_role("region", name="Wednesday 10 March")).to_be_visible()
    planner.page.get_by_role("button", name="Later").click()

    # The week of that day begins in March.
    expect(planner.page.get_by_role("region", name="Thursday 1 April")).to_be_visible()


def test_phone_scrolls_to_the_list_of_the_chosen_day_and_keeps_the_focus(planner: Planner) -> None:
    page = planner.page
    at = next_month(10, 9)
    planner.create(content="On the phone", scheduledAt=at.isoformat())
    planner.sign_in()
    page.set_viewport_size({"width": 390, "height": 600})

    show(planner, at - timedelta(days=1))
    expect(page.get_by_text("1 post in view", exact=True)).to_be_visible()
    post = page.get_by_role("link", name="On the phone")
    page.locator(cell(page, at)).click()
    expect(post).to_be_in_viewport()
    day = page.locator(cell(page, at))
    expect(day).to_be_focused()
    expect(day).to_be_in_viewport()
    expect(page.get_by_role("status").filter(has_text=f"{at.day} {at:%B}, 1 post")).to_have_count(1)

    # The arrows only look through the days.
    page.evaluate("scrollTo(0, 0)")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    expect(day).to_be_focused()
    expect(post).not_to_be_in_viewport()


@pytest.mark.parametrize("view", ["week", "day"])
def test_phone_opens_a_day_at_its_first_post_and_today_at_the_present_time(planner: Planner, view: str) -> None:
    page = planner.page
    at = next_month(10, 20, 30)
    planner.create(content="In the evening", scheduledAt=at.isoformat())
    planner.sign_in()
    page.set_viewport_size({"width": 390, "height": 844})

    show(planner, at, view)
    expect(page.get_by_role("link", name=re.compile("In the evening"))).to_be_in_viewport(ratio=1)
    names = {"week": page.get_by_role("link", name=re.compile("1 post$")), "day": page.get_by_role("heading", level=2)}
    expect(names[view]).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("heading", level=1)).not_to_be_in_viewport()
    expect(page.locator("body")).to_be_focused()
    assert planner.violations() == []

    page.clock.set_fixed_time(at.replace(hour=17, minute=5))
    planner.open(f"/?view={view}")
    expect(page.get_by_text("17:05").last).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("heading", level=1)).not_to_be_in_viewport()


def test_phone_names_the_filters_and_the_ruler_keeps_its_faces_apart(planner: Planner) -> None:
    page = planner.page
    hour = datetime.now(BERLIN).replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    for minute in (20, 20, 22, 40):
        planner.create(content=f"At {minute}", scheduledAt=(hour + timedelta(minutes=minute)).isoformat())
    planner.sign_in()
    page.set_viewport_size({"width": 390, "height": 844})
    page.clock.set_fixed_time(hour + timedelta(minutes=5))

    planner.open("/?platform=bluesky&status=scheduled")
    filters = page.get_by_role("search")
    expect(filters).to_contain_text(re.compile("Filtered by .?Bluesky.?, .?Scheduled"))
    expect(filters.get_by_role("button", name="Clear the filters")).to_be_visible()
    ruler = page.get_by_role("img", name="4 posts")
    marks = ruler.locator("span").filter(has=page.locator("svg"))
    expect(marks).to_have_text(["+2", ""])
    boxes = [mark.bounding_box() for mark in marks.all()]
    assert boxes[0]
    assert boxes[1]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    assert planner.violations() == []
