"""axe-core finds no violation in any view or dialog, in both themes."""

import re

from playwright.sync_api import expect

from tests.support.local_time import tomorrow
from tests.support.planner import Planner

LISTS = ["draft", "scheduled", "published", "failed", "approval", "archived"]
VIEWS = [
    *("/", "/?view=week", "/?view=day", "/?view=agenda", "/none"),
    *(f"/posts?list={name}" for name in LISTS),
    *("/posts/new", "/connections", "/analytics", "/settings", "/queue"),
]


def publish(planner: Planner, platform: str, status: str = "published") -> str:
    post = planner.create(content=f"On {platform}", platforms=[platform], publish="now")
    planner.wait_for(post["id"], status)
    return str(post["id"])


def unknown_post(planner: Planner) -> str:
    post_id = publish(planner, "x")
    planner.doubt(post_id)
    return post_id


def test_views_have_no_accessibility_violation(planner: Planner) -> None:
    planner.connect()
    planner.add_fault("mastodon", "statuses", "status", status=422)
    scheduled = planner.create(scheduledAt=tomorrow(9), notes="Look at the light", campaign="Spring")
    pending = planner.create(scheduledAt=tomorrow(10), approvalRequired=True)
    planner.create(content="A draft")
    posts = [
        str(scheduled["id"]),
        str(pending["id"]),
        publish(planner, "bluesky"),
        publish(planner, "mastodon", "failed"),
        unknown_post(planner),
    ]
    planner.sign_in(roles="admin")

    found = {}
    for path in [*VIEWS, f"/posts/{scheduled['id']}/edit", *(f"/posts/{post}" for post in posts)]:
        planner.open(path)
        planner.unfold()
        found[path] = planner.violations(is_dark_too=True)

    assert {path: violations for path, violations in found.items() if violations} == {}
    assert {post["status"] for post in planner.posts()} == {"draft", "scheduled", "published", "failed"}


def test_dialogs_have_no_accessibility_violation(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    post_id = unknown_post(planner)
    scheduled = planner.create(content="Lift me", scheduledAt=tomorrow(9))
    planner.sign_in(roles="admin")
    found: dict[str, list[str]] = {}

    def check(name: str) -> None:
        expect(
            page.get_by_role("dialog").or_(page.get_by_role("menu")).or_(page.get_by_role("listbox")).first
        ).to_be_visible()
        found[name] = planner.violations(is_dark_too=True)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)

    planner.open("/")
    page.get_by_role("button", name=re.compile("^Time zone")).click()
    check("time zones")
    page.get_by_role("button", name="Platform").click()
    check("filter")
    chip = page.get_by_role("link", name=re.compile("Lift me")).first
    chip.press("Space")
    expect(
        page.get_by_role("status").get_by_text("was ", exact=False).or_(page.locator("kbd").first).first
    ).to_be_visible()
    found["move mode"] = planner.violations(is_dark_too=True)
    page.keyboard.press("Escape")

    planner.open("/connections")
    page.get_by_role("button", name="Connect an account").first.click()
    check("choice of a platform")
    page.get_by_role("button", name=re.compile("More for .*bsky.example")).click()
    check("menu of a connection")
    page.get_by_role("button", name=re.compile("More for .*bsky.example")).click()
    page.get_by_role("menuitem", name="Disconnect").click()
    check("disconnect")
    for platform in ("mastodon", "x"):
        planner.open(f"/connections?connect={platform}")
        check(f"connect {platform}")

    planner.open("/posts?list=scheduled")
    page.get_by_role("checkbox", name=re.compile("Choose the post")).first.click(force=True)
    page.get_by_role("button", name="Move by").click()
    check("move several posts")
    page.get_by_role("button", name="Delete").click()
    check("delete")

    planner.open(f"/posts/{scheduled['id']}")
    page.get_by_role("button", name="More").click()
    check("menu of a post")
    planner.open(f"/posts/{post_id}")
    page.get_by_role("button", name="It is there").click()
    check("confirmation")

    planner.open("/queue")
    page.get_by_role("button", name="Pause publishing").click()
    check("pause")

    assert {name: violations for name, violations in found.items() if violations} == {}
    assert len(planner.api.get("/api/social/connections").json()["connections"]) > 5
    assert {post["status"] for post in planner.posts()} == {"failed", "scheduled"}
