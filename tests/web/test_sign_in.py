"""Sign-in at an OpenID Connect issuer, as in a deployment."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.support.issuer import AUDIENCE, CLIENT_ID, Issuer, issuer
from tests.support.planner import Planner

pytestmark = pytest.mark.alone


@pytest.fixture
def provider(planner: Planner) -> Iterator[Issuer]:
    """Run an issuer, and make the planner and the API require its tokens."""
    with issuer(f"{planner.address}/", planner.owner) as running:
        variables = {
            "AUTH_MODE": "oidc",
            "OIDC_ISSUER": running.url,
            "OIDC_AUDIENCE": AUDIENCE,
            "OIDC_CLIENT_ID": CLIENT_ID,
        }
        with planner.stack.configured(variables, "Planner", "Authorizer"):
            yield running


def test_person_signs_in_at_the_issuer(planner: Planner, provider: Issuer) -> None:
    page = planner.page
    calls: list[str] = []
    page.on("request", lambda request: calls.append(request.headers.get("authorization", "")))

    page.goto(f"{planner.address}/posts?list=draft")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{planner.address}/posts?list=draft")
    expect(page.get_by_role("heading", name="Posts")).to_be_visible()
    page.get_by_role("link", name="New post").first.click()
    page.get_by_role("button", name="Bluesky sandbox").click()
    page.get_by_role("textbox", name="Text", exact=True).first.fill("Signed in")
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_role("heading", name="Draft", exact=True)).to_be_visible()

    token = next(filter(None, calls))
    [post] = planner.api.get("/api/social/posts/list", headers={"authorization": token}).json()["posts"]
    assert (post["content"], post["ownerId"]) == ("Signed in", planner.owner)
    [exchange] = provider.exchanges
    assert exchange["grant_type"] == "authorization_code"
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert token.removeprefix("Bearer ") not in stored
    assert exchange["code_verifier"] not in stored

    # The issuer's session signs the person in again, without a page.
    page.reload()
    expect(page.get_by_role("heading", name="Draft", exact=True)).to_be_visible()
    assert page.url.endswith(f"/posts/{post['id']}")
    assert len(provider.exchanges) == 2


def test_code_of_another_sign_in_is_refused(planner: Planner, provider: Issuer) -> None:
    page = planner.page
    page.goto(planner.address)
    page.get_by_role("button", name="Sign in").wait_for()

    # A foreign page sends the person to the planner with the code of its own account.
    page.goto(f"{planner.address}/?code=stolen&state=guessed")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("grid")).to_be_visible()

    assert "stolen" not in {exchange["code"] for exchange in provider.exchanges}
    assert len(provider.exchanges) == 1


def test_refused_sign_in_is_explained(planner: Planner, provider: Issuer) -> None:
    page = planner.page
    page.goto(planner.address)
    page.get_by_role("link", name="Cancel").click()

    expect(page.get_by_role("alert")).to_contain_text("access_denied")
    assert planner.violations() == []
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("grid")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/planner/?$"))
    assert planner.api.get("/api/social/me").status_code == 401  # a header no longer identifies a caller
