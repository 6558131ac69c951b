"""OAuth at the simulated platforms: the behaviour that all of them share, in each platform's format."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.catalog import AUTHORIZABLE, PROVIDERS
from tests.integration.platforms.oauth import (
    PLATFORMS,
    REDIRECT,
    REFRESHING,
    App,
    status_and_value,
    value_at,
)
from tests.support.simulator import Clock, Simulator, running

META = ("instagram", "threads", "facebook")


@pytest.fixture(autouse=True)
def no_tokens(simulator: Simulator) -> None:
    simulator.client.delete("/oauth/tokens").raise_for_status()
    clock = simulator.state.now
    assert isinstance(clock, Clock)
    clock.ahead = timedelta(0)


@pytest.fixture(params=PLATFORMS)
def app(request: pytest.FixtureRequest, simulator: Simulator) -> App:
    return App(simulator, str(request.param))


def pass_time(simulator: Simulator, time: timedelta) -> None:
    clock = simulator.state.now
    assert isinstance(clock, Clock)
    clock.ahead += time


def test_consent_page_shows_the_app_and_the_scopes(app: App, simulator: Simulator) -> None:
    page = simulator.client.get(app.authorize_url())
    assert page.status_code == 200
    for words in ("Minutehand", app.client_id, 'value="demo"', "Allow", "Deny", 'method="post"'):
        assert words in page.text
    for scope in app.platform.scope.replace(",", " ").split():
        assert scope in page.text
    assert page.headers["Cache-Control"] == "no-store"
    stylesheets = re.findall(r'<link rel="stylesheet" href="(.+?)">', page.text)
    assert stylesheets == ["/consent.css", "/brands.css"]
    for path in stylesheets:
        assert simulator.client.get(path).headers["Content-Type"].startswith("text/css")


def test_consent_page_escapes_the_parameters_of_the_app(app: App, simulator: Simulator) -> None:
    for changes in (
        {"scope": "<script>alert(1)</script>"},
        {app.platform.client_id_field: "<script>alert(1)</script>"},
    ):
        assert "<script>" not in simulator.client.get(app.authorize_url(**changes)).text


def test_allow_redirects_with_a_code_and_the_state(app: App, simulator: Simulator) -> None:
    back = simulator.allow(app.authorize_url())
    assert str(back).startswith(f"{REDIRECT}?")
    assert back.params["state"] == "s t&te"
    response = app.redeem(back.params["code"])
    assert response.status_code == 200
    me = app.me(response.json()["access_token"])
    assert str(value_at(me.json(), app.platform.name_path)).lower() == "demo"


def test_token_belongs_to_the_entered_account(app: App) -> None:
    tokens = [app.log_in(account)["access_token"] for account in ("ada", "grace")]
    names = [str(value_at(app.me(token).json(), app.platform.name_path)).lower() for token in tokens]
    assert names == ["ada", "grace"]


def test_issued_token_belongs_to_the_same_account_as_the_static_token(app: App) -> None:
    path = "/v26.0/me/accounts" if app.name == "facebook" else app.platform.me
    issued, static = (app.get(path, token).json() for token in (app.log_in("ada")["access_token"], "ada-token"))
    for response in (issued, static):
        for page in response.get("data", []) if app.name == "facebook" else []:
            assert page.pop("access_token")
    assert issued == static


def test_deny_redirects_without_a_code(app: App, simulator: Simulator) -> None:
    back = simulator.deny(app.authorize_url())
    parameters = dict(back.params)
    assert parameters.pop("state") == "s t&te"
    assert "code" not in parameters
    assert parameters.pop("error") == ("user_cancelled_authorize" if app.name == "linkedin" else "access_denied")
    if app.name in ("facebook", "instagram", "threads"):
        assert parameters["error_reason"] == "user_denied"


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/connections/callback"},
        {"redirect_uri": "http://127.0.0.1.evil.example/connections/callback"},
        {"redirect_uri": "http://127.0.0.1:4566/elsewhere"},
        {"redirect_uri": "javascript://127.0.0.1/connections/callback"},
        {"redirect_uri": f"{REDIRECT}#part"},
        {"redirect_uri": "http://[half/connections/callback"},
        {"redirect_uri": None},
        {"client": "somebody-else"},
        {"client": None},
    ],
)
def test_unregistered_redirect_uri_or_client_gets_an_error_page(
    app: App, simulator: Simulator, changes: dict[str, str | None]
) -> None:
    if "client" in changes:
        changes = {app.platform.client_id_field: changes["client"]}
    url = app.authorize_url(**changes)
    for response in (simulator.client.get(url), simulator.client.post(url, data={"decision": "allow"})):
        assert response.status_code == 400
        assert "Location" not in response.headers
        assert "This request is not valid" in response.text


@pytest.mark.parametrize("name", PROVIDERS)
def test_redirect_uri_can_be_added(name: str, simulator: Simulator) -> None:
    app = App(simulator, name)
    ours = f"https://app.example/{app.name}"
    assert simulator.client.get(app.authorize_url(redirect_uri=ours)).status_code == 400
    assert simulator.client.post("/oauth/redirects", json={"uri": ours}).status_code == 201
    assert str(simulator.allow(app.authorize_url(redirect_uri=ours))).startswith(f"{ours}?code=")


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"scope": "everything"}, "scope"), ({"scope": None}, "scope"), ({"response_type": "token"}, "response_type")],
)
def test_other_errors_redirect_with_an_error(
    app: App, simulator: Simulator, changes: dict[str, str | None], error: str
) -> None:
    response = simulator.client.get(app.authorize_url(**changes))
    back = httpx.URL(response.headers["Location"])
    assert (response.status_code, str(back).startswith(REDIRECT)) == (302, True)
    assert error in back.params["error"]
    assert back.params["state"] == "s t&te"


@pytest.mark.parametrize("form", [{}, {"decision": "maybe"}, {"decision": "allow", "account": "a b"}])
def test_invalid_form_shows_the_consent_page_again(app: App, simulator: Simulator, form: dict[str, str]) -> None:
    response = simulator.client.post(app.authorize_url(), data=form)
    assert response.status_code == 400
    assert 'role="alert"' in response.text


def is_rejected(app: App, response: httpx.Response) -> bool:
    """Return whether a response is the platform's error for an invalid code."""
    status, path, value = app.platform.code_error
    return status_and_value(response, path) == (status, value)


