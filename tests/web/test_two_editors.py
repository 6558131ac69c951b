"""Two people who change or decide the same post at the same time."""

import re
from typing import Any

from playwright.sync_api import Browser, Locator, Route, expect

from tests.support.local_time import tomorrow
from tests.support.planner import Planner, watched_page
from tests.support.stack import POSTS


def write(planner: Planner, text: str) -> None:
    planner.page.get_by_role("textbox", name="Text", exact=True).first.fill(text)


def call_as(planner: Planner, user: str, path: str, **body: Any) -> None:
    """Call the API as another person of the same owner, who is also an approver."""
    identity = {"x-owner-id": planner.owner, "x-user-roles": "approver"}
    with planner.stack.api(user, headers=identity) as api:
        response = api.request("POST" if path == "approve" else "PATCH", f"{POSTS}/{path}", json=body)
    assert response.is_success, response.text


def change(planner: Planner, post: dict[str, Any], **fields: Any) -> None:
    call_as(planner, "lena", "update", postId=post["id"], **fields)


def decide(planner: Planner, post: dict[str, Any], *, approved: bool, comment: str | None = None) -> None:
    call_as(planner, "boss", "approve", postId=post["id"], approved=approved, comment=comment)


def save(planner: Planner, button: str = "Save changes") -> Locator:
    """Save the post and return the dialog."""
    planner.page.get_by_role("button", name=button).last.click()
    return planner.page.get_by_role("dialog")


def test_changes_of_different_fields_are_both_saved(planner: Planner, browser: Browser) -> None:
    post = planner.create(
        content="Common",
        platforms=["bluesky", "mastodon"],
        variants={"mastodon": {"content": "First toot"}},
        scheduledAt=tomorrow(9),
    )
    planner.sign_in(user="ada")
    planner.open(f"/posts/{post['id']}/edit")
    planner.page.get_by_role("textbox", name="Campaign").fill("Spring")
    with watched_page(browser) as page:
        other = Planner(page, planner.stack, planner.owner)
        other.sign_in(user="lena")
        other.open(f"/posts/{post['id']}/edit")
        page.get_by_role("tab", name=re.compile("Mastodon")).click()
        write(other, "Second toot")
        page.get_by_role("button", name="Save changes").click()
        page.wait_for_url(re.compile(f"/posts/{post['id']}$"))
        other.api.close()

    dialog = save(planner)
    expect(dialog.get_by_role("heading", name="This post was changed by \u2068lena\u2069")).to_be_visible()
    theirs = dialog.get_by_role("region", name="Changed in the saved version, and kept")
    expect(theirs.get_by_text("First toot")).to_be_visible()
    expect(theirs.get_by_text("Second toot")).to_be_visible()
    expect(theirs.get_by_text(re.compile("Changed by .*lena"))).to_be_visible()
    expect(dialog.get_by_role("region", name="Changed by you, and kept")).to_contain_text("Spring")
    expect(dialog.get_by_text("Nothing is lost when you save.")).to_be_visible()
    assert planner.violations() == []
    dialog.get_by_role("button", name="Save changes").click()

    planner.page.wait_for_url(re.compile(f"/posts/{post['id']}$"))
    saved = planner.post(post["id"])
    assert (saved["campaign"], saved["variants"]["mastodon"]["content"]) == ("Spring", "Second toot")


