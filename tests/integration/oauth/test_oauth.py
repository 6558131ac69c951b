"""OAuth authorizations through the consent pages of the simulated platforms."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from minutehand.oauth.browser_binding import browser_digest
from minutehand.oauth.clients import Clients
from minutehand.oauth.configs.clients import ClientsConfig
from minutehand.oauth.forms.callback import BrowserCallback
from minutehand.oauth.pending_authorizations import PendingAuthorizations
from minutehand.platforms.catalog import AUTHORIZABLE
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.sql import Query
from tests.support.accounts import OWN, PAGE, Accounts
from tests.support.clock import FakeClock
from tests.support.simulator import Simulator
from tests.support.threads import at_once

ROWS = Query("states", "SELECT * FROM oauth_states")
AS_A_BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def changed(address: httpx.URL, **fields: str | None) -> str:
    """Return ``address`` with other parameters; None leaves one out."""
    query = dict(parse_qsl(address.query.decode())) | fields
    return str(address.copy_with(params={name: value for name, value in query.items() if value is not None}))


def refused(accounts: Accounts, address: httpx.URL | str, **options: Any) -> tuple[int, str, str]:
    """Return the status, code and sentence of a callback that connected nothing."""
    reply = accounts.browse(address, accept="application/json", **options)
    assert accounts.listed() == []
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert reply.headers["cache-control"] == "no-store"
    return reply.status, reply.body["code"], reply.body["error"]


@pytest.mark.parametrize("platform", AUTHORIZABLE)
def test_an_account_is_connected(platform: str, accounts: Accounts, simulator: Simulator, clock: FakeClock) -> None:
    body = {"platform": platform} | ({"instance": simulator.mastodon} if platform == "mastodon" else {})
    reply = accounts.call("authorize_connection", "POST", body)
    assert reply.body["expiresAt"] == "2026-03-02T09:10:00.000Z"
    consent_page = accounts.confirm(reply.body["url"])
    page = accounts.browse(simulator.allow(consent_page, "ada"), accept=AS_A_BROWSER)

    assert page.status == 200
    [connection] = [each for each in accounts.listed() if each["isDefault"]]
    assert (connection["platform"], connection["status"]) == (platform, "active")
    assert connection["handle"] in page.text
    assert "posts of <strong>ada</strong>" in page.text
    assert connection["baseUrl"] == f"{simulator.url}/{platform}"
    assert accounts.token(connection)["access_token"]
    row = accounts.row(connection)
    assert row["grant_id"] is not None
    if row["expires_at"] is not None:
        assert row["expires_at"] > clock.now()
    assert simulator.tokens()["accessTokens"] != []


def test_a_page_loads_nothing_and_sends_no_referrer(accounts: Accounts, simulator: Simulator) -> None:
    page = accounts.browse(simulator.allow(accounts.begin("x")), accept=AS_A_BROWSER)

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["x-frame-options"] == "DENY"
    policy = dict(rule.strip().split(" ", 1) for rule in page.headers["content-security-policy"].split(";"))
    assert policy.pop("style-src").startswith("'sha256-")
    assert set(policy.values()) == {"'none'"}
    assert set(policy) == {"default-src", "base-uri", "form-action", "frame-ancestors"}
    assert "<script" not in page.text
    assert "src=" not in page.text
    assert "href=" not in page.text


def test_names_on_a_page_are_escaped(accounts: Accounts, simulator: Simulator) -> None:
    evil = "<script>alert(1)</script>"
    back = simulator.allow(accounts.begin("x", user="mallory", owner=evil))

    page = accounts.browse(back)

    assert page.status == 200
    assert evil not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    failure = accounts.browse(changed(back, error=evil))
    assert failure.status == 409
    assert "<script>" not in failure.text


def test_a_program_gets_json(accounts: Accounts, simulator: Simulator) -> None:
    back = simulator.allow(accounts.begin("x"))
    reply = accounts.browse(back, accept="application/json")

    assert reply.status == 201
    assert reply.body == {"success": True, "connections": accounts.listed()}
    assert reply.headers["referrer-policy"] == "no-referrer"
    again = accounts.browse(simulator.allow(accounts.begin("x")), accept="application/json")
    assert again.status == 200
    assert again.body["connections"] == accounts.listed()


def test_every_granted_facebook_page_is_connected(accounts: Accounts, simulator: Simulator) -> None:
    connections = accounts.connect("facebook", "one,two,three", makeDefault=True)

    assert len(connections) == len(accounts.listed()) == 3
    assert [each["isDefault"] for each in connections] == [True, False, False]
    assert len({accounts.token(each)["access_token"] for each in connections}) == 3
    assert len({accounts.row(each)["grant_id"] for each in connections}) == 1


def test_a_new_connection_becomes_the_default_only_on_request(accounts: Accounts) -> None:
    accounts.connect("x", "ada")
    [second] = accounts.connect("x", "bob")
    [third] = accounts.connect("x", "mia", makeDefault=True)

    assert {each["handle"]: each["isDefault"] for each in accounts.listed()} == {
        "@ada": False,
        second["handle"]: False,
        third["handle"]: True,
    }


def test_the_state_and_the_verifier_are_not_stored(accounts: Accounts, db: Database, simulator: Simulator) -> None:
    url = accounts.begin("x")
    [row] = db.fetch(ROWS)
    state = dict(parse_qsl(urlsplit(url).query))["state"]

    assert len(state) >= 43
    assert state not in str(row)
    assert (row["owner_id"], row["actor"], row["redirect_uri"]) == ("ada", "ada", OWN)
    assert len(row["verifier_salt"]) == len(row["digest"]) == 32
    assert accounts.begin("x") != url
    accounts.browse(simulator.allow(url))
    assert [each["used_at"] for each in db.fetch(ROWS) if each["digest"] == row["digest"]] == [accounts.clock.now()]


# -- errors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", AUTHORIZABLE)
def test_a_denied_authorization_connects_nothing(platform: str, accounts: Accounts, simulator: Simulator) -> None:
    back = simulator.deny(accounts.begin(platform))

    status, code, sentence = refused(accounts, back)
    assert (status, code) == (400, "authorization_denied")
    assert sentence.endswith("was denied. No account was connected. To connect an account, start again.")
    assert refused(accounts, back)[:2] == (409, "state_used")
    assert simulator.tokens() == {"accessTokens": [], "refreshTokens": []}


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"error": "user_cancelled_login"}, "authorization_denied", "was denied"),
        ({"error": "temporarily_unavailable"}, "server_error", "returned a server error"),
        ({"error": "invalid_scope"}, "authorization_failed", "(invalid_scope). The operator has to"),
        ({"error": "a <b>sentence</b>"}, "authorization_failed", "X rejected the authorization request. The"),
        ({"error_code": "1349187"}, "authorization_failed", "(1349187)"),
    ],
)
def test_an_error_in_the_callback_is_reported(
    fields: dict[str, str], code: str, words: str, accounts: Accounts, simulator: Simulator
) -> None:
    back = changed(simulator.allow(accounts.begin("x")), code=None, **fields)

    _, found, sentence = refused(accounts, back)
    assert found == code
    assert words in sentence


def test_a_state_is_valid_once(accounts: Accounts, simulator: Simulator) -> None:
    back = simulator.allow(accounts.begin("x"))
    assert accounts.browse(back).status == 200

    again = accounts.browse(back, accept="application/json")

    assert (again.status, again.body["code"]) == (409, "state_used")
    assert "was used before" in again.body["error"]
    assert len(accounts.listed()) == 1


@pytest.mark.parametrize(
    "header",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Purpose": "preview"},
        {"X-Moz": "prefetch"},
    ],
)
def test_a_page_that_a_browser_loads_in_advance_uses_up_nothing(
    accounts: Accounts, simulator: Simulator, header: dict[str, str]
) -> None:
    back = simulator.allow(accounts.begin("x"))
    early = accounts.browse(back, accept="application/json", headers=header)
    assert (early.status, early.body["code"]) == (409, "prefetch")
    assert accounts.listed() == []
    assert accounts.browse(back).status == 200
    assert len(accounts.listed()) == 1


def test_a_page_that_is_opened_again_does_not_deny_the_connection(accounts: Accounts, simulator: Simulator) -> None:
    back = simulator.allow(accounts.begin("x"))
    assert accounts.browse(back).status == 200
    again = accounts.browse(back)
    assert again.status == 409
    assert "This page connected no account" in again.text
    assert "The list of your accounts shows its result." in again.text


def test_a_state_expires_after_ten_minutes(accounts: Accounts, simulator: Simulator, clock: FakeClock) -> None:
    late, in_time = (simulator.allow(accounts.begin("x")) for _ in range(2))
    clock.advance(minutes=9, seconds=59)
    assert accounts.browse(in_time).status == 200
    accounts.call("connections", "DELETE", {"connectionId": accounts.listed()[0]["id"]})
    clock.advance(seconds=1)

    assert refused(accounts, late)[:2] == (410, "state_expired")


@pytest.mark.parametrize("state", ["unknown", "x" * 43, "ü", "' OR 1=1 --"])
def test_an_unknown_state_is_not_found(state: str, accounts: Accounts, simulator: Simulator) -> None:
    back = simulator.allow(accounts.begin("x"))

    assert refused(accounts, changed(back, state=state))[:2] == (404, "state_unknown")
    assert accounts.browse(back).status == 200  # nothing was used up


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"state": None}, "state"),
        ({"code": None}, "code"),
        ({"code": ""}, "code"),
        ({"state": ""}, "state"),
        ({"code": "x" * 4097}, "code"),
        ({"state": "x" * 257}, "state"),
        ({"code": "a\0b"}, "code"),
    ],
)
def test_a_malformed_callback_does_not_use_up_the_state(
    fields: dict[str, str | None], field: str, accounts: Accounts, simulator: Simulator
) -> None:
    back = simulator.allow(accounts.begin("x"))
    reply = accounts.browse(changed(back, **fields), accept="application/json")

    assert (reply.status, reply.body["code"]) == (400, "invalid_input")
    [detail] = reply.body["details"]
    assert (detail["field"], detail["given"]) == (field, None)
    assert accounts.browse(back).status == 200


def test_a_code_given_twice_does_not_appear_in_the_error(accounts: Accounts) -> None:
    query: dict[str, str | list[str]] = {"code": ["hush-1", "hush-2"], "state": "hush-3"}
    for accept in ("application/json", "text/html"):
        reply = accounts.call("connection_callback", "GET", query=query, user=None, accept=accept)
        assert reply.status == 400
        assert "hush" not in reply.text


def test_a_refused_code_connects_nothing(accounts: Accounts, simulator: Simulator) -> None:
    back = simulator.allow(accounts.begin("x"))

    status, code, sentence = refused(accounts, changed(back, code="made-up"))

    assert (status, code) == (400, "authorization_refused")
    assert sentence.startswith("X does not accept the authorization code.")
    assert refused(accounts, back)[:2] == (409, "state_used")


PKCE = {"mastodon", "x", "youtube"}
"""The platforms that take PKCE from web apps; see docs/adr/0014."""


@pytest.mark.parametrize("platform", sorted(PKCE))
@pytest.mark.parametrize(("thief", "victim"), [("mallory", "ada"), ("ada", "mallory")])
def test_a_code_of_another_authorization_is_refused(
    platform: str, thief: str, victim: str, accounts: Accounts, simulator: Simulator
) -> None:
    """A thief who puts a code into another person's callback, or into their own, lacks its code verifier."""
    stolen, other = (simulator.allow(accounts.begin(platform, user=user), user) for user in (victim, thief))

    assert refused(accounts, changed(other, code=stolen.params["code"]))[:2] == (400, "authorization_refused")
    assert accounts.listed("mallory") == []


