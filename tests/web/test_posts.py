"""The lists of posts and the page of a post."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Route, expect

from tests.support.local_time import in_words, local, tomorrow
from tests.support.planner import Planner
from tests.support.stack import POSTS


def test_lists_show_posts_by_state(planner: Planner) -> None:
    planner.create(content="A draft")
    planner.create(content="Tomorrow at nine", scheduledAt=tomorrow(9))
    planner.sign_in()

    planner.open("/posts?list=draft")
    expect(planner.page.get_by_role("link", name="A draft")).to_be_visible()
    expect(planner.page.get_by_role("listitem")).to_have_text(
        re.compile(r"No timeChanged \w{3} \d+ \w+, \d\d:\d\dA draft")
    )
    expect(planner.page.get_by_text("Tomorrow at nine")).to_have_count(0)

    planner.page.get_by_role("link", name="Scheduled").click()
    expect(planner.page.get_by_role("link", name="Tomorrow at nine")).to_be_visible()


def test_post_is_published_before_the_eyes_of_the_person(planner: Planner) -> None:
    planner.connect()
    planner.sign_in()
    # The first call of a function is a cold start, which may take longer than the time until the post is due.
    draft = planner.create(content="Not yet")
    planner.open(f"/posts/{draft['id']}")
    expect(planner.page.get_by_role("heading", name="Draft", exact=True)).to_be_visible()
    due = datetime.now(UTC) + timedelta(seconds=15)
    post = planner.create(content="Watch me", platforms=["bluesky", "mastodon"], scheduledAt=due.isoformat())
    reads: list[str] = []
    planner.page.on("request", lambda request: reads.append(request.url) if "/social/events?" in request.url else None)

    planner.open(f"/posts/{post['id']}")
    expect(planner.page.get_by_role("heading", name="Waiting to be published")).to_be_visible()
    # Nobody reloads the page.
    expect(planner.page.get_by_text("Published on 2 of 2 accounts.")).to_be_visible(timeout=30_000)

    # While the post is queued, the page reads the events every three seconds.
    assert len(reads) >= 2
    published = planner.post(post["id"])
    assert published["status"] == "published"
    delays = [datetime.fromisoformat(each["publishedAt"]) - due for each in published["publications"]]
    on_time = [delay for delay in delays if delay < timedelta(seconds=10)]
    expect(planner.page.get_by_text("on time", exact=True)).to_have_count(len(on_time))
    expect(planner.page.get_by_text(re.compile(r"^\d+ \S+ late"))).to_have_count(len(delays) - len(on_time))
    expect(planner.page.get_by_role("link", name="See it on Bluesky")).to_have_attribute(
        "href", permalink(planner, post)
    )
    assert planner.violations() == []


def permalink(planner: Planner, post: dict[str, str]) -> str:
    publications = planner.post(post["id"])["publications"]
    [address] = [each["permalink"] for each in publications if each["platform"] == "bluesky"]
    return str(address)


def test_late_post_shows_its_delay_and_its_next_attempt(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    planner.add_fault("mastodon", "statuses", "rate_limit", seconds=40 * 60)
    due = datetime.now(UTC) + timedelta(seconds=5)
    post = planner.create(content="Not yet", platforms=["mastodon"], scheduledAt=due.isoformat())
    waiting = wait_for_publication(planner, post["id"], lambda publication: publication["nextAttemptAt"] is not None)
    again = datetime.fromisoformat(waiting["nextAttemptAt"])
    minute = local(again + timedelta(seconds=59.999))
    planner.sign_in()
    page.clock.set_fixed_time(due + timedelta(minutes=34, seconds=1))

    planner.open(f"/posts/{post['id']}")
    publication = page.get_by_role("region", name="Publications").get_by_role("listitem")
    expect(publication).to_contain_text("34 min late so far")
    end = in_words(due + timedelta(days=1), now=due)
    expect(publication).to_contain_text(f"It can still be published until {end}")
    expect(page.get_by_role("link", name="Edit", exact=True)).to_have_count(0)
    expect(page.get_by_text("It has been tried, so it can only be changed as a draft")).to_be_visible()
    expect(publication).to_contain_text(re.compile(rf"The next attempt is at (\w.*, )?{minute:%H:%M} CES?T\. "))
    assert planner.violations() == []
    next_attempt = re.compile(rf"next attempt at (\w.*, )?{minute:%H:%M} CES?T")
    planner.open("/posts?list=scheduled")
    row = page.get_by_role("listitem").filter(has_text="Not yet")
    expect(row).to_contain_text("34 min late so far")
    expect(row).to_contain_text(next_attempt)
    expect(row).to_contain_text(waiting["failureReason"])
    expect(row.get_by_role("button", name="Unschedule and edit")).to_be_visible()
    planner.open(f"/?view=agenda&day={local(due):%Y-%m-%d}")
    expect(row.last).to_contain_text("34 min late so far")
    expect(row.last).to_contain_text(next_attempt)
    assert planner.violations() == []
    page.get_by_role("link", name="Day", exact=True).click()
    note = page.locator(f'[data-post="{post["id"]}"]').get_by_text(next_attempt)
    expect(note).to_contain_text("34 min late so far, next attempt at")
    box = note.bounding_box()
    assert box is not None
    assert box["width"] > 100, "the note is not only for screen readers"

    # The page is open when the time of the attempt has passed.
    page.clock.set_fixed_time(again + timedelta(seconds=1))
    planner.open(f"/posts/{post['id']}")
    expect(publication).to_contain_text("The next attempt begins soon.")
    expect(page.get_by_role("button", name="Unschedule and edit")).to_be_visible()
    planner.open("/posts?list=scheduled")
    row.get_by_role("button", name="Unschedule and edit").click()
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("Not yet")
    assert planner.post(post["id"])["status"] == "draft"


def wait_for_publication(planner: Planner, post_id: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Wait until a condition holds of a publication of a post, and return the publication."""
    for _ in range(300):
        for publication in planner.post(post_id)["publications"]:
            if holds(publication):
                return dict(publication)
        time.sleep(0.1)
    raise AssertionError(planner.post(post_id)["publications"])