def test_code_is_valid_once(app: App) -> None:
    code = app.code()
    assert app.redeem(code).status_code == 200
    assert is_rejected(app, app.redeem(code))


def test_code_expires(app: App, simulator: Simulator) -> None:
    code, second = app.code(), app.code()
    lifetime = timedelta(seconds=30) if app.name == "x" else timedelta(minutes=10)
    pass_time(simulator, lifetime - timedelta(seconds=2))
    assert app.redeem(code).status_code == 200
    pass_time(simulator, timedelta(seconds=3))
    assert is_rejected(app, app.redeem(second))


def test_code_is_bound_to_its_redirect_uri_and_invalid_after_a_wrong_one(app: App) -> None:
    code = app.code()
    assert is_rejected(app, app.redeem(code, redirect_uri="http://127.0.0.1:1/connections/callback"))
    assert is_rejected(app, app.redeem(code))
    assert is_rejected(app, app.redeem("unknown"))


def test_code_of_another_platform_is_rejected(app: App, simulator: Simulator) -> None:
    other = App(simulator, "x" if app.name != "x" else "youtube")
    assert is_rejected(app, app.redeem(other.code()))


def test_wrong_client_secret_is_rejected(app: App) -> None:
    code = app.code()
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": "v" * 64}
    response = app.call_token_endpoint(fields, secret="wrong")
    assert "access_token" not in response.text
    assert response.status_code == (200 if app.name == "tiktok" else 400 if app.name in META else 401)
    assert app.redeem(code).status_code == 200, "wrong credentials do not invalidate the code"


@pytest.mark.parametrize("name", ["x", "youtube", "tiktok"])
@pytest.mark.parametrize("verifier", ["w" * 64, "", None])
def test_wrong_code_verifier_is_rejected(simulator: Simulator, name: str, verifier: str | None) -> None:
    app = App(simulator, name)
    assert is_rejected(app, app.redeem(app.code(), code_verifier=verifier))