@pytest.mark.parametrize("platform", AUTHORIZABLE)
def test_pkce_is_used_where_the_platform_takes_it(platform: str, accounts: Accounts) -> None:
    query = dict(parse_qsl(urlsplit(accounts.begin(platform)).query))

    assert ("code_challenge" in query) == (platform in PKCE)
    assert query.get("code_challenge_method", "S256") == "S256"


@pytest.mark.parametrize(
    ("kind", "options", "status", "code", "words"),
    [
        ("never_land", {}, 409, "connection_lost", "No account was connected. Start again in a few seconds."),
        ("land_then_drop", {}, 409, "connection_lost", "No account was connected. Start again in a few seconds."),
        ("status", {"status": 503}, 409, "server_error", "returned a server error"),
        ("rate_limit", {"seconds": 90}, 429, "rate_limited", "temporarily limits our requests. Start again after 20"),
    ],
)
def test_a_failed_code_redemption_connects_nothing(
    kind: str,
    options: dict[str, int],
    status: int,
    code: str,
    words: str,
    accounts: Accounts,
    simulator: Simulator,
) -> None:
    back = simulator.allow(accounts.begin("x"))
    simulator.fault("x", "token", kind, **options)

    found = refused(accounts, back)

    assert found[:2] == (status, code)
    assert words in found[2]


