"""An authorization is bound to the browser in which a person has confirmed it.

In these tests, Mallory begins an authorization, and leads the browser of another person to one of its addresses. The
person has allowed access before, so the platform may redirect the browser without a question.
"""

import httpx
import pytest

from minutehand.oauth.browser_binding import MAX_SECRET_CHARACTERS
from minutehand.platforms.catalog import AUTHORIZABLE
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.accounts import CONFIRM, PAGE, Accounts, Reply
from tests.support.clock import FakeClock
from tests.support.simulator import Simulator

DIGEST = Query("digest", "SELECT browser_digest FROM oauth_states")


@pytest.fixture
def victim(accounts: Accounts) -> httpx.Client:
    """Return the browser of another person."""
    return accounts.new_browser()


def refused(accounts: Accounts, reply: Reply, status: int = 403, code: str = "other_browser") -> None:
    assert (reply.status, reply.body["code"]) == (status, code), reply.text
    assert accounts.listed() == accounts.listed("mallory") == []


@pytest.mark.parametrize("platform", AUTHORIZABLE)
def test_a_planted_consent_page_connects_nothing(
    platform: str, accounts: Accounts, simulator: Simulator, victim: httpx.Client
) -> None:
    consent_page = accounts.begin(platform, user="mallory")  # confirmed in Mallory's browser

    back = simulator.allow(consent_page, "victim")

    refused(accounts, accounts.browse(back, accept="application/json", browser=victim))
    assert simulator.tokens()["accessTokens"] == []  # the code was not redeemed


@pytest.mark.parametrize("platform", AUTHORIZABLE)
def test_a_planted_confirmation_page_asks_and_names_the_owner(
    platform: str, accounts: Accounts, db: Database, victim: httpx.Client
) -> None:
    url = accounts.start(platform, user="mallory", owner="studio-7")

    page = accounts.browse(url, browser=victim)

    assert page.status == 200
    assert "connected to <strong>studio-7</strong>, as <strong>mallory</strong> requested" in page.text
    assert "location" not in page.headers
    assert "refresh" not in page.headers
    assert "http-equiv" not in page.text
    [row] = db.fetch(DIGEST)
    assert row["browser_digest"] is None  # a visit alone binds nothing


def test_a_visit_of_the_page_is_no_confirmation(accounts: Accounts, simulator: Simulator, victim: httpx.Client) -> None:
    """A page may open both addresses in the browser of a visitor. Mallory gets the consent page in her own browser."""
    url = accounts.start("x", user="mallory")
    accounts.browse(url, browser=victim)
    consent_page = accounts.confirm(url)

    back = simulator.allow(consent_page, "victim")

    refused(accounts, accounts.browse(back, accept="application/json", browser=victim))
    assert simulator.tokens()["accessTokens"] == []  # the code was not redeemed


@pytest.mark.parametrize("token", ["", "0" * 64, "ü", "x" * 129])
def test_a_forged_form_is_refused(token: str, accounts: Accounts, db: Database, victim: httpx.Client) -> None:
    url = accounts.start("x", user="mallory")
    accounts.browse(url, browser=victim)

    reply = accounts.submit(url, {"token": token}, accept="application/json", browser=victim)

    assert reply.status in (400, 403)
    assert "location" not in reply.headers
    assert [row["browser_digest"] for row in db.fetch(DIGEST)] == [None]


def test_a_form_from_another_browser_is_refused(accounts: Accounts, victim: httpx.Client) -> None:
    url = accounts.start("x", user="mallory")
    own = accounts.browse(url).token
    assert accounts.browse(url, browser=victim).token != own

    # With another cookie, and without any, as SameSite sends none with the form of another site.
    for browser in (victim, accounts.new_browser()):
        refused(accounts, accounts.submit(url, {"token": own}, accept="application/json", browser=browser))


def test_an_authorization_is_confirmed_in_one_browser(accounts: Accounts, db: Database, victim: httpx.Client) -> None:
    url = accounts.start("x", user="mallory")
    page = accounts.browse(url, browser=victim)
    accounts.confirm(url)
    confirmed = db.fetch(DIGEST)

    refused(accounts, accounts.submit(url, {"token": page.token}, accept="application/json", browser=victim))
    refused(accounts, accounts.browse(url, accept="application/json", browser=victim))
    refused(accounts, accounts.browse(url, accept="application/json", browser=accounts.new_browser()))
    assert confirmed[0]["browser_digest"] is not None
    assert db.fetch(DIGEST) == confirmed  # the first browser stays the one that may complete it