def test_field_that_both_changed_is_chosen(planner: Planner) -> None:
    post = planner.create(content="First version", campaign="Spring", notes="Old", scheduledAt=tomorrow(9))
    planner.sign_in()
    planner.open(f"/posts/{post['id']}/edit")
    write(planner, "My version")
    planner.page.get_by_role("textbox", name="Campaign").fill("Mine")
    change(planner, post, content="Their version", campaign="Theirs", notes="New")

    dialog = save(planner)
    text = dialog.get_by_role("group", name="Text")
    for value in ("Before: First version", "My version", "Their version"):
        expect(text.get_by_text(value)).to_be_visible()
    expect(text.get_by_text(re.compile("Changed by .*lena"))).to_be_visible()
    planner.page.set_viewport_size({"width": 390, "height": 700})
    expect(dialog.get_by_role("heading", level=2)).to_be_in_viewport()
    for name in ("Save changes", "Continue editing", "Take the saved version"):
        expect(dialog.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    lost = dialog.get_by_role("status")
    expect(lost).to_have_text("When you save, this is lost from the saved version: Text and Campaign.")
    dialog.get_by_role("group", name="Campaign").get_by_role("radio", name="Saved version").check()
    expect(lost).to_contain_text("lost from the saved version: Text.")
    expect(lost).to_contain_text("lost from your version: Campaign.")
    assert planner.violations() == []
    assert planner.post(post["id"])["content"] == "Their version"
    dialog.get_by_role("button", name="Save changes").click()

    planner.page.wait_for_url(re.compile(f"/posts/{post['id']}$"))
    saved = planner.post(post["id"])
    assert (saved["content"], saved["campaign"], saved["notes"]) == ("My version", "Theirs", "New")


def test_second_of_two_editors_takes_the_saved_version(planner: Planner) -> None:
    post = planner.create(content="First version", scheduledAt=tomorrow(9))
    planner.sign_in()
    planner.open(f"/posts/{post['id']}/edit")
    write(planner, "My version")
    change(planner, post, content="Their version")

    dialog = save(planner)
    expect(dialog.get_by_text("“Take the saved version” drops your changes of: Text.")).to_be_visible()
    dialog.get_by_role("button", name="Take the saved version").click()
    expect(planner.page.get_by_role("textbox", name="Text", exact=True).first).to_have_value("Their version")

    saved = planner.post(post["id"])
    assert (saved["content"], saved["version"]) == ("Their version", post["version"] + 1)
    # A change of the saved version can be saved.
    write(planner, "Version of both")
    save(planner)
    planner.page.wait_for_url(re.compile(f"/posts/{post['id']}$"))
    assert planner.post(post["id"])["content"] == "Version of both"


def test_kept_changes_are_compared_with_the_version_from_which_they_began(planner: Planner) -> None:
    post = planner.create(content="First version", scheduledAt=tomorrow(9))
    planner.sign_in()
    planner.open(f"/posts/{post['id']}/edit")
    planner.page.get_by_role("textbox", name="Campaign").fill("Spring")
    expect(planner.page.get_by_text(re.compile("Kept on this device"))).to_be_visible()
    change(planner, post, content="Their version")
    planner.page.reload()

    dialog = save(planner)
    theirs = dialog.get_by_role("region", name="Changed in the saved version, and kept")
    expect(theirs.get_by_text("Their version")).to_be_visible()
    dialog.get_by_role("button", name="Save changes").click()

    planner.page.wait_for_url(re.compile(f"/posts/{post['id']}$"))
    saved = planner.post(post["id"])
    assert (saved["content"], saved["campaign"]) == ("Their version", "Spring")


def test_rejection_during_an_edit_keeps_the_text(planner: Planner) -> None:
    post = planner.create(content="First version", scheduledAt=tomorrow(9), approvalRequired=True)
    planner.sign_in()
    planner.open(f"/posts/{post['id']}/edit")
    write(planner, "My version")
    decide(planner, post, approved=False, comment="The price is wrong")

    dialog = save(planner, "Save and ask for approval")
    expect(dialog.get_by_role("heading", name="This post was rejected while you edited it")).to_be_visible()
    expect(dialog.get_by_text("The price is wrong")).to_be_visible()
    expect(dialog.get_by_text(re.compile("changed by"))).to_have_count(0)
    assert planner.violations() == []
    dialog.get_by_role("button", name="Save and ask for approval").click()

    planner.page.wait_for_url(re.compile(f"/posts/{post['id']}$"))
    saved = planner.post(post["id"])
    assert (saved["content"], saved["approvalStatus"]) == ("My version", "pending")


def test_approval_during_an_edit_of_the_notes_changes_nothing(planner: Planner) -> None:
    post = planner.create(content="First version", scheduledAt=tomorrow(9), approvalRequired=True)
    planner.sign_in()
    planner.open(f"/posts/{post['id']}/edit")
    planner.page.get_by_role("textbox", name="Notes").fill("For Lena")
    decide(planner, post, approved=True)
    save(planner, "Save and ask for approval")

    planner.page.wait_for_url(re.compile(f"/posts/{post['id']}$"))
    saved = planner.post(post["id"])
    assert (saved["notes"], saved["approvalStatus"]) == ("For Lena", "approved")


def test_decision_is_at_the_top_of_the_editor(planner: Planner) -> None:
    post = planner.create(content="First version", scheduledAt=tomorrow(9), approvalRequired=True)
    decide(planner, post, approved=False, comment="The price is wrong")
    planner.sign_in()
    planner.open(f"/posts/{post['id']}/edit")
    decision = planner.page.get_by_role("region", name="Decision")
    expect(decision).to_contain_text("Rejected by")
    expect(decision).to_contain_text("The price is wrong")
    expect(decision).to_contain_text("It needs another approval.")

    change(planner, post, content="Second version")
    decide(planner, post, approved=True)
    planner.page.reload()
    expect(decision).to_contain_text("Approved by")
    expect(decision).to_contain_text("the post needs a new approval")


def test_decision_appears_on_the_open_page_of_the_post(planner: Planner) -> None:
    post = planner.create(content="First version", scheduledAt=tomorrow(9), approvalRequired=True)
    planner.sign_in()
    planner.open(f"/posts/{post['id']}")
    expect(planner.page.get_by_text("A person with the role “approver” or “admin” decides.")).to_be_visible()
    decide(planner, post, approved=True)

    # The feed is read every three seconds. Thirty seconds, as for a post that nothing awaits, would be too long.
    expect(planner.page.get_by_text(re.compile("Approved by .*boss"))).to_be_visible(timeout=10_000)


def test_decision_before_the_first_events_appears_on_the_open_page_of_the_post(planner: Planner) -> None:
    """The post is loaded before the decision, and the feed begins after it, so no event tells of the decision."""
    page = planner.page
    post = planner.create(content="First version", scheduledAt=tomorrow(9), approvalRequired=True)
    planner.sign_in()
    held: list[Route] = []
    page.route("**/api/social/events?**", lambda route: held.append(route), times=1)
    planner.open(f"/posts/{post['id']}")
    expect(page.get_by_text("A person with the role “approver” or “admin” decides.")).to_be_visible()
    decide(planner, post, approved=True)
    assert len(held) == 1
    held[0].continue_()

    expect(page.get_by_text(re.compile("Approved by .*boss"))).to_be_visible(timeout=10_000)
