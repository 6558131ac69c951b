"""Connecting accounts, and the page of the queue."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Route, expect

from tests.support.local_time import tomorrow
from tests.support.planner import Planner


def test_account_is_connected_with_credentials(planner: Planner) -> None:
    server = f"{planner.stack.stack.settings.simulator_url}/bluesky"
    planner.sign_in()

    planner.open("/connections")
    planner.page.get_by_role("button", name="Connect an account").first.click()
    planner.page.get_by_role("button", name="Bluesky").click()
    planner.page.get_by_label("Handle or e-mail address").fill("lena.bsky.example")
    planner.page.get_by_label("App password").fill("demo-app-password")
    planner.page.get_by_label("Server").fill(server)
    assert planner.violations() == []
    planner.page.get_by_role("dialog").get_by_role("button", name="Connect Bluesky").click()

    expect(planner.page.get_by_text("lena.bsky.example")).to_be_visible()
    planner.page.wait_for_timeout(300)  # the focus must not be moved later
    expect(planner.page.get_by_role("button", name="Connect an account")).to_be_focused()
    [connection] = planner.api.get("/api/social/connections").json()["connections"]
    assert (connection["platform"], connection["handle"]) == ("bluesky", "lena.bsky.example")


def test_refused_credentials_are_explained(planner: Planner) -> None:
    server = f"{planner.stack.stack.settings.simulator_url}/mastodon"
    planner.sign_in()

    planner.open("/connections?connect=mastodon")
    page = planner.page
    page.get_by_role("button", name="Use an access token instead").click()
    applications = page.get_by_role("dialog").get_by_role("link", name="Open applications")
    expect(applications).to_have_count(0)
    page.get_by_label("Server").fill("mastodon.social")
    expect(applications).to_have_text("Open applications on mastodon.social")
    expect(applications).to_have_attribute("href", "https://mastodon.social/settings/applications")
    expect(page.get_by_role("dialog").get_by_role("listitem").filter(has_text="scopes")).to_contain_text("read")
    page.get_by_label("Server").fill(server)
    page.get_by_label("Access token").fill("wrong")
    page.get_by_label("Server").focus()
    expect(page.get_by_role("status").filter(has_text="This does not look like an access token.")).to_be_visible()
    assert planner.violations() == []
    planner.page.get_by_role("dialog").get_by_role("button", name="Connect Mastodon").click()

    expect(planner.page.get_by_role("alert")).to_contain_text("Mastodon")
    assert planner.api.get("/api/social/connections").json()["connections"] == []


def test_account_is_connected_on_the_page_of_the_platform(planner: Planner) -> None:
    planner.sign_in()

    planner.open("/connections?connect=x")
    with planner.page.context.expect_page() as opened:
        planner.page.get_by_role("button", name="Open X").click()
    consent = opened.value
    consent.get_by_role("button").first.click()  # our own page, which names the owner
    consent.get_by_role("button", name="Allow").click()
    expect(consent).to_have_url(re.compile("connections/callback"))
    expect(consent.get_by_text("@demo").first).to_be_visible()
    consent.close()

    expect(planner.page.get_by_role("button", name="More for @demo")).to_be_visible()
    [connection] = planner.api.get("/api/social/connections").json()["connections"]
    assert connection["platform"] == "x"


def test_mastodon_account_is_connected_on_the_page_of_its_server(planner: Planner) -> None:
    simulator = planner.stack.stack.settings.simulator_url
    planner.sign_in()

    planner.open("/connections?connect=mastodon")
    page = planner.page
    expect(page.get_by_role("button", name="Open your server")).to_be_disabled()
    page.get_by_label("Server").fill(f"{simulator}/bluesky")
    assert planner.violations() == []
    with page.context.expect_page() as opened:
        page.get_by_label("Server").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(f"There is no Mastodon server at {simulator}/bluesky")
    assert opened.value.is_closed()
    page.get_by_label("Server").fill(f"{simulator}/mastodon")
    server = simulator.removeprefix("http://")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name=f"Open {server}").click()
    consent = opened.value
    consent.get_by_role("button", name=f"Continue to {server}").click()  # our own page, which names the owner
    consent.get_by_label("Account").fill("lena")
    consent.get_by_role("button", name="Allow").click()
    expect(consent.get_by_text("@lena@").first).to_be_visible()
    consent.close()

    expect(page.get_by_role("button", name=f"More for @lena@{server}")).to_be_visible()
    [connection] = planner.connections()
    assert (connection["platform"], connection["handle"]) == ("mastodon", f"@lena@{server}")


def test_default_connection_is_changed_and_removed(planner: Planner) -> None:
    planner.connect()
    [first] = [each["id"] for each in planner.connections() if each["platform"] == "bluesky"]
    planner.create(connectionIds=[first], scheduledAt=(datetime.now(UTC) + timedelta(days=1)).isoformat())
    assert planner.api.post("/api/social/connections", json=planner.bluesky("second.bsky.example")).is_success
    planner.sign_in()

    planner.open("/connections")
    # The default connection is named only on a platform with several connections.
    expect(planner.page.get_by_text(", default")).to_have_count(1)
    expect(planner.page.get_by_text("Bluesky, default")).to_be_visible()
    planner.page.get_by_role("button", name="More for second.bsky.example").click()
    planner.page.get_by_role("menuitem", name="Make it the default").click()
    row = planner.page.get_by_role("listitem").filter(has_text="second.bsky.example")
    expect(row).to_contain_text("Bluesky, default")
    planner.open("/posts/new")
    choices = planner.page.get_by_role("button", name="Bluesky")
    expect(choices).to_have_text(["BsBluesky, defaultsecond.bsky.example", f"BsBluesky{planner.owner}.bsky.example"])
    planner.open("/connections")
    planner.page.get_by_role("button", name=f"More for {planner.owner}.bsky.example").click()
    planner.page.get_by_role("menuitem", name="Disconnect").click()
    dialog = planner.page.get_by_role("dialog")
    expect(dialog).to_contain_text(
        "1 scheduled post goes to this account and will fail, unless you choose another account"
    )
    expect(dialog).to_contain_text("again before its time, the post is published there as planned")
    expect(dialog.get_by_role("link", name="Show the post")).to_have_attribute(
        "href", re.compile(f"connectionId={first}")
    )
    assert planner.violations() == []
    planner.page.get_by_role("button", name="Disconnect").click()

    expect(planner.page.get_by_text("Access remains here:")).to_be_visible()
    expect(planner.page.get_by_text(", default")).to_have_count(0)
    expect(planner.page.get_by_role("main")).to_be_focused()
    missing = planner.page.get_by_role("region", name="Missing accounts")
    expect(missing).to_contain_text("1 post will fail there on")
    connections = planner.api.get("/api/social/connections").json()["connections"]
    assert [each["handle"] for each in connections if each["platform"] == "bluesky"] == ["second.bsky.example"]
    missing.get_by_role("link", name="Connect Bluesky").click()
    dialog = planner.page.get_by_role("dialog", name="Connect Bluesky")
    expect(dialog.get_by_label("Handle or e-mail address")).to_have_value(f"{planner.owner}.bsky.example")
    expect(dialog.get_by_label("App password")).to_have_value("")
    expect(planner.page.get_by_text("Access remains here:")).to_have_count(0)


def test_posts_in_the_sandbox_are_told_apart(planner: Planner) -> None:
    page = planner.page
    account = {
        "platform": "bluesky",
        "identifier": "lena.bsky.example",
        "appPassword": "demo-app-password",
        "service": f"{planner.stack.stack.settings.simulator_url}/bluesky",
    }
    assert planner.api.post("/api/social/connections", json=account).is_success
    planner.create(content="Half seen", platforms=["bluesky", "threads"], scheduledAt=tomorrow(9))
    post = planner.create(content="Half seen now", platforms=["bluesky", "threads"], publish="now")
    planner.wait_for(post["id"], "published")
    planner.sign_in()

    planner.open("/posts?list=scheduled")
    expect(page.get_by_role("listitem").filter(has_text="Half seen")).to_contain_text("Threads in the sandbox")
    planner.open("/posts?list=published")
    expect(page.get_by_role("listitem").filter(has_text="Half seen now")).to_contain_text("Threads in the sandbox")
    planner.open(f"/posts/{post['id']}")
    expect(
        page.get_by_role("heading", name="Published on 2 of 2 accounts. On Threads only in the sandbox.")
    ).to_be_visible()
    assert planner.violations() == []
    planner.open("/connections")
    card = page.get_by_role("region", name="Posts in the sandbox")
    expect(card).to_contain_text("Threads: 1 scheduled post goes to the sandbox.")
    assert planner.violations() == []
    card.get_by_role("link", name="Show the posts for Threads").click()
    expect(page.get_by_text("1 post in view", exact=True)).to_be_visible()
    page.get_by_role("link", name="Half seen").click()
    page.go_back()

    planner.open(f"/posts/{post['id']}")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Archive").click()
    question = page.get_by_role("dialog", name="Archive this post?")
    expect(question).to_contain_text("The post stays in the archive")
    question.get_by_role("button", name="Cancel").click()
    assert planner.post(post["id"])["status"] == "published"


@pytest.mark.alone
def test_operator_pauses_and_resumes_a_platform(planner: Planner, operator: httpx.Client) -> None:
    planner.sign_in(roles="operator")

    planner.page.route("**/api/social/queue", lambda route: route.fulfill(status=503, json={"code": "unavailable"}))
    planner.open("/queue")
    expect(planner.page.get_by_text("we cannot say whether anything is paused")).to_be_visible()
    expect(planner.page.get_by_text("Nothing is paused.")).to_have_count(0)
    planner.page.unroute("**/api/social/queue")
    expect(planner.page.get_by_text("Nothing is paused.")).to_be_visible()
    health = planner.page.get_by_role("region", name="Health")
    expect(health.get_by_role("listitem")).to_have_count(5)
    expect(health).to_contain_text("The queue (Amazon SQS) responds.")
    redrive = health.get_by_role("button", name="Send the messages again")
    expect(redrive.locator("..")).to_contain_text("The dead-letter queue is empty.")
    expect(redrive).to_be_disabled()
    planner.page.get_by_role("button", name="Pause publishing").click()
    planner.page.get_by_label("What is paused").click()
    planner.page.get_by_role("option", name="A platform").click()
    planner.page.get_by_role("dialog").get_by_label("Platform", exact=True).click()
    planner.page.get_by_role("option", name="Pinterest").click()
    planner.page.get_by_label("Reason").fill("Pinterest has an outage")
    planner.page.get_by_role("dialog").get_by_role("button", name="Pause publishing").click()
    expect(planner.page.get_by_text("Pinterest has an outage")).to_be_visible()
    expect(planner.page.get_by_text("Holds no post now")).to_be_visible()
    message = planner.page.get_by_role("alertdialog")
    expect(message).to_contain_text("Paused. No post is held now")

    planner.page.get_by_role("button", name="Resume").click()
    expect(planner.page.get_by_text("Nothing is paused.")).to_be_visible()
    expect(message).to_have_count(1)
    expect(message).to_contain_text("Publishing on Pinterest goes on.")
    assert operator.get("/api/social/queue").json()["pauses"] == []


def test_operator_learns_how_many_posts_a_campaign_has(planner: Planner) -> None:
    page = planner.page
    planner.create(campaign="spring", scheduledAt=tomorrow(9))
    planner.sign_in(roles="operator")
    planner.open("/queue")
    pause_campaign(planner, "sprig")
    question = re.compile("No planned post of the owner .* has the campaign .*sprig.*. Are the names right?")
    expect(page.get_by_text(question)).to_be_visible()
    page.get_by_role("listitem").filter(has_text="sprig").get_by_role("button", name="Resume").click()
    expect(page.get_by_text("“Prices change”")).to_have_count(0)

    pause_campaign(planner, "spring")
    expect(page.get_by_text("No post is held now. 1 planned post waits when it becomes due.")).to_be_visible()
    post = planner.create(campaign="spring", publish="now")
    row = page.get_by_role("listitem").filter(has_text="spring")
    expect(row).to_contain_text("Holds 1 post", timeout=20_000)
    resume = row.get_by_role("button", name="Resume")
    box = resume.bounding_box()
    assert box is not None
    assert box["height"] < 40, "the button has one line"
    resume.click()
    dialog = page.get_by_role("dialog", name="Resume publishing of the campaign")
    expect(dialog).to_contain_text("This pause holds 1 post. Late posts are published now")
    assert planner.violations() == []
    dialog.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("goes on.")).to_be_visible()
    planner.wait_for(post["id"], "published")


def pause_campaign(planner: Planner, campaign: str) -> None:
    """Pause a campaign of the planner's owner."""
    page = planner.page
    page.get_by_role("button", name="Pause publishing").click()
    page.get_by_label("What is paused").click()
    page.get_by_role("option", name="A campaign").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Campaign", exact=True).fill(campaign)
    dialog.get_by_label("Owner", exact=True).fill(planner.owner)
    dialog.get_by_label("Reason").fill("Prices change")
    dialog.get_by_role("button", name="Pause publishing").click()