def test_a_browser_without_cookies_gets_an_error_page(accounts: Accounts, simulator: Simulator) -> None:
    back = simulator.allow(accounts.begin("x"))

    page = accounts.browse(back, browser=accounts.new_browser())

    assert page.status == 403
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "in a browser that allows cookies" in page.text
    # Nothing was used up, so the right browser can still complete the authorization.
    assert accounts.browse(back).status == 200


def test_a_cookie_of_another_authorization_does_not_fit(accounts: Accounts, simulator: Simulator) -> None:
    first, second = (simulator.allow(accounts.begin("x")) for _ in range(2))
    cookies = accounts.browser.cookies
    names = [cookie.name for cookie in cookies.jar]
    assert len(set(names)) == 2
    swapped = accounts.new_browser()
    for name, other in zip(names, reversed(names), strict=True):
        swapped.cookies.set(name, str(cookies[other]), domain="127.0.0.1")

    for back in (first, second):
        refused(accounts, accounts.browse(back, accept="application/json", browser=swapped))
    # Both tabs of the person's own browser work.
    assert [accounts.browse(back).status for back in (second, first)] == [200, 200]


def test_a_person_may_go_back_and_continue_again(accounts: Accounts, simulator: Simulator) -> None:
    url = accounts.start("x")
    first = accounts.confirm(url)

    assert accounts.confirm(url) == first
    assert accounts.browse(simulator.allow(first)).status == 200


def test_an_oversized_cookie_is_replaced(accounts: Accounts) -> None:
    url = accounts.start("x")
    accounts.browse(url)
    [cookie] = accounts.browser.cookies.jar
    accounts.browser.cookies.set(cookie.name, "x" * (MAX_SECRET_CHARACTERS + 1), domain="127.0.0.1", path="/")

    header = accounts.browse(url).headers["set-cookie"]

    assert header.startswith(f"{cookie.name}=")
    assert "xxx" not in header


def test_the_confirmation_page_lets_nothing_out(accounts: Accounts) -> None:
    page = accounts.browse(accounts.start("x"))

    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-frame-options"] == "DENY"
    policy = dict(rule.strip().split(" ", 1) for rule in page.headers["content-security-policy"].split(";"))
    # Browsers would apply form-action to the redirects of the platform too.
    assert set(policy) == {"default-src", "style-src", "base-uri", "frame-ancestors"}
    assert policy["frame-ancestors"] == policy["default-src"] == "'none'"
    cookie = page.headers["set-cookie"].split("; ")
    assert set(cookie[1:]) == {"Path=/", "Max-Age=600", "HttpOnly", "SameSite=Lax"}  # Secure needs https


def test_names_on_the_confirmation_page_are_escaped(accounts: Accounts) -> None:
    evil = "<script>alert(1)</script>"

    page = accounts.browse(accounts.start("x", user="<i>mallory</i>", owner=evil))

    assert "<script" not in page.text
    assert "<i>" not in page.text
    assert "&lt;script&gt;" in page.text


def test_the_confirmation_of_an_unusable_state_is_refused(
    accounts: Accounts, simulator: Simulator, clock: FakeClock
) -> None:
    used, late = accounts.start("x"), accounts.start("x")
    accounts.browse(simulator.allow(accounts.confirm(used)))
    token = accounts.browse(late).token
    accounts.configure(pages=PAGE)
    for_page = CONFIRM + "?" + accounts.start("x").partition("?")[2]
    clock.advance(minutes=10)

    for url, status, code in (
        (used, 409, "state_used"),
        (late, 410, "state_expired"),
        (f"{CONFIRM}?state=unknown", 404, "state_unknown"),
        (f"{CONFIRM}?state={httpx.URL(for_page).params['state']}", 404, "state_unknown"),
    ):
        reply = accounts.browse(url, accept="application/json")
        assert (reply.status, reply.body["code"]) == (status, code)
    reply = accounts.submit(late, {"token": token}, accept="application/json")
    assert (reply.status, reply.body["code"]) == (410, "state_expired")


def test_a_page_of_the_operator_gets_the_consent_page_itself(accounts: Accounts, simulator: Simulator) -> None:
    """Such a page authenticates its user, who must be the one who began. A cookie of ours would not reach it."""
    accounts.configure(pages=PAGE)

    url = accounts.start("x")

    assert url.startswith(simulator.url)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", ""])
def test_a_confirmation_must_be_a_form(content_type: str, accounts: Accounts) -> None:
    url = accounts.start("x")
    token = accounts.browse(url).token

    response = accounts.browser.post(
        url, content=f"token={token}", headers={"accept": "application/json", "content-type": content_type}
    )

    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")
