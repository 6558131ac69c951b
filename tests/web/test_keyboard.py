"""The main flow with only the keyboard: a post is written, scheduled, found and moved. Each control shows its focus."""

from datetime import datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from tests.support.local_time import BERLIN, tomorrow
from tests.support.planner import Planner

MAX_STEPS = 80
HIDDEN_FOCUS = """() => {
    const focused = document.activeElement;
    // The focus of a date is on a part inside the field, where selectors do not reach.
    if (focused.matches("[type=date], [type=time]"))
        return getComputedStyle(focused).boxShadow.match(/rgb/g)?.length === 2 ? null : focused.outerHTML;
    return focused === document.body || focused.matches(":focus-visible") ? null : focused.outerHTML.slice(0, 300);
}"""
VIEWS = [
    *("/?platform=bluesky", "/?view=week", "/?view=agenda", "/posts?list=draft", "/posts/new"),
    *("/connections", "/analytics", "/settings", "/queue"),
]


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus. Each element on the way shows its focus."""
    target.wait_for()
    for _ in range(MAX_STEPS):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
        assert page.evaluate(HIDDEN_FOCUS) is None
    raise AssertionError(f"{target} is not reached by Tab.")


def symmetric_day() -> datetime:
    """Return 09:30 on a later day whose number equals its month, because browsers order the two differently."""
    at = (datetime.now(BERLIN) + timedelta(days=2)).replace(hour=9, minute=30, second=0, microsecond=0)
    while at.day != at.month:
        at += timedelta(days=1)
    return at


def test_main_flow_works_by_keyboard_alone(planner: Planner) -> None:
    page = planner.page
    at = symmetric_day()
    planner.sign_in()
    planner.open()

    tab_to(page, page.locator("main").get_by_role("link", name="New post"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Bluesky sandbox"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("textbox", name="Text", exact=True))
    page.keyboard.type("Typed")
    tab_to(page, page.get_by_label("Day", exact=True))
    page.keyboard.type(f"{at:%d%m%Y}")
    tab_to(page, page.get_by_label("Time", exact=True))
    page.keyboard.type("0930")
    tab_to(page, page.get_by_role("button", name="Schedule"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("09:30")
    [post] = planner.posts()
    assert (post["status"], post["content"]) == ("scheduled", "Typed")
    assert datetime.fromisoformat(post["scheduledAt"]) == at

    tab_to(page, page.get_by_role("link", name="Calendar").first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("grid")).to_be_visible()
    for _ in range((at.month - datetime.now(BERLIN).month) % 12):
        page.keyboard.press("j")
    tab_to(page, page.locator(f'[data-post="{post["id"]}"]'))
    for key in ("Space", "ArrowRight", "]"):
        page.keyboard.press(key)
    with page.expect_response(lambda response: "posts/update" in response.url and response.ok):
        page.keyboard.press("Enter")
    moved = datetime.fromisoformat(planner.post(post["id"])["scheduledAt"])
    assert moved == at + timedelta(days=1, minutes=15)


BEHIND_BAR = """() => {
    const { activeElement: focused } = document;
    const bar = document.querySelector("footer");
    if (bar.contains(focused)) return null;
    const isBehind = focused.getBoundingClientRect().top >= bar.getBoundingClientRect().top;
    return isBehind ? focused.outerHTML.slice(0, 300) : "";
}"""


def test_focus_in_the_composer_is_never_behind_the_bar(planner: Planner) -> None:
    page = planner.page
    page.set_viewport_size({"width": 390, "height": 700})
    planner.sign_in()
    planner.open("/posts/new")
    for platform in ("Bluesky", "LinkedIn"):
        page.get_by_role("button", name=f"{platform} sandbox").click()

    behind = []
    page.get_by_role("button", name="Close").focus()
    for _ in range(MAX_STEPS):
        page.keyboard.press("Tab")
        behind.append(page.evaluate(BEHIND_BAR))
        if behind[-1] is None:
            break
    expect(page.get_by_role("contentinfo").get_by_role("button").first).to_be_focused()
    assert len(behind) > 20
    assert [each for each in behind if each] == []

    page.set_viewport_size({"width": 1280, "height": 700})
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert page.evaluate("scrollY") > 100
    expect(page.get_by_role("button", name="Close")).to_be_in_viewport()


def test_focus_is_visible_on_every_control(planner: Planner) -> None:
    planner.connect()
    post = planner.create(scheduledAt=tomorrow(9))
    planner.create(content="A draft")
    planner.sign_in(roles="admin")

    found = {}
    for path in [*VIEWS, f"/posts/{post['id']}"]:
        planner.page.set_viewport_size({"width": 1440, "height": 1000})
        planner.open(path)
        planner.unfold()
        wide = planner.controls_that_hide_focus()
        planner.page.set_viewport_size({"width": 390, "height": 844})
        found[path] = wide + planner.controls_that_hide_focus()

    assert {path: controls for path, controls in found.items() if controls} == {}
