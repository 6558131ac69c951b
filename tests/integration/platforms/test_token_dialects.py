"""OAuth at the simulated platforms: the behaviour that is specific to each."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from minutehand.platforms.catalog import REVOCABLE
from tests.integration.platforms.oauth import (
    CLIENT_ID,
    PLATFORMS,
    REDIRECT,
    REFRESHING,
    SECRET,
    VERIFIER,
    App,
    basic,
    status_and_value,
)
from tests.platforms.youtube import SCOPES
from tests.support.simulator import Clock, Simulator

SHORT, LONG = 3_600, 5_183_944
REVOKING = [name for name, platform in PLATFORMS.items() if platform.revoke]


@pytest.fixture(autouse=True)
def no_tokens(simulator: Simulator) -> None:
    simulator.client.delete("/oauth/tokens").raise_for_status()
    clock = simulator.state.now
    assert isinstance(clock, Clock)
    clock.ahead = timedelta(0)


# Instagram and Threads.

EXCHANGING = [("instagram", "ig"), ("threads", "th")]


def exchange(app: App, prefix: str, token: str, secret: str = SECRET) -> dict[str, object]:
    fields = {"grant_type": f"{prefix}_exchange_token", "client_secret": secret, "access_token": token}
    return dict(app.simulator.client.get(f"{app.base}/access_token", params=fields).json())


def refresh(app: App, prefix: str, token: str) -> dict[str, object]:
    fields = {"grant_type": f"{prefix}_refresh_token", "access_token": token}
    return dict(app.simulator.client.get(f"{app.base}/refresh_access_token", params=fields).json())


def error(response: dict[str, object]) -> tuple[int, int | None]:
    body = response["error"]
    assert isinstance(body, dict)
    return body["code"], body.get("error_subcode")


@pytest.mark.parametrize(("name", "prefix"), EXCHANGING)
def test_short_lived_token_is_exchanged_for_one_of_two_months(simulator: Simulator, name: str, prefix: str) -> None:
    app = App(simulator, name)
    short = app.log_in()
    assert isinstance(short["user_id"], int)
    assert short["user_id"] > 2**53
    assert "expires_in" not in short
    long = exchange(app, prefix, short["access_token"])
    assert (long["token_type"], long["expires_in"]) == ("bearer", LONG)
    assert int(app.me(str(long["access_token"])).json()["id"]) == short["user_id"]
    assert error(exchange(app, prefix, short["access_token"], "wrong")) == (1, None)
    assert error(exchange(app, prefix, str(long["access_token"])))[0] == 452
    assert error(exchange(app, prefix, "demo-token"))[0] == 190


@pytest.mark.parametrize(("name", "prefix"), EXCHANGING)
def test_token_of_two_months_can_be_refreshed_if_it_is_a_day_old_and_valid(
    simulator: Simulator, name: str, prefix: str
) -> None:
    app = App(simulator, name)
    short = app.log_in()["access_token"]
    assert error(refresh(app, prefix, short))[0] == 452
    long = str(exchange(app, prefix, short)["access_token"])
    assert error(refresh(app, prefix, long)) == (100, None), "too recent"
    simulator.expire_tokens(name, seconds=7 * 86_400)
    refreshed = refresh(app, prefix, long)
    assert refreshed["expires_in"] == LONG
    assert app.me(str(refreshed["access_token"])).status_code == 200
    simulator.expire_tokens(name)
    assert error(refresh(app, prefix, long)) == (190, 463), "an expired token cannot be refreshed"
    [listed] = [token for token in simulator.tokens()["accessTokens"] if token["token"] == long]
    assert listed["uses"] == 3


def test_instagram_returns_the_granted_permissions(simulator: Simulator) -> None:
    app = App(simulator, "instagram")
    assert app.log_in()["permissions"] == app.platform.scope
    assert "permissions" not in App(simulator, "threads").log_in()


# Facebook.


def long_lived(app: App, account: str = "demo") -> str:
    fields = {"grant_type": "fb_exchange_token", "fb_exchange_token": app.log_in(account)["access_token"]}
    response = app.call_token_endpoint(fields).json()
    assert response["expires_in"] == LONG
    return str(response["access_token"])


def test_page_tokens_of_a_long_lived_user_token_do_not_expire(simulator: Simulator) -> None:
    app = App(simulator, "facebook")
    user_token = long_lived(app)
    [page] = app.me(user_token).json()["data"]
    assert (page["name"], "CREATE_CONTENT" in page["tasks"]) == ("Demo", True)
    simulator.expire_tokens("facebook")
    assert app.me(user_token).json()["error"]["error_subcode"] == 463
    assert app.get("/v26.0/me", page["access_token"]).json() == {"id": page["id"], "name": "Demo"}


def test_page_publishes_only_with_its_own_token(simulator: Simulator) -> None:
    app = App(simulator, "facebook")
    user_token = long_lived(app)
    [page] = app.me(user_token).json()["data"]
    for token, status in ((user_token, 400), (page["access_token"], 200)):
        response = simulator.client.post(
            f"/facebook/v26.0/{page['id']}/feed", data={"message": "Hello.", "access_token": token}
        )
        assert response.status_code == status
    assert [post["account"] for post in simulator.posts("facebook")] == ["Demo"]
    assert app.get("/v26.0/me", user_token).json()["id"] != page["id"]


def test_several_pages_can_be_granted_and_are_paginated(simulator: Simulator) -> None:
    app = App(simulator, "facebook")
    user_token = long_lived(app, "demo, studio,shop")
    first = app.get("/v26.0/me/accounts?limit=2", user_token).json()
    assert [page["name"] for page in first["data"]] == ["Demo", "Studio"]
    path = first["paging"]["next"].removeprefix(app.base)
    second = app.get(path, user_token).json()
    assert ([page["name"] for page in second["data"]], "next" in second["paging"]) == (["Shop"], False)


def test_revoking_permissions_invalidates_the_page_tokens_too(simulator: Simulator) -> None:
    app = App(simulator, "facebook")
    user_token = long_lived(app)
    [page] = app.me(user_token).json()["data"]
    granted = app.get("/v26.0/me/permissions", user_token).json()["data"]
    assert {"permission": "pages_manage_posts", "status": "granted"} in granted
    response = simulator.client.delete("/facebook/v26.0/me/permissions", params={"access_token": user_token})
    assert response.json() == {"success": True}
    for token in (user_token, page["access_token"]):
        assert app.get("/v26.0/me", token).json()["error"]["error_subcode"] == 458


def test_facebook_returns_a_subcode_for_each_code_error(simulator: Simulator) -> None:
    app = App(simulator, "facebook")
    code = app.code()
    app.redeem(code)
    assert app.redeem(code).json()["error"]["error_subcode"] == 36_009
    assert app.redeem(app.code(), redirect_uri="http://127.0.0.1/x").json()["error"]["error_subcode"] == 36_008


def test_facebook_accepts_the_code_exchange_as_a_get_request(simulator: Simulator) -> None:
    app = App(simulator, "facebook")
    fields = {"client_id": CLIENT_ID, "client_secret": SECRET, "code": app.code()}
    query = fields | {"redirect_uri": REDIRECT}
    response = simulator.client.get(f"{app.base}/v26.0/oauth/access_token", params=query)
    assert response.json()["token_type"] == "bearer"


# The other platforms.


def test_x_returns_a_refresh_token_only_for_offline_access(simulator: Simulator) -> None:
    app = App(simulator, "x")
    online = app.redeem(app.code(scope="tweet.read users.read")).json()
    assert "refresh_token" not in online
    assert (online["scope"], online["expires_in"]) == ("tweet.read users.read", 7_200)
    form = {"grant_type": "refresh_token", "client_id": CLIENT_ID, "refresh_token": "x"}
    response = simulator.client.post(f"{app.base}/2/oauth2/token", data=form)
    assert (response.status_code, response.json()["error"]) == (401, "unauthorized_client")


def test_google_returns_a_refresh_token_for_the_first_or_a_forced_offline_consent(simulator: Simulator) -> None:
    app = App(simulator, "youtube")
    assert "refresh_token" not in app.redeem(app.code(access_type=None)).json()
    assert "refresh_token" in app.redeem(app.code(prompt=None)).json()
    assert "refresh_token" not in app.redeem(app.code(prompt=None)).json()
    assert "refresh_token" in app.redeem(app.code()).json()


def test_google_returns_the_granted_scopes(simulator: Simulator) -> None:
    app = App(simulator, "youtube")
    back = simulator.allow(app.authorize_url(scope=f"{SCOPES}.upload"))
    assert back.params["scope"] == f"{SCOPES}.upload"


def test_linkedin_refresh_tokens_are_for_partners_and_keep_their_expiry(simulator: Simulator) -> None:
    app = App(simulator, "linkedin")
    assert "refresh_token" not in app.log_in()
    first = app.log_in("partner_ada")
    assert first["refresh_token_expires_in"] == 365 * 86_400
    clock = simulator.state.now
    assert isinstance(clock, Clock)
    clock.ahead += timedelta(days=100)
    second = app.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] == first["refresh_token"]
    assert second["refresh_token_expires_in"] == pytest.approx(265 * 86_400, abs=60)
    simulator.revoke_tokens("linkedin", "partner_ada")
    assert app.refresh(first["refresh_token"]).json()["error"] == "invalid_grant"


def test_tiktok_returns_errors_with_http_200_and_accepts_a_hexadecimal_challenge(simulator: Simulator) -> None:
    app = App(simulator, "tiktok")
    error = app.redeem("unknown")
    assert error.status_code == 200
    assert set(error.json()) == {"error", "error_description", "log_id"}
    response = app.redeem(app.code(code_challenge=hashlib.sha256(VERIFIER.encode()).hexdigest())).json()
    assert (
        response["open_id"]
        == app.get("/v2/user/info/?fields=open_id", response["access_token"]).json()["data"]["user"]["open_id"]
    )


def test_pinterest_refresh_tokens_last_two_months_from_each_refresh(simulator: Simulator) -> None:
    app = App(simulator, "pinterest")
    first = app.log_in()
    assert (first["expires_in"], first["refresh_token_expires_in"]) == (2_592_000, 5_184_000)
    second = app.refresh(first["refresh_token"]).json()
    assert second["refresh_token_expires_at"] >= first["refresh_token_expires_at"]
    assert "boards:read" in second["scope"]


@pytest.mark.parametrize("token", ["access_token", "refresh_token"])
@pytest.mark.parametrize("name", sorted(set(REVOKING) & set(REFRESHING)))
def test_revoked_grant_ends_access(simulator: Simulator, name: str, token: str) -> None:
    app = App(simulator, name)
    issued = app.log_in("partner")
    form = {"token": issued[token], app.platform.client_id_field: app.client_id, "client_secret": app.secret}
    headers = basic(SECRET) if app.platform.basic else {}
    response = simulator.client.post(f"{app.base}{app.platform.revoke}", data=form, headers=headers)
    assert response.status_code == 200
    assert app.me(issued["access_token"]).status_code == 401
    assert "access_token" not in app.refresh(issued["refresh_token"]).text


def test_mastodon_revokes_a_token_only_for_its_app(simulator: Simulator) -> None:
    app, other = App(simulator, "mastodon"), App(simulator, "mastodon")
    token = app.log_in()["access_token"]

    def revoke(by: App, secret: str) -> int:
        form = {"token": token, "client_id": by.client_id, "client_secret": secret}
        return simulator.client.post(f"{app.base}/oauth/revoke", data=form).status_code

    assert (revoke(other, other.secret), revoke(app, "wrong")) == (403, 401)
    assert app.me(token).status_code == 200
    assert (revoke(app, app.secret), revoke(app, app.secret)) == (200, 200)
    assert app.me(token).json()["error"] == "The access token was revoked"


def test_mastodon_redeems_a_code_only_for_its_app(simulator: Simulator) -> None:
    app, other = App(simulator, "mastodon"), App(simulator, "mastodon")

    assert status_and_value(other.redeem(app.code()), "error") == (400, "invalid_grant")


@pytest.mark.parametrize("changes", [{"client_name": ""}, {"redirect_uris": 7}, {"extra": "1"}])
def test_mastodon_registers_no_app_with_other_fields(simulator: Simulator, changes: dict[str, Any]) -> None:
    body = {"client_name": "Minutehand", "redirect_uris": REDIRECT} | changes
    response = simulator.client.post("/mastodon/api/v1/apps", json=body)

    assert response.status_code == 422
    assert response.json()["error"].startswith("Validation failed: ")


def test_every_platform_that_can_revoke_a_token_has_an_endpoint() -> None:
    assert set(REVOKING) >= REVOCABLE


def test_google_rejects_the_revocation_of_an_unknown_token(simulator: Simulator) -> None:
    response = simulator.client.post("/youtube/revoke", data={"token": "unknown"})
    assert (response.status_code, response.json()["error"]) == (400, "invalid_token")
