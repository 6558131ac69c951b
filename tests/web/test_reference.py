"""The page that shows the OpenAPI document, in a browser that enforces its policy."""

from playwright.sync_api import Page, expect

from local.openapi.reference import routes
from tests.support.stack import DeployedStack


def test_page_shows_every_call_and_tries_one(page: Page, stack: DeployedStack, owner: str) -> None:
    page.goto(f"{stack.deployment.api_url}/api/social/docs")

    expect(page.locator(".opblock")).to_have_count(len(routes()))

    page.locator(".auth-wrapper .btn.authorize").first.click()
    user = page.locator(".auth-container", has_text="x-user-id")
    user.locator("input").fill(owner)
    user.locator("button.authorize").click()
    page.locator(".auth-container .btn-done").first.click()
    call = page.locator("#operations-me-getMe")
    call.locator(".opblock-summary-control").click()
    call.locator(".try-out__btn").click()
    call.locator("button.execute").click()
    expect(call.locator(".live-responses-table .response .response-col_status").first).to_contain_text("200")
    expect(call.locator(".live-responses-table")).to_contain_text(owner)