def test_x_requires_pkce_with_s256(simulator: Simulator) -> None:
    app = App(simulator, "x")
    for changes in ({"code_challenge": None}, {"code_challenge_method": "plain"}):
        back = httpx.URL(simulator.client.get(app.authorize_url(**changes)).headers["Location"])
        assert back.params["error"] == "invalid_request"


@pytest.mark.parametrize("name", PROVIDERS)
def test_expired_token_is_rejected_in_the_platforms_format(name: str, simulator: Simulator) -> None:
    app = App(simulator, name)
    token = app.log_in()["access_token"]
    assert app.me(token).status_code == 200
    assert simulator.expire_tokens(app.name) >= 1
    status, path, value = app.platform.expired
    assert status_and_value(app.me(token), path) == (status, value)
    assert app.me("demo-token").status_code == 200, "static tokens do not expire"


@pytest.mark.parametrize("name", PROVIDERS)
def test_token_expires_after_its_lifetime(name: str, simulator: Simulator) -> None:
    app = App(simulator, name)
    response = app.log_in()
    lifetime = timedelta(seconds=response.get("expires_in", 3_600))
    pass_time(simulator, lifetime - timedelta(seconds=5))
    assert app.me(response["access_token"]).status_code == 200
    pass_time(simulator, timedelta(seconds=6))
    assert app.me(response["access_token"]).status_code == app.platform.expired[0]


def test_token_of_mastodon_never_expires(simulator: Simulator) -> None:
    app = App(simulator, "mastodon")
    token = app.log_in()["access_token"]
    assert simulator.expire_tokens("mastodon") == 0
    pass_time(simulator, timedelta(days=3_650))
    assert app.me(token).status_code == 200


def test_revoked_token_is_rejected(app: App, simulator: Simulator) -> None:
    token, other = app.log_in()["access_token"], app.log_in("ada")["access_token"]
    assert simulator.revoke_tokens(app.name) >= 1
    error = app.me(token)
    assert error.status_code == app.platform.expired[0]
    if app.name in META:
        assert error.json()["error"]["error_subcode"] == 458
    if app.name == "linkedin":
        assert error.json()["code"] == "REVOKED_ACCESS_TOKEN"
    assert app.me(other).status_code == 200


def test_token_of_another_platform_or_a_deleted_token_is_rejected(app: App, simulator: Simulator) -> None:
    token = app.log_in()["access_token"]
    other = App(simulator, "linkedin" if app.name != "linkedin" else "pinterest")
    assert other.me(token).status_code == 401
    simulator.client.delete("/oauth/tokens")
    assert app.me(token).status_code == app.platform.expired[0]


@pytest.mark.parametrize("name", REFRESHING)
def test_refresh_token_yields_a_new_access_token(simulator: Simulator, name: str) -> None:
    app = App(simulator, name)
    first = app.log_in("partner")
    simulator.expire_tokens(name, "partner")
    second = app.refresh(first["refresh_token"]).json()
    assert second["access_token"] != first["access_token"]
    assert app.me(second["access_token"]).status_code == 200
    assert app.me(first["access_token"]).status_code == 401
    is_new = second.get("refresh_token", first["refresh_token"]) != first["refresh_token"]
    assert is_new is app.platform.rotates
    assert ("refresh_token" in second) is (name != "youtube")


@pytest.mark.parametrize("name", REFRESHING)
def test_rotating_refresh_token_is_valid_once_and_its_uses_are_counted(simulator: Simulator, name: str) -> None:
    app = App(simulator, name)
    refresh = app.log_in("partner")["refresh_token"]
    assert app.refresh(refresh).status_code == 200
    again = app.refresh(refresh)
    if not app.platform.rotates:
        assert again.status_code == 200
    else:
        status, path, value = app.platform.refresh_error
        assert status_and_value(again, path) == (status, value)
    [listed] = [token for token in simulator.tokens()["refreshTokens"] if token["token"] == refresh]
    assert (listed["uses"], listed["account"], listed["platform"]) == (2, "partner", name)
    assert listed["state"] == ("spent" if app.platform.rotates else "usable")


