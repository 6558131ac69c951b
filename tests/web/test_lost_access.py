"""Posts for an account to which access is lost: the warnings, and the step that prevents the failure."""

from playwright.sync_api import expect

from minutehand.runtime.sql import Query
from tests.support.planner import Planner, tomorrow

LOSE_ACCESS = Query(
    "lose_access",
    """
    UPDATE social_connections SET status = 'reconnect_required', status_reason = 'The access was revoked.'
    WHERE owner_id = %(owner)s AND platform = %(platform)s RETURNING id
    """,
)


def test_post_for_a_lost_account_asks_to_reconnect_it(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    lost = planner.create(content="Goes to both", platforms=["bluesky", "mastodon"], scheduledAt=tomorrow(9))
    planner.create(content="Goes to Bluesky", platforms=["bluesky"], scheduledAt=tomorrow(10))
    planner.stack.db.fetch(LOSE_ACCESS, owner=planner.owner, platform="mastodon")
    planner.sign_in()

    planner.open("/?view=agenda")
    expect(page.get_by_text("Mastodon will fail")).to_have_count(1)
    expect(page.get_by_text("2 posts in view", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="1 needs attention")).to_be_visible()
    expect(page.get_by_role("navigation").get_by_role("link", name="Posts")).to_contain_text("1")
    assert planner.violations() == []
    page.get_by_role("button", name="1 needs attention").click()
    expect(page.get_by_text("Goes to Bluesky")).to_have_count(0)
    expect(page.get_by_text("Goes to both")).to_be_visible()

    planner.open("/posts?list=scheduled")
    row = page.get_by_role("listitem").filter(has_text="Goes to both")
    expect(row).to_contain_text("on Mastodon is lost. Reconnect it before")
    expect(row.get_by_role("link", name="Reconnect Mastodon")).to_be_visible()
    expect(page.get_by_role("link", name="Scheduled")).to_contain_text("1 will fail")
    expect(page.get_by_role("listitem").filter(has_text="Goes to Bluesky")).not_to_contain_text("lost")
    assert planner.violations() == []

    planner.open(f"/posts/{lost['id']}")
    expect(page.get_by_text("Will be published on Bluesky.")).to_be_visible()
    page.get_by_role("link", name="Reconnect Mastodon").click()
    expect(page.get_by_role("dialog", name="Connect Mastodon")).to_be_visible()


def test_posts_are_counted_only_when_the_accounts_are_known(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    planner.create(content="Goes to Mastodon", platforms=["mastodon"], scheduledAt=tomorrow(9))
    planner.create(content="To be approved", scheduledAt=tomorrow(9), approvalRequired=True)
    planner.stack.db.fetch(LOSE_ACCESS, owner=planner.owner, platform="mastodon")
    planner.sign_in(roles="approver")
    page.route("**/api/social/connections", lambda route: route.fulfill(status=500, json={}))

    planner.open("/?view=agenda")
    expect(page.get_by_text("2 posts in view", exact=True)).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("button", name="attention")).to_have_count(0)
    page.unroute("**/api/social/connections")
    page.reload()
    expect(page.get_by_role("button", name="2 need attention")).to_be_visible()


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
    expect(page.get_by_role("link", name="Reconnect Mastodon")).to_be_visible()
    assert planner.violations() == []