@pytest.mark.parametrize("is_own", [True, False])
def test_oldest_overdue_job_leads_to_the_post_if_it_can_be_opened(planner: Planner, is_own: bool) -> None:
    page = planner.page
    planner.sign_in(roles="operator")
    states = ("delayed", "waiting", "active", "held", "completed", "failed", "unknown")
    queue = {
        "scope": "all",
        "counts": dict.fromkeys(states, 1),
        "capped": [],
        "pauses": [],
        "oldestDueAgeSeconds": 1740,
    }
    due = datetime.now(UTC) - timedelta(seconds=1740)
    job = {
        "id": "7", "postId": str(uuid4()), "ownerId": planner.owner if is_own else "another-owner", "state": "waiting",
        "scheduledAt": due.isoformat(), "platforms": ["x"], "attemptsMade": 1, "attempts": 3, "failedReason": None,
    }  # fmt: skip
    page.route("**/api/social/queue", lambda route: route.fulfill(json=queue))
    page.route("**/queue/jobs?*", lambda route: route.fulfill(json={"success": True, "jobs": jobs_of(route)}))

    def jobs_of(route: Route) -> list[object]:
        return [job] if "state=waiting" in route.request.url else []

    planner.open("/queue")
    summary = page.get_by_role("region", name="Summary of all owners")
    rest = "Apart from held posts and posts that wait for an approval, "
    expect(summary).to_contain_text(f"{rest}the oldest overdue job is 29 min late. Its time was ")
    expect(summary).to_contain_text(f"Its owner is {job['ownerId']}.")
    links = summary.get_by_role("link")
    expect(links).to_have_count(1 if is_own else 0)
    assert [link.get_attribute("href") for link in links.all()] == [f"/planner/posts/{job['postId']}"] * is_own
    assert planner.violations() == []