def test_a_refused_oauth_client_is_the_operator_s_problem(
    accounts: Accounts, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = simulator.allow(accounts.begin("x"))
    wrong = f'{{"x": {{"clientId": "minutehand-local", "clientSecret": "wrong", "server": "{simulator.url}/x"}}}}'
    accounts.clients = Clients(ClientsConfig(stage="local", oauth_clients=wrong))
    accounts.configure()

    status, code, sentence = refused(accounts, back)

    assert (status, code) == (409, "client_refused")
    assert "The operator must check its client id and secret" in sentence


def test_an_error_about_a_missing_oauth_client_says_what_to_configure(accounts: Accounts) -> None:
    accounts.clients = Clients(ClientsConfig(stage="local"))
    accounts.configure()

    reply = accounts.call("authorize_connection", "POST", {"platform": "x"})

    assert (reply.status, reply.body["code"]) == (409, "not_registered")
    assert 'under "x" in the secret that OAuthClientsSecretArn names' in reply.body["error"]
    assert accounts.db.fetch(ROWS) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "platform"),
        ({"platform": "bluesky"}, "platform"),
        ({"platform": "friendster"}, "platform"),
        ({"platform": "x", "makeDefault": "yes"}, "makeDefault"),
        ({"platform": "x", "redirectUri": "https://evil.example/callback"}, "redirectUri"),
        ({"platform": "x", "redirectUri": PAGE}, "redirectUri"),
        ({"platform": "x", "scope": "all"}, "scope"),
    ],
)
def test_an_invalid_authorization_request_names_its_field(body: dict[str, Any], field: str, accounts: Accounts) -> None:
    reply = accounts.call("authorize_connection", "POST", body)

    assert (reply.status, reply.body["code"]) == (400, "invalid_input")
    assert reply.body["details"][0]["field"] == field