def test_held_post_names_the_pause_and_who_can_end_it(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    pause = {"scope": "owner", "ownerId": planner.owner}
    with planner.stack.api("Mio", {"x-owner-id": planner.owner, "x-user-roles": "operator"}) as operator:
        request = {"action": "pause", "reason": "Sold out", **pause}
        assert operator.post("/api/social/queue", json=request).is_success
        post = planner.create(content="Three cups left", publish="now")
        wait_for_publication(planner, post["id"], lambda publication: publication["state"] == "held")
        planner.sign_in(roles="operator")

        planner.open(f"/posts/{post['id']}")
        held = page.get_by_role("region", name="Publications").get_by_role("listitem")
        expect(held).to_contain_text("Mio paused publishing of all your posts on ")
        expect(held).to_contain_text("“Sold out”.")
        end = in_words(datetime.fromisoformat(post["scheduledAt"]) + timedelta(days=1))
        expect(held).to_contain_text(f"The post is published when the pause ends, if that is before {end}")
        expect(page.get_by_text("There is nothing to do")).to_have_count(0)
        assert planner.violations() == []
        held.get_by_role("link", name="Show the pause").click()
        expect(page.get_by_role("region", name="Pauses")).to_contain_text("Sold out")

        planner.sign_in(roles="editor")
        planner.open(f"/posts/{post['id']}")
        expect(held).to_contain_text("Mio paused publishing of all your posts on ")
        expect(held).to_contain_text("To end it earlier, ask a person with the role “operator” or “admin”.")
        expect(held.get_by_role("link")).to_have_count(0)
        assert operator.post("/api/social/queue", json={"action": "resume", **pause}).is_success
    expect(page.get_by_text("Published on 1 of 1 account.")).to_be_visible(timeout=30_000)


@pytest.mark.alone
def test_pause_is_shown_where_people_plan(planner: Planner, operator: httpx.Client) -> None:
    page = planner.page
    planner.connect()
    pause = {"scope": "platform", "platform": "mastodon"}
    reason = "“Mastodon has an outage”."
    request = {"action": "pause", "reason": "Mastodon has an outage", **pause}
    assert operator.post("/api/social/queue", json=request).is_success
    post = planner.create(content="Offer of the day", platforms=["bluesky", "mastodon"], publish="now")
    wait_for_publication(planner, post["id"], lambda publication: publication["state"] == "held")
    wait_for_publication(planner, post["id"], lambda publication: publication["state"] == "published")
    at = datetime.fromisoformat(post["scheduledAt"])
    later = (at + timedelta(days=2)).isoformat()
    coming = planner.create(content="Tour of the roastery", platforms=["mastodon"], scheduledAt=later)
    page.clock.set_fixed_time(at + timedelta(minutes=5, seconds=1))
    planner.sign_in(roles="operator")

    agenda = f"/?view=agenda&day={local(at):%Y-%m-%d}"
    planner.open(agenda)
    banner = page.get_by_role("region", name="Pauses")
    expect(banner).to_contain_text("Publishing on Mastodon has been paused since ")
    expect(banner).to_contain_text(f"{reason} 1 post is held.")
    expect(banner.get_by_role("link", name="Show the pause")).to_have_attribute("href", re.compile("/queue$"))
    row = page.get_by_role("listitem").filter(has_text="Offer of the day").last
    expect(row).to_contain_text("Held on Mastodon, 1 published5 min late so far")
    expect(row).to_contain_text(f"Publishing on Mastodon is paused: {reason}")
    navigation = page.get_by_role("navigation").filter(visible=True)
    expect(navigation.get_by_role("link", name="Posts")).to_contain_text("1 needs attention")
    assert planner.violations() == []
    page.get_by_role("button", name="1 needs attention").click()
    expect(row).to_be_visible()

    planner.open(f"/?view=month&day={local(later):%Y-%m-%d}")
    chip = page.get_by_role("link", name="Scheduled, Mastodon is paused, Mastodon. Tour of the roastery")
    expect(chip).to_be_visible()
    assert planner.violations() == []
    planner.open("/posts?list=scheduled")
    waiting = page.get_by_role("listitem").filter(has_text="Tour of the roastery")
    expect(waiting).to_contain_text("ScheduledMastodon is paused")
    planner.open(f"/posts/{coming['id']}")
    summary = page.get_by_role("region", name="Summary")
    expect(summary).to_contain_text("Publishing on Mastodon is paused now (“Mastodon has an outage”).")
    expect(summary).to_contain_text("If the pause lasts, the post waits there.")
    expect(summary.get_by_role("link", name="Show the pause")).to_be_visible()
    assert planner.violations() == []

    planner.open(f"/posts/{post['id']}")
    expect(summary).to_contain_text("Published on 1 of 2 accounts. Held on Mastodon.")
    planner.open("/connections")
    accounts = page.get_by_role("region", name="Connections").get_by_role("listitem")
    paused = accounts.filter(has_text="Mastodon")
    expect(paused).to_contain_text("Publishing is paused“Mastodon has an outage”")
    expect(paused).not_to_contain_text("Works")
    expect(paused.get_by_role("link", name="Show the pause")).to_have_attribute("href", re.compile("/queue$"))
    expect(accounts.filter(has_text="Bluesky")).not_to_contain_text("Publishing is paused")
    planner.open("/posts/new")
    expect(page.get_by_role("button", name="Bluesky")).not_to_contain_text("Paused")
    expect(page.get_by_text("the post waits")).to_have_count(0)
    page.get_by_role("button", name="Mastodon").filter(has_text="Paused").click()
    expect(page.get_by_role("contentinfo")).to_contain_text("Mastodon is paused: the post waits there")
    assert planner.violations() == []

    planner.sign_in(roles="editor")
    page.set_viewport_size({"width": 390, "height": 844})
    planner.open("/posts?list=scheduled")
    expect(row).to_contain_text("Held on Mastodon, 1 published5 min late so far")
    expect(row).to_contain_text(f"Publishing on Mastodon is paused: {reason}")
    expect(row).to_contain_text("The post is published when the pause ends, if that is before ")
    row.get_by_role("button", name="Unschedule the rest").click()
    question = page.get_by_role("dialog", name="Unschedule the rest?")
    expect(question).to_contain_text("The post is then not published on Mastodon. Everything that is published")
    question.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("link", name="Scheduled")).to_contain_text("1 held and late")
    banner.get_by_text("Publishing on Mastodon is paused: 1 post is held").click()
    expect(banner).to_contain_text("To end it earlier, ask a person with the role “operator” or “admin”.")
    expect(banner.get_by_role("link")).to_have_count(0)
    assert planner.violations() == []

    row.get_by_role("button", name="Unschedule the rest").click()
    question.get_by_role("button", name="Unschedule the rest").click()
    planner.wait_for(post["id"], "published")
    planner.open(f"/posts/{post['id']}")
    expect(summary).to_contain_text("Published on 1 of 2 accounts. Cancelled on Mastodon.")
    expect(summary).to_contain_text("1 published1 cancelled")
    expect(page.get_by_role("link", name="Duplicate and edit")).to_have_count(0)  # some of it would go out twice
    expect(summary).to_contain_text(" unscheduled the rest on ")
    expect(summary).to_contain_text("Mastodon is paused: if you publish the rest, it waits there")
    planner.open(agenda)
    expect(row).to_contain_text("Published, cancelled on Mastodon")
    planner.open("/posts?list=failed")
    expect(page.get_by_text("Nothing failed")).to_be_visible()
    planner.open("/posts?list=published")
    expect(row).to_contain_text("Published, cancelled on Mastodon")
    expect(page.get_by_role("link", name="Failed")).to_have_text("Failed")
    assert operator.post("/api/social/queue", json={"action": "resume", **pause}).is_success
    row.get_by_role("button", name="Publish on Mastodon after all").click()
    wait_for_publication(
        planner, post["id"], lambda each: (each["platform"], each["state"]) == ("mastodon", "published")
    )
    planner.wait_for(post["id"], "published")
    page.reload()
    expect(page.get_by_role("link", name="Scheduled")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(banner).to_have_count(0)
    expect(page.get_by_text("held and late")).to_have_count(0)


def test_failed_post_is_tried_again(planner: Planner) -> None:
    planner.connect()
    planner.add_fault("mastodon", "statuses", "status", status=422)
    post = planner.create(content="Second try", platforms=["mastodon"], publish="now")
    planner.wait_for(post["id"], "failed")
    planner.sign_in(roles="viewer")
    planner.open(f"/posts/{post['id']}")
    ask = planner.page.get_by_text("To change it or to try again, ask a person with the role “editor” or “admin”.")
    expect(ask).to_be_visible()
    expect(planner.page.get_by_text("Mastodon refused the post").first).not_to_contain_text("Change the text")
    planner.sign_in()

    planner.open(f"/posts/{post['id']}")
    expect(ask).to_have_count(0)
    expect(planner.page.get_by_text("Mastodon refused the post").first).to_contain_text(
        "Mastodon gave no reason. Change the text or the media, or try again later."
    )
    planner.page.get_by_role("button", name="Try again").click()

    expect(planner.page.get_by_text("Published on 1 of 1 account.")).to_be_visible(timeout=30_000)
    assert planner.post(post["id"])["status"] == "published"


def test_refused_post_is_edited_for_the_accounts_on_which_it_failed(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    planner.add_fault("mastodon", "statuses", "status", status=422)
    post = planner.create(content="Twice is too much", platforms=["bluesky", "mastodon"], publish="now")
    planner.wait_for(post["id"], "failed")
    planner.sign_in()

    planner.open("/posts?list=failed")
    row = page.get_by_role("listitem").filter(has_text="Twice is too much")
    expect(row.get_by_text(re.compile("^Mastodon refused the post"))).to_be_visible()
    published = row.get_by_text("Published on Bluesky.", exact=True)
    colors = [each.evaluate("(text) => getComputedStyle(text).color") for each in (published, published.locator(".."))]
    assert colors[0] != colors[1]
    expect(row.get_by_text("Failed on Mastodon, 1 published", exact=True)).to_be_visible()
    planner.open("/")
    expect(page.get_by_role("link", name=re.compile("Failed on Mastodon, 1 published"))).to_be_visible()
    planner.open(f"/posts/{post['id']}")
    expect(page.get_by_role("heading", name="Published on 1 of 2 accounts. Failed on Mastodon.")).to_be_visible()
    publications = page.get_by_role("region", name="Publications").get_by_role("listitem")
    expect(publications.first).to_contain_text("Mastodon refused the post")
    expect(publications.last).to_contain_text("Bluesky")
    expect(page.get_by_text("Nothing is published twice.")).to_be_visible()
    expect(page.get_by_role("button", name="Try again on Mastodon", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Duplicate"))).to_have_count(1)
    assert planner.violations() == []
    page.get_by_role("link", name="Duplicate and edit for Mastodon only").click()

    expect(page.get_by_role("textbox", name="Text", exact=True).first).to_have_value("Twice is too much")
    chosen = page.get_by_role("region", name="Accounts").get_by_role("button", pressed=True)
    expect(chosen).to_have_count(1)
    expect(chosen).to_contain_text("Mastodon")
    archives = page.get_by_role("switch", name="Archive the failed post")
    expect(archives).to_be_checked()
    account = page.get_by_role("region", name="Accounts").get_by_role("button").filter(has_text="Mastodon")
    account.click()
    expect(archives).not_to_be_checked()
    account.click()
    expect(archives).to_be_checked()
    assert len(planner.posts()) == 1
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_role("alertdialog").filter(has_text="The failed post is archived.")).to_be_visible()
    assert planner.post(post["id"])["status"] == "archived"
    planner.wait_for(planner.posts()[0]["id"], "published")

    planner.sign_in(roles="viewer")
    planner.open(f"/posts/{post['id']}")
    expect(page.get_by_role("heading", name="Published on 1 of 2 accounts. Failed on Mastodon.")).to_be_visible()
    expect(publications.first).to_contain_text("Mastodon refused the post")
    expect(page.get_by_text("The next step")).to_have_count(0)


def test_failed_post_that_was_dealt_with_is_archived(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    posts = []
    for number in range(2):
        planner.add_fault("mastodon", "statuses", "status", status=422)
        post = planner.create(content=f"Refused {number}", platforms=["bluesky", "mastodon"], publish="now")
        planner.wait_for(post["id"], "failed")
        posts.append(post)
    doubtful = planner.create(content="Is it there?", platforms=["bluesky"], publish="now")
    planner.wait_for(doubtful["id"], "published")
    planner.doubt(doubtful["id"])
    planner.sign_in()

    planner.open(f"/posts/{posts[0]['id']}")
    page.get_by_role("button", name="Archive").click()
    dialog = page.get_by_role("dialog", name="Archive this post?")
    expect(dialog).to_contain_text("What is published stays published.")
    assert planner.violations() == []
    dialog.get_by_role("button", name="Archive", exact=True).click()

    expect(page.get_by_role("alertdialog")).to_contain_text("The post is archived.")
    expect(page.get_by_text("Archived", exact=True).first).to_be_visible()
    expect(page.get_by_role("heading", name="Published on 1 of 2 accounts. Failed on Mastodon.")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    expect(page.get_by_role("link", name="Duplicate and edit")).to_be_visible()

    planner.open("/posts?list=failed")
    expect(page.get_by_role("link", name="Failed 2")).to_be_visible()
    boxes = page.get_by_role("checkbox", name=re.compile("Choose the post"))
    expect(boxes).to_have_count(2)
    for number in range(2):
        boxes.nth(number).click(force=True)
    page.get_by_role("button", name="Archive").click()
    dialog = page.get_by_role("dialog", name="Archive 1 of 2 posts?")
    expect(dialog).to_contain_text("1 of 2 posts cannot be archived:")
    expect(dialog.get_by_role("listitem")).to_contain_text(["“Is it there?”"])
    dialog.get_by_role("button", name="Archive 1 of 2 posts").click()

    results = page.get_by_role("status").filter(has_text="1 post archived.")
    expect(results.get_by_role("link")).to_contain_text(["Is it there?"])
    expect(page.get_by_role("link", name="Failed 1")).to_be_visible()
    assert [planner.post(post["id"])["status"] for post in posts] == ["archived", "archived"]
    assert planner.post(doubtful["id"])["status"] == "failed"

    planner.open(f"/posts/{doubtful['id']}")
    expect(page.get_by_role("button", name="It is there")).to_be_visible()
    expect(page.get_by_role("button", name="Archive")).to_have_count(0)


@pytest.mark.alone
def test_failed_post_is_tried_again_in_the_list(planner: Planner, operator: httpx.Client) -> None:
    planner.connect()
    post = planner.create(content="Once more", platforms=["mastodon"], publish="now")
    planner.wait_for(post["id"], "published")
    planner.doubt(post["id"])
    publication = planner.post(post["id"])["publications"][0]["id"]
    finding = {"postId": post["id"], "publications": [{"id": publication, "published": False}]}
    planner.sign_in()

    planner.open("/posts?list=failed")
    expect(planner.page.get_by_role("link", name="Check and decide")).to_be_visible()
    pause = {"scope": "platform", "platform": "mastodon"}
    request = {"action": "pause", "reason": "Mastodon has an outage", **pause}
    assert operator.post("/api/social/queue", json=request).is_success
    planner.open(f"/posts/{post['id']}")
    waits = "Mastodon is paused: if you publish it, the post waits there"
    expect(planner.page.get_by_role("region", name="Publications")).to_contain_text(waits)
    assert planner.api.post(f"{POSTS}/confirm", json=finding).is_success
    planner.open("/posts?list=failed")
    row = planner.page.get_by_role("listitem").filter(has_text="Once more")
    expect(row).to_contain_text("Mastodon is paused: if you try again, the post waits there")
    assert operator.post("/api/social/queue", json={"action": "resume", **pause}).is_success
    planner.page.reload()
    planner.page.get_by_role("button", name="Try again").click()

    expect(planner.page.get_by_text("Nothing failed")).to_be_visible()
    planner.wait_for(post["id"], "published")


def test_person_decides_about_an_unknown_publication(planner: Planner) -> None:
    planner.connect()
    post = planner.create(content="Did it arrive?", platforms=["x"], publish="now")
    planner.wait_for(post["id"], "published")
    planner.doubt(post["id"])
    planner.sign_in()

    planner.open(f"/posts/{post['id']}")
    expect(planner.page.get_by_text("Nothing is sent again")).to_have_count(0)
    planner.page.get_by_role("button", name="It is there").click()
    planner.page.get_by_label("Address of the post").fill("https://x.com/demo/status/1")
    planner.page.get_by_role("button", name="Mark it as published").click()

    expect(planner.page.get_by_text("Published on 1 of 1 account.")).to_be_visible()
    [publication] = planner.post(post["id"])["publications"]
    assert (publication["state"], publication["permalink"]) == ("published", "https://x.com/demo/status/1")
    began = local(publication["startedAt"])
    expect(planner.page.get_by_role("region", name="Publications")).to_contain_text(f"at {began:%H:%M:%S} CE")


def test_address_of_a_found_publication_is_refused_or_questioned_in_its_dialog(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    post = planner.create(content="Did it arrive?", platforms=["linkedin"], publish="now")
    planner.wait_for(post["id"], "published")
    planner.doubt(post["id"])
    planner.sign_in()

    planner.open(f"/posts/{post['id']}")
    page.get_by_role("button", name="It is there").click()
    dialog = page.get_by_role("dialog")
    address = dialog.get_by_label("Address of the post")
    address.fill("hello")
    dialog.get_by_role("button", name="Mark it as published").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Paste the address of the post, beginning with https://")
    expect(address).to_have_accessible_description(re.compile("Paste the address of the post"))
    expect(address).to_have_value("hello")
    address.fill("https://me@example.com/foo")
    dialog.get_by_role("button", name="Mark it as published").click()
    expect(dialog.get_by_role("alert")).to_contain_text("This does not look like an address on LinkedIn.")
    dialog.get_by_role("button", name="Mark it with this address").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Give a complete https address")
    expect(page.get_by_role("alert")).to_have_count(1)
    assert planner.violations() == []

    address.fill("https://example.com/foo")
    expect(dialog.get_by_role("alert")).to_have_count(0)
    dialog.get_by_role("button", name="Mark it as published").click()
    expect(dialog.get_by_role("alert")).to_contain_text("This does not look like an address on LinkedIn.")
    assert planner.post(post["id"])["publications"][0]["state"] == "unknown"
    dialog.get_by_role("button", name="Mark it with this address").click()

    expect(page.get_by_text("Recorded as published on LinkedIn.")).to_be_visible()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text(re.compile(r"^confirmed by a person on \w+ \d+ \w+, \d\d:\d\d"))).to_be_visible()
    assert planner.post(post["id"])["publications"][0]["permalink"] == "https://example.com/foo"


def test_posts_to_approve_are_listed_by_their_times(planner: Planner) -> None:
    for content, at in (("Without a time", None), ("At nine", tomorrow(9)), ("At noon", tomorrow(12))):
        planner.create(content=content, scheduledAt=at, approvalRequired=True)
    planner.sign_in(roles="approver", user="boss")

    planner.open("/posts?list=approval")

    links = planner.page.get_by_role("main").get_by_role("link", name=re.compile("^(At|Without) "))
    expect(links).to_have_text(["At nine", "At noon", "Without a time"])
    expect(planner.page.get_by_role("listitem").get_by_text("Sandbox", exact=True)).to_have_count(3)
    assert [post["content"] for post in planner.posts()] == ["At noon", "At nine", "Without a time"]

    planner.open("/posts?list=all")
    expect(links).to_have_text(["Without a time", "At noon", "At nine"])


def test_chosen_list_of_a_phone_stays_in_view_when_the_numbers_arrive(planner: Planner) -> None:
    page = planner.page
    planner.create(scheduledAt=tomorrow(9), approvalRequired=True)
    planner.sign_in(roles="approver", user="boss")
    page.set_viewport_size({"width": 390, "height": 844})
    waiting: list[Route] = []
    page.route("**/posts/list?*take=100*", lambda route: waiting.append(route))

    planner.open("/posts?list=all")
    tabs = page.get_by_role("navigation", name="State")
    chosen = tabs.get_by_role("link", name="All", exact=True)
    expect(chosen).to_be_in_viewport(ratio=0.99)
    for route in waiting:
        route.continue_()
    expect(tabs.get_by_role("link", name="Needs approval")).to_contain_text("1")
    expect(chosen).to_be_in_viewport(ratio=0.99)
    assert tabs.get_attribute("data-before") is not None
    assert tabs.get_attribute("data-after") is None


def test_search_without_a_result_is_cleared(planner: Planner) -> None:
    planner.create(content="Coffee")
    planner.sign_in()

    planner.open("/posts?list=draft&q=tea")
    planner.page.get_by_role("button", name="Clear the search").click()

    expect(planner.page.get_by_role("link", name="Coffee")).to_be_visible()
    clear = planner.page.get_by_role("button", name="Clear search", exact=True)
    expect(clear).to_have_count(0)
    planner.page.get_by_placeholder("Search posts").fill("tea")
    clear.click()
    expect(planner.page.get_by_placeholder("Search posts")).to_be_focused()
    expect(planner.page.get_by_role("link", name="Coffee")).to_be_visible()


def test_search_without_a_result_goes_on_in_all_posts(planner: Planner) -> None:
    planner.create(content="Coffee")
    planner.sign_in()

    planner.open("/posts?list=published&q=coffee")
    expect(planner.page.get_by_text("No published post contains “\u2068coffee\u2069”")).to_be_visible()
    assert planner.violations() == []
    planner.page.get_by_role("link", name="Search all posts").click()

    expect(planner.page.get_by_role("link", name="Coffee")).to_be_visible()
    expect(planner.page.get_by_placeholder("Search posts")).to_have_value("coffee")


def test_approver_reads_and_approves_a_post(planner: Planner) -> None:
    post = planner.create(content="Please look", scheduledAt=tomorrow(9), approvalRequired=True)
    planner.sign_in(roles="approver", user="boss")

    planner.open("/posts?list=approval")
    planner.page.get_by_role("link", name="Read and decide").click()
    approval = planner.page.get_by_role("region", name="Approval", exact=True)
    heading = approval.get_by_role("heading", name="Approval")
    expect(heading).to_be_focused()
    planner.page.get_by_role("link", name="Show the posts").focus()
    planner.page.get_by_role("button", name="Go to the decision").click()
    expect(heading).to_be_focused()
    expect(planner.page.get_by_role("button", name="Approve")).to_be_in_viewport()
    due = local(post["scheduledAt"])
    expect(approval).to_contain_text(
        re.compile(f"Without an approval before .*, {due:%H:%M} .*it is not published then")
    )
    expect(approval).to_contain_text("You can decide")
    planner.page.get_by_label("Comment").fill("Fine.")
    planner.page.get_by_role("button", name="Approve").click()

    decision = planner.page.get_by_role("region").filter(has_text="Approved by \u2068boss\u2069")
    expect(decision).to_be_visible()
    approved = planner.post(post["id"])
    assert (approved["approvalStatus"], approved["approvalBy"]) == ("approved", "boss")
    at = local(approved["approvalAt"])
    expect(decision).to_contain_text(f"{at:%H:%M}")


def test_writer_reads_who_decides_about_a_post(planner: Planner) -> None:
    post = planner.create(content="Please look", publish="now", approvalRequired=True)
    planner.sign_in()

    planner.open(f"/posts/{post['id']}")
    approval = planner.page.get_by_role("region", name="Approval", exact=True)
    expect(approval).to_contain_text("It is published as soon as it is approved.")
    expect(approval).to_contain_text("A person with the role “approver” or “admin” decides.")
    expect(approval.get_by_role("button")).to_have_count(0)


def test_approval_shows_what_changed_since_the_last_decision(planner: Planner) -> None:
    post = planner.create(content="Please look", scheduledAt=tomorrow(9), approvalRequired=True)
    with planner.stack.api("boss", {"x-owner-id": planner.owner, "x-user-roles": "approver"}) as boss:
        assert boss.post(f"{POSTS}/approve", json={"postId": post["id"], "approved": True}).is_success
    changes = {"content": "Please look again", "scheduledAt": tomorrow(11), "publishWithinSeconds": 3600}
    assert planner.api.patch(f"{POSTS}/update", json={"postId": post["id"], **changes}).is_success
    assert planner.post(post["id"])["approvalStatus"] == "pending"
    planner.sign_in(roles="approver", user="boss")

    planner.open(f"/posts/{post['id']}")
    approval = planner.page.get_by_role("region", name="Approval", exact=True)
    expect(approval).to_contain_text("Text beforePlease lookText nowPlease look again")
    before, now = (local(tomorrow(hour)) for hour in (9, 11))
    expect(approval).to_contain_text(re.compile(f"Time before.*, {before:%H:%M} .*Time now.*, {now:%H:%M} "))
    expect(approval).to_contain_text("Also changed: limit for being late.")
    planner.page.get_by_role("button", name="Approve").click()

    expect(planner.page.get_by_text("Approved by \u2068boss\u2069")).to_be_visible()
    approved = planner.post(post["id"])
    assert (approved["approvalStatus"], approved["content"]) == ("approved", "Please look again")


def test_approver_reads_the_text_of_each_account_before_the_decision(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    post = planner.create(
        content="For everybody",
        platforms=["bluesky", "mastodon"],
        variants={"mastodon": {"content": "For Mastodon"}},
        platformOptions={"mastodon": {"thread": ["And more"]}},
        scheduledAt=tomorrow(9),
        approvalRequired=True,
    )
    planner.sign_in(roles="approver", user="boss")

    planner.open(f"/posts/{post['id']}")
    mastodon = page.get_by_role("region", name="Text on Mastodon")
    expect(mastodon).to_contain_text("For Mastodon")
    expect(mastodon).to_contain_text("Mastodon, part 2 of 2And more")
    expect(page.get_by_role("region", name="Text on Bluesky")).to_contain_text("For everybody")
    accounts = planner.api.get("/api/social/connections").json()["connections"]
    [handle] = [each["handle"] for each in accounts if each["platform"] == "mastodon"]
    expect(mastodon.get_by_role("list", name="Accounts")).to_have_text(re.compile(re.escape(handle)))
    text, decision = (
        each.evaluate("(element) => element.getBoundingClientRect().top")
        for each in (mastodon, page.get_by_role("button", name="Approve"))
    )
    assert text < decision


def in_days(days: int) -> str:
    """Return an instant some days ahead, at 12:00 UTC."""
    at = datetime.now(UTC) + timedelta(days=days)
    return at.replace(hour=12, minute=0, second=0, microsecond=0).isoformat()


def test_bulk_action_has_a_result_for_each_post(planner: Planner) -> None:
    posts = [planner.create(content=f"Post {hour}", scheduledAt=tomorrow(hour)) for hour in (9, 10, 11)]
    planner.sign_in()

    planner.open("/posts?list=scheduled")
    boxes = planner.page.get_by_role("checkbox", name=re.compile("Choose the post"))
    expect(boxes).to_have_count(3)
    for number in range(3):
        boxes.nth(number).click(force=True)
    expect(planner.page.get_by_text("3 chosen")).to_be_visible()
    # Somebody else cancels one of them in the meantime.
    assert planner.api.post(f"{POSTS}/cancel", json={"postId": posts[1]["id"]}).is_success
    planner.page.get_by_role("button", name="Unschedule").click()
    dialog = planner.page.get_by_role("dialog", name="Unschedule 3 posts?")
    expect(dialog).to_contain_text("They become drafts without a time.")
    assert planner.violations() == []
    dialog.get_by_role("button", name="Unschedule 3 posts").click()

    results = planner.page.get_by_role("status").filter(has_text="moved back to draft")
    expect(results).to_contain_text("2 posts moved back to draft.")
    expect(results).to_contain_text("1 of 3 posts was not unscheduled:")
    expect(results.get_by_role("listitem")).to_have_count(1)
    expect(results.get_by_role("listitem")).to_contain_text(re.compile(r"“Post 10”.*:00 CES?T: .*draft", re.DOTALL))
    assert planner.violations() == []
    assert [post["status"] for post in planner.posts()] == ["draft"] * 3
    planner.page.get_by_role("button", name="Undo").click()

    again = planner.page.get_by_role("status").filter(has_text="2 posts scheduled again.")
    expect(again).to_be_visible()
    expect(planner.page.get_by_role("button", name="Undo")).to_have_count(0)
    kept = {post["content"]: post["scheduledAt"] for post in planner.posts()}
    assert kept["Post 10"] is None
    for hour in (9, 11):
        assert datetime.fromisoformat(kept[f"Post {hour}"]) == datetime.fromisoformat(tomorrow(hour))


def test_bulk_retry_names_the_posts_that_it_cannot_try_again(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    lost = planner.create(content="Without an account", platforms=["mastodon"], publish="now")
    planner.wait_for(lost["id"], "published")
    planner.doubt(lost["id"])
    planner.add_fault("mastodon", "statuses", "status", status=422)
    refused = planner.create(content="Refused", platforms=["mastodon"], publish="now")
    planner.wait_for(refused["id"], "failed")
    planner.sign_in()

    planner.open("/posts?list=failed")
    boxes = page.get_by_role("checkbox", name=re.compile("Choose the post"))
    expect(boxes).to_have_count(2)
    for number in range(2):
        boxes.nth(number).click(force=True)
    page.get_by_role("region", name="2 chosen").get_by_role("button", name="Try again").click()

    results = page.get_by_role("status").filter(has_text="will be tried again")
    expect(results).to_contain_text("1 post will be tried again.")
    expect(results.get_by_role("listitem")).to_contain_text(
        "We could not confirm whether it was published on Mastodon."
    )
    results.get_by_role("listitem").get_by_role("link").click()
    expect(page.get_by_role("button", name="It is there")).to_be_visible()
    planner.wait_for(refused["id"], "published")


def test_bulk_move_shows_where_the_first_posts_move(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    assert planner.api.patch("/api/social/settings", json={"spacingMinutes": 10}).is_success
    at = local(tomorrow(9)) + timedelta(days=3)
    posts = [
        planner.create(content=f"Post {days}", scheduledAt=(at + timedelta(days=days)).isoformat()) for days in (0, 1)
    ]
    moved = at - timedelta(days=2, hours=1)
    planner.create(content="Close", scheduledAt=(moved + timedelta(minutes=5)).isoformat())
    planner.sign_in()

    planner.open("/posts?list=scheduled")
    boxes = page.get_by_role("checkbox", name=re.compile("Choose the post"))
    expect(boxes).to_have_count(3)
    for number in (1, 2):
        boxes.nth(number).click(force=True)
    page.get_by_role("button", name="Move by").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Earlier").check()
    dialog.get_by_label("Days").fill("2")
    dialog.get_by_label("Hours").fill("1")
    moves = dialog.get_by_role("status").get_by_role("listitem")
    expect(moves).to_have_count(2)
    expect(moves.first).to_have_text(
        re.compile(
            rf"^“Post 0”: .*, {at:%H:%M} CES?T → .* {moved.day} .*, {moved:%H:%M} CES?T"
            r"Another post goes to Bluesky only 5 min later\.$"
        )
    )
    expect(moves.last).to_have_text(re.compile(r"^“Post 1”: .* CES?T$"))
    dialog.get_by_role("button", name="Move 2 posts").click()

    expect(page.get_by_text("2 posts moved.")).to_be_visible()
    instant = planner.post(posts[0]["id"])["scheduledAt"]
    wall = local(instant)
    assert f"{wall:%Y-%m-%d %H:%M}" == f"{moved:%Y-%m-%d %H:%M}"


def test_bulk_move_is_taken_back_where_its_result_is_shown(planner: Planner) -> None:
    page = planner.page
    posts = [planner.create(content=f"Post {day}", scheduledAt=in_days(day)) for day in range(2, 22)]
    planner.sign_in()

    planner.open("/posts?list=scheduled")
    boxes = page.get_by_role("checkbox", name=re.compile("Choose the post"))
    expect(boxes).to_have_count(20)
    for number in (17, 18, 19):
        boxes.nth(number).click(force=True)
    page.get_by_role("button", name="Move by").click()
    # The second click of a double click must not open the post behind the dialog.
    page.get_by_role("dialog").get_by_role("button", name="Move 3 posts").dblclick()

    result = page.get_by_role("region", name="Result")
    expect(result).to_contain_text("3 posts moved.")
    expect(result).to_be_focused()
    expect(result).to_be_in_viewport()
    assert page.evaluate("window.scrollY") > 100
    assert planner.post(posts[19]["id"])["scheduledAt"] != posts[19]["scheduledAt"]
    result.get_by_role("button", name="Undo").click()
    expect(result).to_contain_text("3 posts moved back.")
    expect(result.get_by_role("button", name="Undo")).to_have_count(0)
    assert planner.post(posts[19]["id"])["scheduledAt"] == posts[19]["scheduledAt"]


def test_bulk_move_names_the_posts_that_stay_and_why(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    planner.add_fault("mastodon", "statuses", "rate_limit", seconds=40 * 60)
    begun = planner.create(content="Waits for Mastodon", platforms=["mastodon"], publish="now")
    wait_for_publication(planner, begun["id"], lambda each: bool(each["startedAt"]) and each["state"] == "queued")
    soon = datetime.now(UTC) + timedelta(hours=2)
    planner.create(content="Too early to move", scheduledAt=soon.isoformat())
    later = planner.create(content="Can move", scheduledAt=(soon + timedelta(days=3)).isoformat())
    planner.sign_in()

    planner.open("/?view=agenda")
    days = page.get_by_role("listitem")
    expect(days.filter(has_text="Can move").get_by_role("button", name="Move to")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(days.filter(has_text="Waits for Mastodon")).to_contain_text("Queued")
    expect(days.filter(has_text="Waits for Mastodon").get_by_role("button", name="Move to")).to_have_count(0)

    planner.open("/posts?list=scheduled")
    boxes = page.get_by_role("checkbox", name=re.compile("Choose the post"))
    expect(boxes).to_have_count(3)
    expect(page.get_by_role("button", name="Unschedule and edit")).to_have_count(1)
    for number in range(3):
        boxes.nth(number).click(force=True)
    page.get_by_role("button", name="Move by").click()
    dialog = page.get_by_role("dialog")
    status = dialog.get_by_role("status")
    has_begun = re.compile("“Waits for Mastodon”, .*: Its publishing has begun, so it can no longer be changed.")
    expect(status).to_contain_text("1 of 3 posts cannot be moved:")
    expect(status.get_by_role("listitem")).to_have_text(
        [re.compile("^“Too early to move”: .* → "), re.compile("^“Can move”: .* → "), has_begun]
    )
    dialog.get_by_role("radio", name="Earlier").check()
    expect(status).to_contain_text("2 of 3 posts cannot be moved:")
    expect(status).to_contain_text("The post that moves:")
    is_past = re.compile("“Too early to move”, .*: It would move into the past.")
    expect(status.get_by_role("listitem")).to_have_text([has_begun, is_past])
    assert planner.violations() == []
    dialog.get_by_role("button", name="Move 1 of 3 posts").click()

    results = page.get_by_role("status").filter(has_text="1 post moved.")
    expect(results).to_contain_text("2 of 3 posts were not moved:")
    expect(results.get_by_role("link")).to_contain_text(["Too early to move", "Waits for Mastodon"])
    moved = datetime.fromisoformat(planner.post(later["id"])["scheduledAt"])
    assert moved < soon + timedelta(days=3)


def test_deletion_of_several_posts_names_them_and_their_number(planner: Planner) -> None:
    for number in range(2):
        planner.create(content=f"Draft {number}")
    planner.sign_in()

    planner.open("/posts?list=draft")
    boxes = planner.page.get_by_role("checkbox", name="Choose this draft")
    expect(boxes).to_have_count(2)
    for number in range(2):
        boxes.nth(number).click(force=True)
    planner.page.get_by_role("button", name="Delete").click()
    dialog = planner.page.get_by_role("dialog")
    expect(dialog.get_by_role("listitem").filter(has_text="“Draft ")).to_have_count(2)
    dialog.get_by_role("button", name="Delete 2 posts").click()

    expect(planner.page.get_by_text("2 posts deleted.")).to_be_visible()
    assert planner.posts() == []


def test_rejection_needs_a_reason(planner: Planner) -> None:
    due = datetime.now(UTC) + timedelta(minutes=10)
    post = planner.create(content="Please look", scheduledAt=due.isoformat(), approvalRequired=True)
    planner.sign_in(roles="approver", user="boss")
    planner.page.clock.set_fixed_time(due + timedelta(minutes=90, seconds=1))

    row = planner.page.get_by_role("listitem").filter(has_text="Please look").last
    for view in ("/posts?list=approval", f"/?view=agenda&day={local(due):%Y-%m-%d}"):
        planner.open(view)
        expect(row).to_contain_text("1 h 30 min late so far. It is published as soon as it is approved, until ")
    planner.open(f"/?day={local(due):%Y-%m-%d}")
    chip = planner.page.locator(f'[data-post="{post["id"]}"]')
    expect(chip.get_by_text("late", exact=True)).to_be_visible()
    assert planner.violations() == []
    planner.open(f"/posts/{post['id']}")
    summary = planner.page.get_by_role("region", name="Summary")
    expect(summary).to_contain_text("1 h 30 min late so far. It is published as soon as it is approved, until ")
    planner.page.get_by_role("button", name="Reject").click()

    expect(planner.page.get_by_label("Comment")).to_have_attribute("aria-invalid", "true")
    expect(planner.page.get_by_text("A rejection needs a reason.")).to_have_count(1)
    assert planner.post(post["id"])["approvalStatus"] == "pending"


def test_rejected_post_needs_its_writer_until_it_is_changed(planner: Planner) -> None:
    page = planner.page
    post = planner.create(content="Free coffee", scheduledAt=tomorrow(9), approvalRequired=True)
    with planner.stack.api("boss", {"x-owner-id": planner.owner, "x-user-roles": "approver"}) as boss:
        rejection = {"postId": post["id"], "approved": False, "comment": "Say which Saturday."}
        assert boss.post(f"{POSTS}/approve", json=rejection).is_success
    planner.sign_in()

    planner.open("/?view=agenda")
    expect(page.get_by_role("region", name="Agenda").get_by_text("Rejected", exact=True)).to_be_visible()
    page.get_by_role("link", name=re.compile("^Posts.*1 needs attention")).first.click()
    expect(page.get_by_role("link", name=re.compile("^Rejected.*1"))).to_have_attribute("aria-current", "page")
    row = page.get_by_role("listitem").filter(has_text="Free coffee")
    expect(row).to_contain_text("Say which Saturday.")
    expect(row).to_contain_text("Rejectedwill not be published")
    expect(row.get_by_role("link", name="Edit and ask again")).to_be_visible()
    row.get_by_role("link", name="Free coffee").click()
    expect(page.get_by_role("heading", name="Rejected by \u2068boss\u2069")).to_be_visible()
    expect(page.get_by_text("Rejected", exact=True)).to_have_count(0)
    assert planner.violations() == []
    page.get_by_role("link", name="Edit and ask again").click()
    page.get_by_role("textbox", name="Text", exact=True).first.fill("Free coffee this Saturday")
    page.get_by_role("button", name=re.compile("^Save and ask")).click()

    expect(page.get_by_role("heading", name="Approval", exact=True)).to_be_visible()
    assert planner.post(post["id"])["approvalStatus"] == "pending"
    planner.open("/posts?list=rejected")
    expect(page.get_by_text("Nothing is rejected")).to_be_visible()


def test_post_is_moved_on_its_page(planner: Planner) -> None:
    at = datetime.fromisoformat(tomorrow(9))
    post = planner.create(content="Later, please", scheduledAt=at.isoformat())
    planner.sign_in()

    planner.open(f"/posts/{post['id']}")
    planner.page.get_by_role("button", name="More").click()
    planner.page.get_by_role("menuitem", name="Move to").click()
    planned = local(at)
    expect(planner.page.get_by_text(re.compile(f"^Planned for .*{planned:%H:%M}"))).to_be_visible()
    day = planner.page.get_by_label("Day", exact=True)
    day.fill(f"{at - timedelta(days=9):%Y-%m-%d}")
    expect(planner.page.get_by_role("dialog")).to_contain_text("A post cannot be moved into the past.")
    expect(planner.page.get_by_role("button", name="Move the post")).to_be_disabled()
    day.fill(f"{at + timedelta(days=2):%Y-%m-%d}")
    planner.page.get_by_label("Time (Europe/Berlin)").fill("14:15")
    planner.page.get_by_role("button", name="Move the post").click()

    expect(planner.page.get_by_role("heading", level=1)).to_contain_text("14:15")
    moved = local(planner.post(post["id"])["scheduledAt"])
    assert f"{moved:%Y-%m-%d %H:%M}" == f"{at + timedelta(days=2):%Y-%m-%d} 14:15"
    planner.page.get_by_role("link", name="Show the posts").click()
    expect(planner.page.get_by_role("link", name="Scheduled")).to_have_attribute("aria-current", "page")


def test_scheduled_post_is_published_now_after_a_question(planner: Planner) -> None:
    page = planner.page
    planner.connect()
    first, second = (
        planner.create(content="Earlier, please", platforms=["bluesky", "mastodon"], scheduledAt=tomorrow(9)),
        planner.create(content="With a change", platforms=["bluesky"], scheduledAt=tomorrow(10)),
    )
    planner.sign_in()

    planner.open(f"/posts/{first['id']}")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Publish now").click()
    dialog = page.get_by_role("dialog", name="Publish the post now?")
    expect(dialog).to_contain_text(
        re.compile(r"It is published immediately on Bluesky and Mastodon, and not on .*:00 ")
    )
    assert planner.violations() == []
    dialog.get_by_role("button", name="Cancel").click()
    assert planner.post(first["id"])["status"] == "scheduled"
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Publish now").click()
    dialog.get_by_role("button", name="Publish now").click()
    expect(page.get_by_text("Published on 2 of 2 accounts.")).to_be_visible()
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("menuitem", name="Publish now")).to_have_count(0)
    page.keyboard.press("Escape")

    planner.open(f"/posts/{second['id']}/edit")
    page.get_by_label("Text", exact=True).fill("Changed at the last moment")
    page.get_by_role("button", name="Publish now").click()
    expect(dialog).to_contain_text("It is published immediately on Bluesky, and not on ")
    dialog.get_by_role("button", name="Publish now").click()
    expect(page.get_by_text("Published on 1 of 1 account.")).to_be_visible()
    assert planner.post(second["id"])["content"] == "Changed at the last moment"


def test_post_becomes_a_draft_and_is_deleted(planner: Planner) -> None:
    post = planner.create(content="Never mind", scheduledAt=tomorrow(9))
    planner.sign_in()

    planner.open(f"/posts/{post['id']}")
    planner.page.get_by_role("button", name="More").click()
    planner.page.get_by_role("menuitem", name="Unschedule").click()
    heading = planner.page.get_by_role("heading", name="Draft", exact=True)
    expect(heading).to_be_visible()
    message = planner.page.get_by_role("alertdialog").filter(has_text="The post is a draft now and has no time.")
    expect(message).to_contain_text(re.compile(r"It was planned for .*:00 CES?T\."))
    assert planner.post(post["id"])["status"] == "draft"
    assert planner.violations() == []

    message.get_by_role("button", name="Undo").click()
    expect(planner.page.get_by_text(re.compile(r"^Scheduled for .*:00 CES?T\.$"))).to_be_visible()
    expect(heading).to_have_count(0)
    again = planner.post(post["id"])
    assert (again["status"], again["scheduledAt"]) == ("scheduled", post["scheduledAt"])

    planner.page.get_by_role("button", name="More").click()
    planner.page.get_by_role("menuitem", name="Unschedule").click()
    expect(heading).to_be_visible()
    assert planner.api.patch(f"{POSTS}/update", json={"postId": post["id"], "notes": "Changed"}).is_success
    message.get_by_role("button", name="Undo").click()
    refusal = "Not undone: meanwhile, the post was changed. It has no time."
    expect(planner.page.get_by_role("alertdialog").filter(has_text=refusal)).to_be_visible()
    planner.page.get_by_role("button", name="More").click()
    planner.page.get_by_role("menuitem", name="Delete").click()
    assert len(planner.posts()) == 1
    dialog = planner.page.get_by_role("dialog")
    expect(dialog).to_contain_text("“Never mind”")
    dialog.get_by_role("button", name="Delete").click()
    expect(planner.page.get_by_role("heading", name="Posts")).to_be_visible()
    assert planner.posts() == []


def test_unknown_post_has_an_error_with_its_request_id(planner: Planner) -> None:
    planner.sign_in()

    planner.open("/posts/00000000-0000-4000-8000-000000000000")

    expect(planner.page.get_by_role("alert")).to_contain_text("This post does not exist, or is not one of yours.")
    expect(planner.page.get_by_role("alert")).to_contain_text("Request id:")
    expect(planner.page.get_by_role("button", name="Try again")).to_have_count(0)
    # The arrow in the header leads to the same list.
    expect(planner.page.get_by_role("link", name="Show the posts")).to_have_count(2)
    assert planner.api.get(f"{POSTS}/get", params={"postId": "00000000-0000-4000-8000-000000000000"}).status_code == 404
