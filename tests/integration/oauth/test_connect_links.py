"""Connect links: a person without a login connects an account, and nobody else can use the link."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from typing import Any, Never, cast
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from minutehand.oauth.clients import Clients
from minutehand.oauth.configs.clients import ClientsConfig
from minutehand.oauth.connect_links import MAX_ATTEMPTS, ConnectLinks, delete_expired_links
from minutehand.oauth.following import LinkFollower
from minutehand.oauth.forms.link_page import LinkForm
from minutehand.oauth.link_management import MAX_LINKS
from minutehand.oauth.link_pages import INPUTS, SCRIPT
from minutehand.oauth.registration import Registrar
from minutehand.platforms.catalog import AUTHORIZABLE, CONNECTORS
from minutehand.platforms.connectors import connector_for
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.sql import Query
from tests.support.accounts import LINK, OWN, PAGE, Accounts, Reply
from tests.support.clock import FakeClock
from tests.support.simulator import Simulator

EVENTS = Query("events", "SELECT type, actor, owner_id FROM events ORDER BY id")
STORED = Query("stored", "SELECT connect_links::text AS row FROM connect_links")
PASSWORD = "abcd-efgh-ijkl-mnop"


def create(accounts: Accounts, *platforms: str, user: str = "ada", owner: str = "acme", **fields: Any) -> str:
    """Create a link, and return its secret."""
    body = {"platforms": list(platforms) or ["x"]} | fields
    reply = accounts.call("connection_links", "POST", body, user=user, owner=owner)
    assert reply.status == 201, reply.text
    address, _, secret = reply.body["url"].partition("#")
    assert address == LINK
    return str(secret)


def listed(accounts: Accounts, owner: str = "acme") -> list[dict[str, Any]]:
    links: list[dict[str, Any]] = accounts.call("connection_links", "GET", owner=owner).body["links"]
    return links


def look(accounts: Accounts, secret: str, browser: httpx.Client | None = None) -> Reply:
    """Submit the first page, and return the second page."""
    return accounts.submit(LINK, {"link": secret}, browser=browser)


def token_in(page: Reply) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return unescape(found[1])


def follow(accounts: Accounts, secret: str, platform: str = "x", credentials: dict[str, str] | None = None) -> Reply:
    """Look at the link, and submit the form of ``platform``."""
    form = {"link": secret, "token": token_in(look(accounts, secret)), "platform": platform}
    return accounts.submit(LINK, form | (credentials or {}))


def code(reply: Reply) -> str:
    """Return the error code of a response in JSON."""
    found: str = reply.body["code"]
    return found


def refused(accounts: Accounts, form: dict[str, str], browser: httpx.Client | None = None) -> tuple[int, str]:
    reply = accounts.submit(LINK, form, accept="application/json", browser=browser)
    return reply.status, code(reply)


def bluesky(simulator: Simulator, **fields: str) -> dict[str, str]:
    return {"identifier": "ada.example", "appPassword": PASSWORD, "service": simulator.bluesky} | fields


def test_person_without_a_login_connects_an_account_for_the_owner(
    accounts: Accounts, simulator: Simulator, db: Database
) -> None:
    secret = create(accounts, "x", "bluesky")

    consent = follow(accounts, secret)
    done = accounts.browse(simulator.allow(consent.headers["location"], "demo"))

    assert (consent.status, done.status) == (303, 200)
    assert "demo" in done.text
    assert "acme" in done.text
    [connection] = accounts.call("connections", "GET", owner="acme").body["connections"]
    assert (connection["platform"], connection["status"]) == ("x", "active")
    assert [tuple(row.values()) for row in db.fetch(EVENTS)] == [("connection.connected", "ada", "acme")]


def test_person_without_a_login_connects_an_account_with_credentials(
    accounts: Accounts, simulator: Simulator, db: Database
) -> None:
    secret = create(accounts, "bluesky")

    done = follow(accounts, secret, "bluesky", bluesky(simulator))

    assert done.status == 200, done.text
    assert "ada.example" in done.text
    [connection] = accounts.call("connections", "GET", owner="acme").body["connections"]
    assert accounts.token(connection, "acme") == {"identifier": "ada.example", "password": PASSWORD}
    assert [tuple(row.values()) for row in db.fetch(EVENTS)] == [("connection.connected", "ada", "acme")]
    assert refused(accounts, {"link": secret}) == (409, "link_used")


def test_first_page_runs_only_its_own_script_and_loads_nothing(accounts: Accounts) -> None:
    page = accounts.browse(LINK)

    policy = dict(rule.strip().split(" ", 1) for rule in page.headers["content-security-policy"].split(";"))
    assert page.status == 200
    assert page.text.count("<script") == 1
    assert f"<script>{SCRIPT}</script>" in page.text
    assert policy.pop("style-src").startswith("'sha256-")
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/=]+'", policy.pop("script-src"))
    assert policy == {"default-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'"}
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in page.headers


def test_second_page_names_the_owner_the_maker_and_the_platforms(accounts: Accounts) -> None:
    secret = create(accounts, "x", "mastodon", user="<b>ada</b>", owner="acme & sons")

    page = look(accounts, secret)

    assert page.status == 200
    assert "acme &amp; sons" in page.text
    assert "&lt;b&gt;ada&lt;/b&gt;" in page.text
    assert "Continue to X" in page.text
    assert "Continue to Mastodon" in page.text
    assert "Bluesky" not in page.text
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"


def test_looking_at_a_link_changes_nothing(accounts: Accounts, db: Database) -> None:
    secret = create(accounts)
    before = db.fetch(STORED)

    accounts.browse(LINK)
    for _ in range(3):
        assert look(accounts, secret, accounts.new_browser()).status == 200

    assert db.fetch(STORED) == before


def test_used_link_is_refused(accounts: Accounts) -> None:
    secret = create(accounts)
    assert follow(accounts, secret).status == 303

    assert refused(accounts, {"link": secret}) == (409, "link_used")
    assert refused(accounts, {"link": secret}, accounts.new_browser()) == (409, "link_used")
    assert listed(accounts)[0]["usedAt"] is not None


def test_form_that_is_submitted_twice_uses_the_link_once(accounts: Accounts) -> None:
    secret = create(accounts)
    form = {"link": secret, "token": token_in(look(accounts, secret)), "platform": "x"}

    assert accounts.submit(LINK, form).status == 303
    assert refused(accounts, form) == (409, "link_used")


def test_concurrent_calls_use_a_link_once(accounts: Accounts, database_url: str, clock: FakeClock) -> None:
    secret = create(accounts)

    def unused(*_: object) -> Never:
        raise AssertionError("an authorization does not need it")

    def begin(_: int) -> str:
        db = Database(lambda: database_url)
        try:
            LinkFollower(db, accounts.clients, unused, unused, cast(Registrar, unused), clock.now).begin(
                LinkForm(link=secret), "x", b"d" * 32, callback_url=OWN
            )
        except Conflict as error:
            return error.code
        finally:
            db.close()
        return "begun"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(begin, range(4)))

    assert outcomes == ["begun", "link_used", "link_used", "link_used"]


def test_form_of_another_browser_is_refused(accounts: Accounts) -> None:
    secret, other = create(accounts), accounts.new_browser()
    token = token_in(look(accounts, secret))
    form = {"link": secret, "token": token, "platform": "x"}

    assert refused(accounts, form, other) == (403, "other_browser")
    look(accounts, secret, other)  # now the other browser has a cookie, but not this form
    assert refused(accounts, form, other) == (403, "other_browser")
    assert accounts.submit(LINK, form).status == 303


def test_authorization_completes_only_in_the_browser_of_the_link(accounts: Accounts, simulator: Simulator) -> None:
    secret, other = create(accounts), accounts.new_browser()
    back = simulator.allow(follow(accounts, secret).headers["location"], "demo")

    stolen = accounts.browse(back, accept="application/json", browser=other)
    assert (stolen.status, code(stolen)) == (403, "other_browser")
    assert accounts.browse(back).status == 200


def test_page_that_a_browser_loads_in_advance_does_not_use_the_link(accounts: Accounts) -> None:
    secret = create(accounts)
    form = {"link": secret, "token": token_in(look(accounts, secret)), "platform": "x"}
    early = accounts.browser.post(LINK, data=form, headers={"accept": "application/json", "sec-purpose": "prefetch"})

    assert (early.status_code, early.json()["code"]) == (409, "prefetch")
    assert accounts.submit(LINK, form).status == 303


def test_expired_link_is_refused(accounts: Accounts, clock: FakeClock) -> None:
    secret = create(accounts, expiresIn=300)
    form = {"link": secret, "token": token_in(look(accounts, secret)), "platform": "x"}
    clock.advance(minutes=5)

    assert refused(accounts, {"link": secret}) == (410, "link_expired")
    assert refused(accounts, form) == (410, "link_expired")


def test_revoked_link_is_unknown(accounts: Accounts) -> None:
    secret = create(accounts)
    form = {"link": secret, "token": token_in(look(accounts, secret)), "platform": "x"}
    link_id = listed(accounts)[0]["id"]

    reply = accounts.call("connection_links", "DELETE", {"linkId": link_id}, owner="acme")

    assert reply.status == 200
    assert refused(accounts, {"link": secret}) == (404, "link_unknown")
    assert refused(accounts, form) == (404, "link_unknown")
    assert listed(accounts) == []


@pytest.mark.parametrize("secret", ["x", "0" * 43])
def test_invented_link_is_unknown(accounts: Accounts, secret: str) -> None:
    assert refused(accounts, {"link": secret}) == (404, "link_unknown")


def test_link_connects_only_its_platforms(accounts: Accounts, simulator: Simulator) -> None:
    secret = create(accounts, "x")
    form = {"link": secret, "token": token_in(look(accounts, secret))}

    assert refused(accounts, form | {"platform": "linkedin"}) == (400, "platform_not_allowed")
    assert refused(accounts, form | {"platform": "bluesky"} | bluesky(simulator)) == (400, "platform_not_allowed")
    assert listed(accounts)[0]["usedAt"] is None


def test_refused_credentials_do_not_use_the_link_and_are_limited(accounts: Accounts, simulator: Simulator) -> None:
    secret = create(accounts, "bluesky")
    form = {"link": secret, "token": token_in(look(accounts, secret)), "platform": "bluesky"}
    wrong = form | bluesky(simulator, appPassword="wrong")

    for _ in range(MAX_ATTEMPTS):
        assert refused(accounts, wrong) == (400, "credentials_refused")
    assert refused(accounts, form | bluesky(simulator)) == (409, "too_many_attempts")
    assert listed(accounts)[0]["usedAt"] is None
    assert accounts.call("connections", "GET", owner="acme").body["connections"] == []


def test_browser_returns_to_the_page_of_the_link(accounts: Accounts, simulator: Simulator) -> None:
    accounts.configure(pages=PAGE)
    consent = follow(accounts, create(accounts, redirectUri=PAGE))
    back = simulator.allow(consent.headers["location"], "demo")
    assert str(back).startswith(OWN)

    done = accounts.browse(back)
    direct = follow(accounts, create(accounts, "bluesky", redirectUri=PAGE), "bluesky", bluesky(simulator))

    assert [(reply.status, reply.headers["location"]) for reply in (done, direct)] == [(303, PAGE), (303, PAGE)]


@pytest.mark.parametrize("address", ["https://evil.example/", f"{PAGE}?next=x", OWN, "javascript:alert(1)"])
def test_page_that_the_operator_does_not_allow_is_refused(accounts: Accounts, address: str) -> None:
    accounts.configure(pages=PAGE)

    reply = accounts.call("connection_links", "POST", {"platforms": ["x"], "redirectUri": address}, owner="acme")

    assert (reply.status, reply.body["details"][0]["field"]) == (400, "redirectUri")
    assert listed(accounts) == []


def test_secrets_of_a_link_are_neither_stored_nor_logged(
    accounts: Accounts, db: Database, simulator: Simulator
) -> None:
    secret = create(accounts, "bluesky")
    accounts.emitted.texts.clear()
    follow(accounts, secret, "bluesky", bluesky(simulator))
    logged = [text for text in accounts.emitted.texts if '"statusCode"' not in text]

    assert not [row for row in db.fetch(STORED) if secret in row["row"]]
    assert not [text for text in logged if secret in text or PASSWORD in text]
    assert secret not in str(listed(accounts))


def test_error_about_a_form_repeats_no_value(accounts: Accounts) -> None:
    reply = accounts.submit(LINK, {"link": "s3cret" * 60}, accept="application/json")

    assert reply.status == 400
    assert "s3cret" not in reply.text


def test_links_belong_to_their_owner(accounts: Accounts) -> None:
    create(accounts)
    link_id = listed(accounts)[0]["id"]

    reply = accounts.call("connection_links", "DELETE", {"linkId": link_id}, owner="eve")

    assert listed(accounts, owner="eve") == []
    assert (reply.status, code(reply)) == (404, "link_not_found")
    assert [link["id"] for link in listed(accounts)] == [link_id]


def test_viewer_may_list_links_and_not_create_or_revoke_them(accounts: Accounts) -> None:
    create(accounts)
    link_id = listed(accounts)[0]["id"]
    viewer: dict[str, Any] = {"owner": "acme", "roles": "viewer"}

    assert accounts.call("connection_links", "GET", **viewer).status == 200
    assert accounts.call("connection_links", "POST", {"platforms": ["x"]}, **viewer).status == 403
    assert accounts.call("connection_links", "DELETE", {"linkId": link_id}, **viewer).status == 403


def test_owner_has_a_limited_number_of_open_links(accounts: Accounts, clock: FakeClock) -> None:
    links = ConnectLinks(accounts.db)
    for _ in range(MAX_LINKS - 1):
        create(accounts, expiresIn=300)
    used = create(accounts, expiresIn=300)
    full = accounts.call("connection_links", "POST", {"platforms": ["x"]}, owner="acme")

    assert (full.status, code(full)) == (409, "limit_reached")
    create(accounts, owner="other")
    links.use(used, "x", now=clock.now())
    create(accounts)
    clock.advance(minutes=5)
    create(accounts)


def test_old_links_of_all_owners_are_deleted(accounts: Accounts, clock: FakeClock) -> None:
    def delete_expired() -> int:
        return delete_expired_links(accounts.db, clock, deadline=clock.now() + timedelta(minutes=1))

    create(accounts, expiresIn=300)
    create(accounts, expiresIn=300, owner="other")
    clock.advance(days=30, minutes=5)
    create(accounts, expiresIn=300)
    assert delete_expired() == 0

    clock.advance(seconds=1)

    assert delete_expired() == 2
    assert len(listed(accounts)) == 1


def test_repeated_request_creates_one_link_and_shows_its_address_once(accounts: Accounts) -> None:
    replies = [
        accounts.call(
            "connection_links",
            "POST",
            {"platforms": ["x"]},
            owner="acme",
            headers={"idempotency-key": "k1"},
        )
        for _ in range(2)
    ]

    assert [reply.status for reply in replies] == [201, 201]
    assert replies[0].body["link"] == replies[1].body["link"]
    assert replies[1].body["url"] is None
    assert len(listed(accounts)) == 1


def test_link_survives_a_platform_without_registration(accounts: Accounts) -> None:
    secret = create(accounts)
    form = {"link": secret, "token": token_in(look(accounts, secret)), "platform": "x"}
    registered, accounts.clients = accounts.clients, Clients(ClientsConfig(stage="local"))
    accounts.configure()

    assert refused(accounts, form) == (409, "not_registered")
    accounts.clients = registered
    accounts.configure()
    assert accounts.submit(LINK, form).status == 303


def test_consent_page_gets_the_callback_of_the_api_and_a_challenge(accounts: Accounts) -> None:
    query = parse_qs(urlsplit(follow(accounts, create(accounts)).headers["location"]).query)

    assert query["redirect_uri"] == [OWN]
    assert query["code_challenge_method"] == ["S256"]


@pytest.mark.parametrize("platform", sorted(set(CONNECTORS) - set(AUTHORIZABLE)))
def test_page_asks_for_the_credentials_of_the_platform(platform: str) -> None:
    form = connector_for(platform).form
    expected = {field.alias for name, field in form.model_fields.items()} - {"platform", "makeDefault"}
    known = {field.alias for field in LinkForm.model_fields.values()}

    assert {given.name for given in INPUTS[platform]} == expected
    assert expected <= known


def test_lifetime_of_a_link_is_a_day_by_default(accounts: Accounts, clock: FakeClock) -> None:
    secret = create(accounts)
    clock.advance(seconds=timedelta(days=1).total_seconds() - 1)
    assert look(accounts, secret).status == 200
    clock.advance(seconds=1)
    assert refused(accounts, {"link": secret}) == (410, "link_expired")