@pytest.mark.parametrize("name", REFRESHING)
@pytest.mark.parametrize("how", ["revoked", "expired", "unknown", "another platform's"])
def test_invalid_refresh_token_is_rejected(simulator: Simulator, name: str, how: str) -> None:
    app = App(simulator, name)
    refresh = app.log_in("partner")["refresh_token"]
    match how:
        case "revoked":
            simulator.revoke_tokens(name, "partner")
        case "expired":
            simulator.expire_tokens(name, "partner", refresh_tokens=True)
        case "unknown":
            refresh = "unknown"
        case _:
            refresh = App(simulator, "x" if name != "x" else "tiktok").log_in()["refresh_token"]
    status, path, value = app.platform.refresh_error
    assert status_and_value(app.refresh(refresh), path) == (status, value)


@pytest.mark.parametrize("kind", ["authorization_code", "refresh_token"])
@pytest.mark.parametrize("name", PLATFORMS)
def test_fault_can_make_the_token_endpoint_reject_a_grant(simulator: Simulator, name: str, kind: str) -> None:
    app = App(simulator, name)
    code = app.code()
    simulator.fault(name, "token", "invalid_grant")
    error = app.call_token_endpoint({"grant_type": kind, "code": code})
    assert "access_token" not in error.text.replace("access_token_", "")
    assert error.status_code == app.platform.refresh_error[0]
    assert app.redeem(code).status_code == 200, "the fault applies once"


@pytest.mark.parametrize(
    ("fault", "status"), [({"kind": "status", "status": 503}, 503), ({"kind": "rate_limit", "seconds": 60}, 429)]
)
def test_fault_can_make_the_token_endpoint_fail(
    app: App, simulator: Simulator, fault: dict[str, Any], status: int
) -> None:
    code = app.code()
    simulator.fault(app.name, "token", **fault)
    assert app.redeem(code).status_code == (400 if app.name in META and status == 429 else status)
    assert app.redeem(code).status_code == 200


@pytest.mark.parametrize("name", ["x", "tiktok"])
def test_lost_response_of_a_rotation_spends_the_refresh_token(simulator: Simulator, name: str) -> None:
    app = App(simulator, name)
    refresh = app.log_in()["refresh_token"]
    simulator.fault(name, "token", "land_then_drop")
    with pytest.raises(httpx.RemoteProtocolError):
        app.refresh(refresh)
    status, path, value = app.platform.refresh_error
    assert status_and_value(app.refresh(refresh), path) == (status, value)


@pytest.mark.parametrize("name", ["x", "tiktok"])
def test_lost_request_does_not_spend_the_refresh_token(simulator: Simulator, name: str) -> None:
    app = App(simulator, name)
    refresh = app.log_in()["refresh_token"]
    simulator.fault(name, "token", "never_land")
    with pytest.raises(httpx.RemoteProtocolError):
        app.refresh(refresh)
    assert app.refresh(refresh).json()["access_token"]


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        (
            "/oauth/expire",
            {"platform": "myspace"},
            f"platform is 'myspace'; it must be one of {', '.join(AUTHORIZABLE)}.",
        ),
        ("/oauth/expire", {"platform": "x", "seconds": "soon"}, "seconds is 'soon'; it must be a number."),
        ("/oauth/revoke", {"platform": "x", "account": 7}, "account is 7; it must be a string."),
        ("/oauth/redirects", {"uri": "ftp://x"}, "uri is 'ftp://x'; it must begin with http:// or https://."),
        ("/oauth/revoke", [], "The body must be a JSON object."),
        (
            "/faults",
            {"platform": "x", "step": "tweets", "kind": "invalid_grant"},
            "step is 'tweets'; the kind invalid_grant",
        ),
    ],
)
def test_invalid_request_is_rejected_with_a_message(simulator: Simulator, path: str, body: Any, message: str) -> None:
    response = simulator.client.post(path, json=body)
    assert response.status_code == 400
    assert response.json()["error"].startswith(message)


def test_tokens_survive_a_restart(tmp_path: Any) -> None:
    file = tmp_path / "simulator.json"
    with running(file) as simulator:
        app = App(simulator, "x")
        issued = app.log_in()
        app.refresh(issued["refresh_token"])
    with running(file) as simulator:
        app = App(simulator, "x")
        assert app.me(issued["access_token"]).json()["data"]["username"] == "demo"
        assert app.refresh(issued["refresh_token"]).status_code == 400
