"""A move of an approved post ends its approval. The planner says so, and an approver can approve it again."""

import re

from playwright.sync_api import expect

from tests.support.local_time import tomorrow
from tests.support.planner import Planner
from tests.support.stack import POSTS

LOSES = "After the move, it needs approval again."


def approved_post(planner: Planner, content: str, hour: int) -> str:
    """Create an approved post of tomorrow and return its id."""
    post = planner.create(content=content, scheduledAt=tomorrow(hour), approvalRequired=True)
    identity = {"x-owner-id": planner.owner, "x-user-roles": "approver"}
    with planner.stack.api("boss", headers=identity) as api:
        response = api.post(f"{POSTS}/approve", json={"postId": post["id"], "approved": True})
    assert response.is_success, response.text
    post_id: str = post["id"]
    return post_id


def test_dialog_says_that_a_move_ends_the_approval(planner: Planner) -> None:
    post_id = approved_post(planner, "Approved", 9)
    planner.sign_in()
    planner.open(f"/posts/{post_id}")
    planner.page.get_by_role("button", name="More", exact=True).click()
    planner.page.get_by_role("menuitem", name="Move to …").click()
    dialog = planner.page.get_by_role("dialog")
    expect(dialog.get_by_text(f"It is approved. {LOSES}", exact=True)).to_be_visible()
    dialog.get_by_label(re.compile("^Time")).fill("23:45")
    dialog.get_by_role("button", name="Move the post").click()

    message = planner.page.get_by_role("alertdialog").filter(has_text="It needs approval again.")
    expect(message.get_by_role("button", name="Undo")).to_be_visible()
    expect(message.get_by_role("button", name="Approve")).to_have_count(0)
    assert planner.post(post_id)["approvalStatus"] == "pending"


def test_approver_approves_a_moved_post_in_the_message(planner: Planner) -> None:
    post_id = approved_post(planner, "Approved", 9)
    planner.sign_in(roles="approver")
    planner.open("/?view=agenda")
    planner.page.get_by_role("button", name="Move to").first.click()
    dialog = planner.page.get_by_role("dialog")
    expect(dialog.get_by_text(f"It is approved. {LOSES} You can give it then.")).to_be_visible()
    dialog.get_by_label(re.compile("^Time")).fill("23:45")
    dialog.get_by_role("button", name="Move the post").click()
    message = planner.page.get_by_role("alertdialog").filter(has_text="It needs approval again.")
    message.get_by_role("button", name="Approve").click()

    expect(planner.page.get_by_role("alertdialog").filter(has_text="Approved.")).to_be_visible()
    assert planner.post(post_id)["approvalStatus"] == "approved"


def test_approver_approves_several_moved_posts(planner: Planner) -> None:
    ids = [approved_post(planner, f"Approved {hour}", hour) for hour in (9, 10)]
    planner.create(content="Free", scheduledAt=tomorrow(11))
    planner.sign_in(roles="approver")
    planner.open("/posts?list=scheduled")
    boxes = planner.page.get_by_role("checkbox")
    expect(boxes).to_have_count(3)
    for index in range(3):
        boxes.nth(index).click(force=True)
    planner.page.get_by_role("button", name="Move by …").click()
    dialog = planner.page.get_by_role("dialog")
    expect(dialog.get_by_text("2 of them are approved. After the move, they need approval again.")).to_be_visible()
    dialog.get_by_role("button", name="Move 3 posts").click()
    result = planner.page.get_by_role("region", name="Result")
    expect(result.get_by_text("2 posts need approval again.")).to_be_visible()
    assert planner.violations() == []
    assert [planner.post(each)["approvalStatus"] for each in ids] == ["pending", "pending"]
    result.get_by_role("button", name="Approve them").click()

    expect(result.get_by_text("2 posts approved.")).to_be_visible()
    assert [planner.post(each)["approvalStatus"] for each in ids] == ["approved", "approved"]


def test_way_back_says_that_a_moved_post_still_needs_approval(planner: Planner) -> None:
    post_id = approved_post(planner, "Approved", 9)
    before = planner.post(post_id)["scheduledAt"]
    planner.sign_in()
    planner.open("/posts?list=scheduled")
    planner.page.get_by_role("checkbox").click(force=True)
    planner.page.get_by_role("button", name="Move by …").click()
    planner.page.get_by_role("dialog").get_by_role("button", name="Move the post").click()
    result = planner.page.get_by_role("region", name="Result")
    expect(result.get_by_text("1 post needs approval again.")).to_be_visible()
    result.get_by_role("button", name="Undo").click()

    expect(result).to_contain_text("1 post moved back.")
    expect(result.get_by_text("1 post still needs approval again.")).to_be_visible()
    expect(result.get_by_text("1 post needs approval again.")).to_have_count(0)
    expect(result.get_by_role("button", name="Undo")).to_have_count(0)
    assert planner.post(post_id)["scheduledAt"] == before
    assert planner.post(post_id)["approvalStatus"] == "pending"
