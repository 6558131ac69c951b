"""Posts for an account to which access is lost: the warnings, and the step that prevents the failure."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, Route, expect

from minutehand.runtime.sql import Query
from tests.support.local_time import local, tomorrow
from tests.support.planner import Planner
from tests.support.stack import POSTS

LOSE_ACCESS = Query(
    "lose_access",
    """
    UPDATE social_connections SET status = 'reconnect_required', status_reason = 'The access was revoked.'
    WHERE owner_id = %(owner)s AND platform = %(platform)s RETURNING id
    """,
)
END_ACCESS = Query(
    "end_access",
    """
    UPDATE social_account_tokens AS token SET expires_at = %(at)s, refresh_at = NULL
    FROM social_connections AS connection
    WHERE connection.id = token.connection_id AND owner_id = %(owner)s AND platform = %(platform)s RETURNING id
    """,
)
RESTORE_ACCESS = Query(
    "restore_access",
    """
    UPDATE social_connections SET status = 'active', status_reason = NULL
    WHERE owner_id = %(owner)s AND platform = %(platform)s RETURNING id
    """,
)

IS_LAST_WORD_IN_LINE = """(row) => {
  const lines = row.querySelector("span").getClientRects();
  const word = row.lastElementChild.getBoundingClientRect();
  const isAtEnd = word.top + word.height / 2 < lines[lines.length - 1].bottom;
  return isAtEnd || Math.abs(word.left - lines[0].left) < 1;
}"""
"""Whether the last word of a folded row stands at the end of the sentence, or below its beginning."""


def test_post_for_a_lost_account_asks_to_reconnect_it(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    lost = planner.create(content="Goes to both", platforms=["bluesky", "mastodon"], scheduledAt=tomorrow(9))
    planner.create(content="Goes to Bluesky", platforms=["bluesky"], scheduledAt=tomorrow(10))
    planner.stack.db.fetch(LOSE_ACCESS, owner=planner.owner, platform="mastodon")
    planner.sign_in()

    planner.open("/?view=agenda")
    expect(page.get_by_text("Mastodon will fail")).to_have_count(1)
    at = local(lost["scheduledAt"])
    banner = page.get_by_role("region", name="Accounts without access")
    expect(banner).to_contain_text("Mastodon access is lost: 1 post will fail there on")
    expect(banner).to_contain_text(f"{at:%H:%M}")
    expect(banner.get_by_role("link", name="Reconnect Mastodon")).to_be_visible()
    expect(page.get_by_text("2 posts in view", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="1 needs attention", exact=True)).to_be_visible()
    page.get_by_role("button", name="1 in view will fail", exact=True).click()
    expect(page.get_by_text("1 post in view", exact=True)).to_be_visible()
    expect(page.get_by_text("Goes to Bluesky")).to_have_count(0)
    expect(page.get_by_role("button", name="1 in view will fail", exact=True)).to_have_count(0)
    navigation = page.get_by_role("navigation").filter(visible=True)
    expect(navigation.get_by_role("link", name="Connections")).to_contain_text("1 needs attention")
    expect(navigation.get_by_role("link", name="Posts", exact=True)).to_be_visible()
    assert planner.violations() == []
    planner.open("/?view=agenda&only=lost")
    expect(page.get_by_text("1 post in view", exact=True)).to_be_visible()
    expect(page.get_by_text("Goes to Bluesky")).to_have_count(0)
    expect(page.get_by_text("Goes to both")).to_be_visible()

    planner.open("/posts?list=scheduled")
    row = page.get_by_role("listitem").filter(has_text="Goes to both")
    expect(row).to_contain_text("Mastodon will fail")
    expect(row).to_contain_text("on Mastodon is lost.")
    expect(row.get_by_role("link", name="Reconnect Mastodon")).to_have_attribute(
        "href", re.compile("connect=mastodon&account=")
    )
    expect(page.get_by_role("region", name="Accounts without access")).to_contain_text("1 post will fail there")
    expect(page.get_by_role("link", name="Scheduled")).to_contain_text("1 will fail")
    expect(page.get_by_role("listitem").filter(has_text="Goes to Bluesky")).not_to_contain_text("will fail")
    assert planner.violations() == []

    planner.open("/connections")
    accounts = page.get_by_role("region", name="Connections").get_by_role("listitem")
    expect(accounts.first).to_contain_text("Mastodon")
    expect(accounts.first).to_contain_text("1 post will fail there on")
    posts = accounts.first.get_by_role("link", name="Show the post")
    expect(posts).to_have_attribute("href", re.compile("view=agenda&connectionId="))
    expect(accounts.nth(1)).not_to_contain_text("will fail")
    assert planner.violations() == []

    planner.open(f"/posts/{lost['id']}")
    expect(page.get_by_text("Will be published on Bluesky.")).to_be_visible()
    page.get_by_role("link", name="Reconnect Mastodon").click()
    expect(page.get_by_role("dialog", name="Connect Mastodon")).to_be_visible()


def test_viewer_learns_whom_to_ask_about_a_lost_account(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    lost = planner.create(content="Goes to Mastodon", platforms=["mastodon"], scheduledAt=tomorrow(9))
    planner.stack.db.fetch(LOSE_ACCESS, owner=planner.owner, platform="mastodon")
    planner.sign_in(roles="viewer")

    planner.open("/posts?list=scheduled")
    banner = page.get_by_role("region", name="Accounts without access")
    expect(banner).to_contain_text("Ask a person with the role “editor” or “admin” to reconnect it.")
    row = page.get_by_role("listitem").filter(has_text="Goes to Mastodon")
    expect(row).to_contain_text("on Mastodon is lost.")
    expect(row.get_by_role("link", name="Reconnect Mastodon")).to_have_count(0)
    assert planner.violations() == []
    planner.open("/connections")
    account = page.get_by_role("region", name="Connections").get_by_role("listitem").first
    expect(account).to_contain_text("Ask a person with the role “editor” or “admin” to reconnect it.")
    planner.open(f"/posts/{lost['id']}")
    expect(page.get_by_text("Ask a person with the role “editor” or “admin” to reconnect it before")).to_be_visible()
    expect(page.get_by_role("link", name="Reconnect Mastodon")).to_have_count(0)
    assert planner.violations() == []


def test_viewer_learns_whom_to_ask_about_a_disconnected_account(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    [account] = [each for each in planner.connections() if each["platform"] == "mastodon"]
    post = planner.create(content="Names it", platforms=[], connectionIds=[account["id"]], scheduledAt=tomorrow(9))
    planner.disconnect(account)
    planner.sign_in(roles="viewer")

    planner.open("/connections")
    missing = page.get_by_role("region", name="Missing accounts")
    expect(missing).to_contain_text("Ask a person with the role “editor” or “admin” to connect it.")
    expect(missing.get_by_role("link", name="Connect Mastodon")).to_have_count(0)
    assert planner.violations() == []
    planner.open(f"/posts/{post['id']}")
    expect(page.get_by_text("to connect it again, or choose another account, before")).to_be_visible()
    for path in (f"/posts/{post['id']}/edit", f"/posts/new?copy={post['id']}"):
        planner.open(path)
        expect(page.get_by_text("You can read posts, but not write or change them.")).to_be_visible()
        expect(page.get_by_role("textbox")).to_have_count(0)
        assert planner.violations() == []


def test_draft_names_its_lost_account(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    draft = planner.create(content="Not yet", platforms=["bluesky", "mastodon"])
    planner.stack.db.fetch(LOSE_ACCESS, owner=planner.owner, platform="mastodon")
    planner.sign_in()

    planner.open(f"/posts/{draft['id']}")
    expect(page.get_by_text("Has no time yet. Its platforms: Bluesky and Mastodon.")).to_be_visible()
    expect(page.get_by_text("on Mastodon is lost. Reconnect it before the post is published.")).to_be_visible()
    expect(page.get_by_role("link", name="Reconnect Mastodon")).to_be_visible()


def test_lost_accounts_and_pauses_appear_together(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    planner.create(content="Goes to Mastodon", platforms=["mastodon"], scheduledAt=tomorrow(9))
    planner.stack.db.fetch(LOSE_ACCESS, owner=planner.owner, platform="mastodon")
    pause = {"scope": "owner", "ownerId": planner.owner}
    planner.sign_in()
    waiting: list[Route] = []
    page.route("**/api/social/queue?scope=own", lambda route: waiting.append(route))
    with planner.stack.api("Mio", {"x-owner-id": planner.owner, "x-user-roles": "operator"}) as operator:
        assert operator.post("/api/social/queue", json={"action": "pause", "reason": "Sold out", **pause}).is_success
        planner.open(f"/?view=agenda&day={tomorrow(9)[:10]}")
        expect(page.get_by_role("button", name="1 in view will fail", exact=True)).to_be_visible()
        expect(page.get_by_role("region", name="Accounts without access")).to_have_count(0)
        for route in waiting:
            route.continue_()
        banner = page.get_by_role("region", name="Accounts without access, Pauses")
        expect(banner).to_contain_text("Mastodon access is lost: 1 post will fail there on")
        expect(banner).to_contain_text("“Sold out”")
        assert operator.post("/api/social/queue", json={"action": "resume", **pause}).is_success


def test_every_move_says_that_the_access_ends_before(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    post = planner.create(content="Reading tip", platforms=["bluesky"], scheduledAt=tomorrow(9))
    ends = datetime.now(UTC) + timedelta(days=3)
    planner.stack.db.fetch(END_ACCESS, owner=planner.owner, platform="bluesky", at=ends)
    warning = f"Bluesky will fail. Access to {planner.owner}.bsky.example on Bluesky ends on "
    planner.sign_in()

    planner.open("/posts?list=scheduled")
    page.get_by_role("checkbox", name=re.compile("Choose the post")).first.click(force=True)
    page.get_by_role("button", name="Move by").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(re.compile(" CES?T"))
    expect(dialog).not_to_contain_text("will fail")
    dialog.get_by_label("Days").fill("5")
    expect(dialog.get_by_role("status")).to_contain_text(without_isolation(warning))
    assert planner.violations() == []

    planner.open(f"/posts/{post['id']}")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Move to").click()
    expect(dialog).to_contain_text("Reading tip")
    expect(dialog).not_to_contain_text("will fail")
    page.get_by_label("Day", exact=True).fill(f"{ends + timedelta(days=2):%Y-%m-%d}")
    expect(dialog.get_by_role("status")).to_contain_text(without_isolation(warning))
    assert planner.violations() == []
    page.get_by_role("button", name="Move the post").click()
    expect(page.get_by_role("alertdialog")).to_contain_text(without_isolation(f" was moved to .*{warning}"))


def without_isolation(text: str) -> re.Pattern[str]:
    """Return a pattern that also finds the text with the invisible characters around names."""
    return re.compile(text.replace(" on ", "\u2069? on ").replace("Access to ", "Access to \u2068?"))


def test_access_that_ends_is_less_severe_than_lost_access(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    planner.create(content="Goes to both", platforms=["bluesky", "mastodon"], scheduledAt=tomorrow(9))
    soon = datetime.now(UTC) + timedelta(minutes=5)
    planner.stack.db.fetch(END_ACCESS, owner=planner.owner, platform="bluesky", at=soon)
    planner.stack.db.fetch(LOSE_ACCESS, owner=planner.owner, platform="mastodon")
    planner.sign_in()

    planner.open("/")
    banner = page.get_by_role("region", name="Accounts without access")
    ends, lost = (color_of(banner.get_by_text(text)) for text in ("Bluesky access ends on", "Mastodon access is lost"))
    assert ends != lost
    assert planner.violations() == []
    planner.open("/connections")
    assert color_of(page.get_by_text("Ends soon")) == ends
    assert planner.violations() == []


def size_of(element: Locator) -> tuple[float, float]:
    """Return the width and the height of an element."""
    box = element.bounding_box()
    assert box
    return box["width"], box["height"]


def color_of(element: Locator) -> str:
    """Return the colour of the text of an element."""
    return str(element.evaluate("(element) => getComputedStyle(element).color"))


def test_posts_that_will_fail_are_counted_only_when_the_accounts_are_known(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    planner.create(content="Goes to Mastodon", platforms=["mastodon"], scheduledAt=tomorrow(9))
    planner.create(content="To be approved", scheduledAt=tomorrow(9), approvalRequired=True)
    planner.stack.db.fetch(LOSE_ACCESS, owner=planner.owner, platform="mastodon")
    planner.sign_in(roles="approver")
    page.route("**/api/social/connections", lambda route: route.fulfill(status=500, json={}))

    planner.open("/?view=agenda")
    expect(page.get_by_role("button", name="1 needs attention")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("region", name="Accounts without access")).to_have_count(0)
    expect(page.get_by_role("button", name="will fail")).to_have_count(0)
    planner.open("/?view=agenda&only=lost")
    expect(page.get_by_text("The posts of these days are not loaded.")).to_be_visible()
    expect(page.get_by_text("in view")).to_have_count(0)
    page.unroute("**/api/social/connections")
    page.reload()
    expect(page.get_by_text("1 post in view", exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="Accounts without access")).to_contain_text("1 post will fail there")
    planner.open("/?view=agenda")
    expect(page.get_by_role("button", name="1 in view will fail", exact=True)).to_be_visible()
    page.get_by_role("button", name="2 need attention", exact=True).click()
    # The post that will fail is one of them, so it is not counted again as another post.
    expect(page.get_by_text("2 posts in view", exact=True)).to_be_visible()
    expect(page.get_by_text("Goes to Mastodon")).to_be_visible()
    expect(page.get_by_text("To be approved")).to_be_visible()
    expect(page.get_by_role("button", name="Will fail: 1", exact=True)).to_have_count(0)
    planner.open("/?view=agenda&only=lost")
    expect(page.get_by_text("1 post in view", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Needs attention: 2", exact=True)).to_be_visible()
    later = datetime.now(UTC) + timedelta(days=4)
    planner.open(f"/?view=agenda&only=attention&day={later:%Y-%m-%d}")
    page.get_by_role("button", name="1 earlier needs attention").click()
    expect(page.get_by_text("To be approved")).to_be_visible()


def test_day_shows_posts_that_will_fail_first_and_counts_those_that_it_hides(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    morning = datetime.fromisoformat(tomorrow(8))
    for minute in range(10):
        platforms = ["mastodon"] if minute >= 2 else ["bluesky"]
        at = (morning + timedelta(minutes=minute)).isoformat()
        planner.create(content=f"Post {minute}", platforms=platforms, scheduledAt=at)
    planner.stack.db.fetch(LOSE_ACCESS, owner=planner.owner, platform="mastodon")
    planner.sign_in()
    day = f"{local(morning):%Y-%m-%d}"

    for view in ("month", "week"):
        planner.open(f"/?view={view}&day={day}")
        more = page.get_by_role("button", name=re.compile(r"^\+7, 5 will fail, "))
        expect(more).to_have_text("+7, 5 will fail")
        expect(page.locator("[data-post]").filter(has_text=re.compile("Post [234]"))).to_have_count(3)
        expect(page.locator("[data-post]").filter(has_text=re.compile("Post [0156789]"))).to_have_count(0)
        assert planner.violations() == []
    more.click()
    expect(page.get_by_role("dialog").get_by_role("listitem")).to_have_count(10)

    page.set_viewport_size({"width": 390, "height": 844})
    planner.open(f"/?day={day}")
    cell = page.locator(f'[data-day="{day}"]')
    expect(cell).to_contain_text("10 posts, 8 will fail")
    expect(cell.locator("[aria-hidden=true] > span").filter(visible=True)).to_have_text(["+4", "2"])
    planner.open(f"/?view=week&day={day}")
    expect(page.get_by_role("link", name="10 posts, 8 will fail")).to_contain_text("+8")
    assert planner.violations() == []


def test_no_state_is_shown_before_the_accounts_are_known(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    for platform in ("bluesky", "mastodon"):
        planner.create(content=f"Goes to {platform}", platforms=[platform], scheduledAt=tomorrow(9))
    planner.stack.db.fetch(LOSE_ACCESS, owner=planner.owner, platform="mastodon")
    planner.sign_in()
    waiting: list[Route] = []
    page.route("**/api/social/connections", lambda route: waiting.append(route))

    for path in ("/?view=agenda", "/posts?list=scheduled"):
        planner.open(path)
        posts = page.get_by_role("listitem").filter(has_text="Goes to")
        expect(posts).to_contain_text(["Planned", "Planned"])
        expect(posts.get_by_text("Scheduled")).to_have_count(0)
        healthy = posts.filter(has_text="Goes to bluesky")
        before = healthy.bounding_box()
        for route in waiting:
            route.continue_()
        waiting.clear()
        expect(healthy).to_contain_text("Scheduled")
        expect(posts.filter(has_text="Goes to mastodon")).to_contain_text("Mastodon will fail")
        expect(page.get_by_text("Planned")).to_have_count(0)
        after = healthy.bounding_box()
        assert before
        assert after
        assert after["height"] == before["height"]


def test_phone_folds_the_lost_accounts_into_one_row(planner: Planner) -> None:
    page = planner.page
    page.set_viewport_size({"width": 390, "height": 844})
    planner.connect()
    planner.create(content="Goes to both", platforms=["bluesky", "mastodon"], scheduledAt=tomorrow(9))
    planner.create(content="Goes to Mastodon", platforms=["mastodon"], scheduledAt=tomorrow(10))
    planner.stack.db.fetch(LOSE_ACCESS, owner=planner.owner, platform="mastodon")
    planner.sign_in()

    planner.open("/")
    banner = page.get_by_role("region", name="Accounts without access")
    expect(banner).to_have_text("Mastodon access is lost: 2 posts will fail.Reconnect")
    expect(banner.get_by_role("link", name="Reconnect Mastodon")).to_be_visible()
    assert planner.violations() == []

    planner.stack.db.fetch(LOSE_ACCESS, owner=planner.owner, platform="bluesky")
    for path in ("/", "/posts?list=scheduled"):
        planner.open(path)
        # A post that goes to both accounts counts once.
        row = banner.get_by_text("2 accounts need you: 2 posts will fail")
        expect(row).to_be_visible()
        expect(banner.get_by_role("link")).to_have_count(0)
        box = banner.bounding_box()
        assert box
        assert box["height"] <= 60
        banner.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(banner.get_by_role("link")).to_have_text(["Reconnect Bluesky", "Reconnect Mastodon"])
        expect(banner).to_contain_text("Mastodon access is lost: 2 posts will fail there, the first on")
        assert planner.violations() == []
    for width in range(300, 400, 10):
        page.set_viewport_size({"width": width, "height": 844})
        assert banner.locator("summary").evaluate(IS_LAST_WORD_IN_LINE), width
    page.set_viewport_size({"width": 390, "height": 844})
    planner.open("/connections")
    expect(page.get_by_role("listitem").filter(has_text="will fail there")).to_have_count(2)
    expect(page.get_by_text("2 posts will fail in all.")).to_be_visible()
    assert planner.violations() == []


def test_several_lost_accounts_are_one_row_that_unfolds(planner: Planner) -> None:
    page = planner.page
    platforms = ["bluesky", "mastodon", "x"]
    planner.connect()
    planner.create(content="Goes everywhere", platforms=platforms, scheduledAt=tomorrow(9))
    for platform in platforms:
        planner.stack.db.fetch(LOSE_ACCESS, owner=planner.owner, platform=platform)
    planner.sign_in()

    planner.open("/")
    banner = page.get_by_role("region", name="Accounts without access")
    expect(banner).to_contain_text("3 accounts need you: 1 post will fail")
    box = banner.bounding_box()
    assert box
    assert box["height"] <= 60
    banner.locator("summary").click()
    expect(banner.get_by_role("link", name="Reconnect")).to_have_count(3)
    assert planner.violations() == []

    # A note stands for the banner as long as this is scrolled out of view.
    note = page.get_by_role("button", name="1 post will fail: show this at the top", exact=True)
    header = page.get_by_role("heading", level=1).locator("..")
    new_post = page.get_by_role("link", name="New post").filter(visible=True).first
    for path in ("/?view=agenda", "/posts?list=scheduled"):
        for width in (1600, 1440, 1120, 390):
            page.set_viewport_size({"width": width, "height": 700})
            planner.open(path)
            expect(banner).to_be_visible()
            page.evaluate("document.getElementById('main').style.minHeight = '2000px'")
            expect(note).to_have_count(0)
            before = [size_of(header), new_post.bounding_box()]
            page.evaluate("scrollTo(0, 800)")
            expect(note).to_be_in_viewport(ratio=1)
            expect(banner).not_to_be_in_viewport()
            assert [size_of(header), new_post.bounding_box()] == before
            assert planner.violations() == []
            note.focus()
            page.keyboard.press("Enter")
            expect(banner).to_be_focused()
            expect(banner).to_be_in_viewport(ratio=1)
            expect(note).to_have_count(0)


def test_composer_says_which_account_is_lost(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    planner.stack.db.fetch(LOSE_ACCESS, owner=planner.owner, platform="mastodon")
    planner.sign_in()

    planner.open("/posts/new")
    account = page.get_by_role("button", name="Access lost")
    expect(account).to_contain_text("Mastodon")
    expect(page.get_by_role("link", name="Reconnect Mastodon")).to_have_count(0)
    account.click()
    expect(page.get_by_text("on Mastodon is lost. Reconnect it before the post is published.")).to_be_visible()
    page.get_by_role("contentinfo").get_by_role("button", name="Mastodon will fail: reconnect it").click()
    expect(page.get_by_role("link", name="Reconnect Mastodon")).to_be_focused()
    assert planner.violations() == []
    # On a phone, the link is next to the sentence, so that the text field is higher on the page.
    page.set_viewport_size({"width": 390, "height": 844})
    sentence = page.get_by_text(re.compile(r"^Access to .* on Mastodon is lost\.$")).bounding_box()
    link = page.get_by_role("link", name="Reconnect Mastodon").bounding_box()
    assert sentence
    assert link
    assert sentence["x"] + sentence["width"] <= link["x"]
    assert planner.violations() == []
    page.get_by_label("Text", exact=True).fill("Will it arrive?")
    page.get_by_role("button", name="Publish now").click()
    dialog = page.get_by_role("dialog", name="Publish the post now?")
    expect(dialog).to_contain_text("Mastodon will fail: reconnect it.")
    assert planner.violations() == []
    dialog.get_by_role("button", name="Cancel").click()
    assert planner.posts() == []
    account.click()
    expect(page.get_by_role("contentinfo")).not_to_contain_text("will fail")


def test_failed_post_is_tried_again_only_after_its_account_is_connected(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    planner.add_fault("mastodon", "statuses", "status", status=401)
    post = planner.create(content="Without access", platforms=["mastodon"], publish="now")
    planner.wait_for(post["id"], "failed")
    assert planner.post(post["id"])["publications"][0]["failureCode"] == "reconnect_required"
    planner.sign_in()

    planner.open(f"/posts/{post['id']}")
    publications = page.get_by_role("region", name="Publications")
    expect(publications.get_by_role("link", name="Reconnect Mastodon")).to_be_visible()
    expect(publications).to_contain_text("Then you can try again here.")
    expect(publications.get_by_role("button", name="Try again")).to_have_count(0)
    assert planner.violations() == []

    planner.stack.db.fetch(RESTORE_ACCESS, owner=planner.owner, platform="mastodon")
    # The post names its connections, so the step does not wait for the list of all connections.
    page.route("**/api/social/connections", lambda route: route.fulfill(status=500, json={}))
    page.reload()
    publications.get_by_role("button", name="Try again").click()
    planner.wait_for(post["id"], "published")


def test_disconnected_account_is_named_wherever_its_posts_are(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    [account] = [each for each in planner.connections() if each["platform"] == "mastodon"]
    lost = planner.create(content="Names it", connectionIds=[account["id"]], scheduledAt=tomorrow(9))
    planner.create(content="Goes to Bluesky", scheduledAt=tomorrow(10))
    draft = planner.create(content="Not yet", platforms=[], connectionIds=[account["id"]])
    planner.disconnect(account)
    planner.sign_in()

    planner.open("/?view=agenda")
    expect(page.get_by_text("Bluesky and Mastodon will fail")).to_have_count(0)
    expect(page.get_by_text("Mastodon will fail")).to_have_count(1)
    banner = page.get_by_role("region", name="Accounts without access")
    expect(banner).to_contain_text(f"The account \u2068{account['handle']}\u2069 on Mastodon is no longer connected")
    expect(banner).to_contain_text("1 post will fail there on")
    expect(banner.get_by_role("link", name="Connect Mastodon")).to_be_visible()
    expect(page.get_by_role("button", name="1 in view will fail", exact=True)).to_be_visible()
    assert planner.violations() == []

    planner.open("/posts?list=scheduled")
    expect(page.get_by_role("listitem").filter(has_text="Names it")).to_contain_text("Mastodon will fail")
    expect(page.get_by_role("listitem").filter(has_text="Goes to Bluesky")).not_to_contain_text("will fail")

    planner.open("/connections")
    missing = page.get_by_role("region", name="Missing accounts").get_by_role("listitem")
    expect(missing).to_contain_text("No longer connected")
    expect(missing).to_contain_text("1 post will fail there on")
    assert planner.violations() == []
    missing.get_by_role("link", name="Show the post").click()
    expect(page.get_by_text("1 post in view", exact=True)).to_be_visible()
    expect(page.get_by_text("Names it")).to_be_visible()

    planner.open(f"/posts/{lost['id']}")
    expect(
        page.get_by_text("is no longer connected. Connect it again, or choose another account, before")
    ).to_be_visible()
    expect(page.get_by_text("Mastodon will fail")).to_be_visible()
    expect(page.get_by_role("link", name="Connect Mastodon")).to_be_visible()
    assert planner.violations() == []
    planner.open(f"/posts/{draft['id']}")
    expect(page.get_by_text("choose another account, before the post is published.")).to_be_visible()


def test_composer_names_the_disconnected_account(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    accounts = {each["platform"]: each for each in planner.connections()}
    account = accounts["mastodon"]
    named = [accounts["bluesky"]["id"], account["id"]]
    post = planner.create(content="Names both", platforms=[], connectionIds=named, scheduledAt=tomorrow(9))
    planner.disconnect(account)
    planner.sign_in()

    planner.open(f"/posts/{post['id']}/edit")
    chip = page.get_by_role("button", name="Disconnected")
    expect(chip).to_contain_text(account["handle"])
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Mastodon sandbox")).to_have_attribute("aria-pressed", "false")
    bar = page.get_by_role("contentinfo")
    bar.get_by_role("button", name="on Mastodon will fail: connect it again, or choose another account").click()
    expect(page.get_by_role("link", name="Connect Mastodon")).to_be_focused()
    assert planner.violations() == []
    # The account stays until the person removes it.
    page.get_by_role("textbox", name="Text").fill("Another text")
    page.get_by_role("button", name="Save changes").click()
    page.wait_for_url(f"**/posts/{post['id']}")
    saved = planner.post(post["id"])
    assert (saved["content"], saved["connectionIds"]) == ("Another text", named)

    planner.open(f"/posts/{post['id']}/edit")
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "false")
    expect(chip).to_be_focused()
    expect(bar).not_to_contain_text("will fail")
    page.get_by_role("button", name="Save changes").click()
    page.wait_for_url(f"**/posts/{post['id']}")
    saved = planner.post(post["id"])
    assert (saved["platforms"], saved["connectionIds"]) == (["bluesky"], named[:1])


def test_copy_for_a_disconnected_account_is_sent_only_without_it(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    [account] = [each for each in planner.connections() if each["platform"] == "mastodon"]
    post = planner.create(content="Names it", platforms=[], connectionIds=[account["id"]])
    planner.disconnect(account)
    planner.sign_in()

    planner.open(f"/posts/new?copy={post['id']}")
    bar = page.get_by_role("contentinfo")
    expect(bar).to_contain_text("is no longer connected. Connect it again, or remove it.")
    assert planner.violations() == []
    bar.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_role("link", name="Connect Mastodon")).to_be_focused()
    page.get_by_role("button", name="Mastodon sandbox").click()
    expect(page.get_by_role("button", name="Disconnected")).to_have_attribute("aria-pressed", "false")
    bar.get_by_role("button", name="Save as draft").click()
    page.wait_for_url(re.compile("/posts/[0-9a-f-]{36}$"))
    [copy] = [each for each in planner.posts() if each["id"] != post["id"]]
    assert (copy["platforms"], copy["connectionIds"]) == (["mastodon"], [])


def test_failed_post_is_tried_again_after_its_account_is_connected_again(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    [account] = [each for each in planner.connections() if each["platform"] == "bluesky"]
    post = planner.create(content="Names it", platforms=[], connectionIds=[account["id"]])
    planner.disconnect(account)
    now = {"postId": post["id"], "scheduledAt": datetime.now(UTC).isoformat()}
    assert planner.api.patch(f"{POSTS}/update", json=now).is_success
    planner.wait_for(post["id"], "failed")
    planner.sign_in()

    planner.open(f"/posts/{post['id']}")
    publications = page.get_by_role("region", name="Publications")
    expect(publications.get_by_role("link", name="Connect Bluesky")).to_be_visible()
    expect(publications).to_contain_text("is connected again, you can try again here.")
    expect(publications.get_by_role("button", name="Try again")).to_have_count(0)
    assert planner.api.post("/api/social/connections", json=planner.bluesky(account["handle"])).is_success
    page.reload()
    publications.get_by_role("button", name="Try again").click()
    planner.wait_for(post["id"], "published")
    assert planner.post(post["id"])["publications"][0]["connectionId"] == account["id"]


def test_post_that_failed_without_its_account_is_copied_for_another_one(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    [named] = [each for each in planner.connections() if each["platform"] == "bluesky"]
    assert planner.api.post("/api/social/connections", json=planner.bluesky("second.bsky.example")).is_success
    post = planner.create(content="Names it", platforms=[], connectionIds=[named["id"]])
    planner.disconnect(named)
    now = {"postId": post["id"], "scheduledAt": datetime.now(UTC).isoformat()}
    assert planner.api.patch(f"{POSTS}/update", json=now).is_success
    planner.wait_for(post["id"], "failed")
    planner.sign_in()

    reason = (
        f"The account \u2068{named['handle']}\u2069 on Bluesky is no longer connected. "
        "Connect it again, or duplicate the post for another account."
    )
    row = page.get_by_role("listitem").filter(has_text="Names it")
    planner.open("/?view=agenda")
    expect(row.get_by_text(named["handle"], exact=True)).to_be_visible()
    planner.open("/posts?list=failed")
    expect(row.get_by_text(named["handle"], exact=True)).to_be_visible()
    expect(row).to_contain_text(reason)
    expect(row.get_by_role("link", name="Connect Bluesky")).to_be_visible()
    expect(row.get_by_role("link", name="Duplicate and edit")).to_have_count(0)
    planner.open(f"/posts/{post['id']}")
    publications = page.get_by_role("region", name="Publications")
    expect(publications).to_contain_text(reason)
    expect(publications).to_contain_text(named["handle"])
    expect(publications.get_by_role("button", name="Try again")).to_have_count(0)
    expect(publications.get_by_role("link", name="Connect Bluesky")).to_be_visible()
    expect(publications).to_contain_text("is connected again, you can try again here.")
    assert planner.violations() == []
    publications.get_by_role("link", name="Duplicate and edit").click()
    page.get_by_role("button", name="second.bsky.example").click()
    expect(page.get_by_role("button", name="Disconnected")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("contentinfo").get_by_role("button", name="Save as draft").click()
    page.wait_for_url(re.compile("/posts/[0-9a-f-]{36}$"))
    [second] = [each for each in planner.connections() if each["platform"] == "bluesky"]
    assert next(each["connectionIds"] for each in planner.posts() if each["id"] != post["id"]) == [second["id"]]