def test_only_a_writer_may_connect_accounts(accounts: Accounts) -> None:
    assert accounts.call("authorize_connection", "POST", {"platform": "x"}, user=None).status == 401
    assert accounts.call("authorize_connection", "POST", {"platform": "x"}, roles="viewer").status == 403
    form = {"code": "c", "state": "s"}
    assert accounts.call("connection_callback", "POST", form, user=None).status == 401
    assert accounts.call("connection_callback", "POST", form, roles="viewer").status == 403


def test_concurrent_callbacks_redeem_a_code_once(accounts: Accounts, database_url: str, simulator: Simulator) -> None:
    back = simulator.allow(accounts.begin("x"))
    form = BrowserCallback(state=back.params["state"], code=back.params["code"])
    digest = browser_digest(next(iter(accounts.browser.cookies.values())))
    outcomes: list[object] = []

    def call_back() -> None:
        db = Database(lambda: database_url)
        try:
            outcomes.append(accounts.callback(db).from_browser(form, OWN, digest))
        except Conflict as error:
            outcomes.append(error.code)
        finally:
            db.close()

    at_once(*[call_back] * 4)

    assert sorted(outcome for outcome in outcomes if isinstance(outcome, str)) == ["state_used"] * 3
    assert len(accounts.listed()) == 1
    # A second redemption of the code would have revoked its tokens.
    assert [token["state"] for token in simulator.tokens()["accessTokens"]] == ["usable"]


# -- pages of the operator--------------------------------------------------------------------------------------


@pytest.fixture
def own_page(accounts: Accounts) -> Accounts:
    accounts.configure(pages=f"{PAGE}, {OWN}")
    return accounts


