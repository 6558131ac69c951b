"""The page that shows the OpenAPI document, in a browser that enforces its policy."""

from playwright.sync_api import Page, expect

from local.openapi.reference import routes
from tests.support.stack import DeployedStack


def test_page_shows_every_call_and_tries_one(page: Page, stack: DeployedStack, owner: str) -> None:
    page.goto(f"{stack.deployment.api_url}/api/social/docs")

    expect(page.locator(".opblock")).to_have_count(len(routes()))

    page.get_by_role("button", name="Authorize").click()
    page.locator("#api_key_value").first.fill(owner)
    page.get_by_role("button", name="Apply credentials").first.click()
    page.get_by_role("button", name="Close").first.click()
    call = page.locator("#operations-me-getMe")
    call.get_by_role("button").first.click()
    call.get_by_role("button", name="Try it out").click()
    call.get_by_role("button", name="Execute").click()
    expect(call.locator(".live-responses-table .response-col_status").first).to_contain_text("200")
    expect(call.locator(".live-responses-table")).to_contain_text(owner)