def form_of(back: httpx.URL) -> dict[str, str]:
    return {"code": back.params["code"], "state": back.params["state"]}


def test_a_page_completes_an_authorization(own_page: Accounts, simulator: Simulator) -> None:
    back = simulator.allow(own_page.begin("x"))
    assert str(back).startswith(PAGE)

    reply = own_page.call("connection_callback", "POST", form_of(back))

    assert reply.status == 201
    assert reply.body == {"success": True, "connections": own_page.listed()}
    again = own_page.call("connection_callback", "POST", form_of(back))
    assert (again.status, again.body["code"]) == (409, "state_used")


def test_a_callback_of_another_user_is_not_found(own_page: Accounts, simulator: Simulator) -> None:
    back = simulator.allow(own_page.begin("x"))

    reply = own_page.call("connection_callback", "POST", form_of(back), user="mallory")
    unknown = own_page.call("connection_callback", "POST", form_of(back) | {"state": "unknown"})

    assert (reply.status, reply.body["code"]) == (404, "state_unknown")
    assert reply.body["error"] == unknown.body["error"]
    assert own_page.listed("mallory") == own_page.listed() == []
    # Another user of the same owner began nothing, so their account must not be connected without their knowledge.
    reply = own_page.call("connection_callback", "POST", form_of(back), user="bob", owner="ada")
    assert (reply.status, reply.body["code"]) == (404, "state_unknown")
    assert own_page.call("connection_callback", "POST", form_of(back)).status == 201


def test_a_callback_must_use_its_authorization_s_redirect_uri(own_page: Accounts, simulator: Simulator) -> None:
    for_page = simulator.allow(own_page.begin("x"))
    for_callback = simulator.allow(own_page.begin("x", redirectUri=OWN))

    assert refused(own_page, OWN + "?" + for_page.query.decode())[:2] == (404, "state_unknown")
    reply = own_page.call("connection_callback", "POST", form_of(for_callback))
    assert (reply.status, reply.body["code"]) == (404, "state_unknown")

    assert own_page.browse(for_callback).status == 200
    assert own_page.call("connection_callback", "POST", form_of(for_page)).status == 200


@pytest.mark.parametrize("accept", ["*/*", AS_A_BROWSER])
def test_a_page_gets_errors_in_json_whatever_it_accepts(accept: str, own_page: Accounts) -> None:
    reply = own_page.call("connection_callback", "POST", {"code": "hush", "state": "unknown"}, accept=accept)

    assert (reply.status, reply.body["code"]) == (404, "state_unknown")


def test_an_error_about_a_page_s_callback_repeats_no_values(own_page: Accounts) -> None:
    for body in ({"code": "hush", "state": 7}, {"code": "hush"}, {"code": "hush", "state": "hush", "more": "hush"}):
        reply = own_page.call("connection_callback", "POST", body)
        assert (reply.status, reply.body["code"]) == (400, "invalid_input")
        assert "hush" not in reply.text


# -- the list of connections------------------------------------------------------------------------------------


def test_a_connection_is_made_the_default(accounts: Accounts) -> None:
    accounts.connect("x", "ada")
    accounts.clock.advance(minutes=1)
    [second] = accounts.connect("x", "bob")
    body = {"connectionId": second["id"], "makeDefault": True}

    assert accounts.call("connections", "PATCH", body, user="mallory").status == 404
    assert accounts.call("connections", "PATCH", body, roles="viewer").status == 403
    assert accounts.call("connections", "PATCH", body | {"makeDefault": False}).status == 400
    reply = accounts.call("connections", "PATCH", body)

    assert (reply.status, reply.body["connection"]) == (200, second | {"isDefault": True})
    assert [each["isDefault"] for each in accounts.listed()] == [False, True]


def test_old_states_are_deleted(accounts: Accounts, clock: FakeClock, db: Database) -> None:
    def delete_expired() -> int:
        return PendingAuthorizations(db).delete_expired(clock, deadline=clock.now() + timedelta(minutes=1))

    accounts.begin("x")
    clock.advance(minutes=10)
    clock.sleep_until(clock.now() + timedelta(days=1))
    assert delete_expired() == 0
    clock.advance(seconds=1)
    assert delete_expired() == 1
