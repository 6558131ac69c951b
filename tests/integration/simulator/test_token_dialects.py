"""OAuth at the simulated platforms, where each has a way of its own."""

import hashlib
from datetime import timedelta

import pytest

from tests.integration.simulator.oauth import CLIENT_ID, GOOGLE, REDIRECT, SECRET, VERIFIER, App, basic
from tests.support.simulator import Clock, Simulator

SHORT, LONG = 3_600, 5_183_944


@pytest.fixture(autouse=True)
def no_tokens(simulator: Simulator) -> None:
    simulator.client.delete("/oauth/tokens").raise_for_status()
    clock = simulator.state.now
    assert isinstance(clock, Clock)
    clock.ahead = timedelta(0)


# Instagram and Threads.

TWO_STEPS = [("instagram", "ig"), ("threads", "th")]


def exchange(app: App, prefix: str, token: str, secret: str = SECRET) -> dict[str, object]:
    fields = {"grant_type": f"{prefix}_exchange_token", "client_secret": secret, "access_token": token}
    return dict(app.simulator.client.get(f"{app.base}/access_token", params=fields).json())


def renew(app: App, prefix: str, token: str) -> dict[str, object]:
    fields = {"grant_type": f"{prefix}_refresh_token", "access_token": token}
    return dict(app.simulator.client.get(f"{app.base}/refresh_access_token", params=fields).json())


def error(answer: dict[str, object]) -> tuple[int, int | None]:
    body = answer["error"]
    assert isinstance(body, dict)
    return body["code"], body.get("error_subcode")


@pytest.mark.parametrize(("name", "prefix"), TWO_STEPS)
def test_an_hour_s_token_becomes_one_of_two_months(simulator: Simulator, name: str, prefix: str) -> None:
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


@pytest.mark.parametrize(("name", "prefix"), TWO_STEPS)
def test_a_token_of_two_months_renews_itself_when_it_is_a_day_old_and_alive(
    simulator: Simulator, name: str, prefix: str
) -> None:
    app = App(simulator, name)
    short = app.log_in()["access_token"]
    assert error(renew(app, prefix, short))[0] == 452
    long = str(exchange(app, prefix, short)["access_token"])
    assert error(renew(app, prefix, long)) == (100, None), "too young"
    simulator.expire_tokens(name, seconds=7 * 86_400)
    renewed = renew(app, prefix, long)
    assert renewed["expires_in"] == LONG
    assert app.me(str(renewed["access_token"])).status_code == 200
    simulator.expire_tokens(name)
    assert error(renew(app, prefix, long)) == (190, 463), "what has run out cannot be revived"
    [listed] = [token for token in simulator.tokens()["accessTokens"] if token["token"] == long]
    assert listed["uses"] == 3


def test_instagram_tells_what_was_allowed(simulator: Simulator) -> None:
    app = App(simulator, "instagram")
    assert app.log_in()["permissions"] == app.platform.scope
    assert "permissions" not in App(simulator, "threads").log_in()


# Facebook.


def long_lived(app: App, account: str = "demo") -> str:
    fields = {"grant_type": "fb_exchange_token", "fb_exchange_token": app.log_in(account)["access_token"]}
    answer = app.ask(fields).json()
    assert answer["expires_in"] == LONG
    return str(answer["access_token"])


def test_pages_of_a_long_lived_token_have_tokens_without_an_end(simulator: Simulator) -> None:
    app = App(simulator, "facebook")
    person = long_lived(app)
    [page] = app.me(person).json()["data"]
    assert (page["name"], "CREATE_CONTENT" in page["tasks"]) == ("Demo", True)
    simulator.expire_tokens("facebook")
    assert app.me(person).json()["error"]["error_subcode"] == 463
    assert app.get("/v26.0/me", page["access_token"]).json() == {"id": page["id"], "name": "Demo"}


def test_a_page_posts_with_its_own_token_only(simulator: Simulator) -> None:
    app = App(simulator, "facebook")
    person = long_lived(app)
    [page] = app.me(person).json()["data"]
    for token, status in ((person, 400), (page["access_token"], 200)):
        answer = simulator.client.post(
            f"/facebook/v26.0/{page['id']}/feed", data={"message": "Hello.", "access_token": token}
        )
        assert answer.status_code == status
    assert [post["account"] for post in simulator.posts("facebook")] == ["Demo"]
    assert app.get("/v26.0/me", person).json()["id"] != page["id"]


def test_a_person_may_allow_several_pages_which_come_page_by_page(simulator: Simulator) -> None:
    app = App(simulator, "facebook")
    person = long_lived(app, "demo, studio,shop")
    first = app.get("/v26.0/me/accounts?limit=2", person).json()
    assert [page["name"] for page in first["data"]] == ["Demo", "Studio"]
    path = first["paging"]["next"].removeprefix(app.base)
    second = app.get(path, person).json()
    assert ([page["name"] for page in second["data"]], "next" in second["paging"]) == (["Shop"], False)


def test_withdrawing_permissions_ends_the_pages_tokens_too(simulator: Simulator) -> None:
    app = App(simulator, "facebook")
    person = long_lived(app)
    [page] = app.me(person).json()["data"]
    granted = app.get("/v26.0/me/permissions", person).json()["data"]
    assert {"permission": "pages_manage_posts", "status": "granted"} in granted
    answer = simulator.client.delete("/facebook/v26.0/me/permissions", params={"access_token": person})
    assert answer.json() == {"success": True}
    for token in (person, page["access_token"]):
        assert app.get("/v26.0/me", token).json()["error"]["error_subcode"] == 458


def test_a_code_s_faults_have_numbers_on_facebook(simulator: Simulator) -> None:
    app = App(simulator, "facebook")
    code = app.code()
    app.redeem(code)
    assert app.redeem(code).json()["error"]["error_subcode"] == 36_009
    assert app.redeem(app.code(), redirect_uri="http://127.0.0.1/x").json()["error"]["error_subcode"] == 36_008


def test_facebook_takes_the_exchange_as_a_question_too(simulator: Simulator) -> None:
    app = App(simulator, "facebook")
    fields = {"client_id": CLIENT_ID, "client_secret": SECRET, "code": app.code()}
    query = fields | {"redirect_uri": REDIRECT}
    answer = simulator.client.get(f"{app.base}/v26.0/oauth/access_token", params=query)
    assert answer.json()["token_type"] == "bearer"


# The others.


def test_x_gives_a_refresh_token_for_offline_access_only(simulator: Simulator) -> None:
    app = App(simulator, "x")
    online = app.redeem(app.code(scope="tweet.read users.read")).json()
    assert "refresh_token" not in online
    assert (online["scope"], online["expires_in"]) == ("tweet.read users.read", 7_200)
    form = {"grant_type": "refresh_token", "client_id": CLIENT_ID, "refresh_token": "x"}
    answer = simulator.client.post(f"{app.base}/2/oauth2/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized_client")


def test_google_gives_a_refresh_token_offline_at_the_first_consent_or_when_asked_again(simulator: Simulator) -> None:
    app = App(simulator, "youtube")
    assert "refresh_token" not in app.redeem(app.code(access_type=None)).json()
    assert "refresh_token" in app.redeem(app.code(prompt=None)).json()
    assert "refresh_token" not in app.redeem(app.code(prompt=None)).json()
    assert "refresh_token" in app.redeem(app.code()).json()


def test_google_tells_what_was_allowed_and_keeps_a_refresh_token(simulator: Simulator) -> None:
    app = App(simulator, "youtube")
    back = simulator.allow(app.authorize_url(scope=f"{GOOGLE}.upload"))
    assert back.params["scope"] == f"{GOOGLE}.upload"


def test_linkedin_gives_refresh_tokens_to_partners_for_a_year_that_does_not_begin_anew(simulator: Simulator) -> None:
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


def test_tiktok_words_its_noes_with_http_200_and_takes_a_challenge_in_hexadecimal(simulator: Simulator) -> None:
    app = App(simulator, "tiktok")
    refusal = app.redeem("made-up")
    assert refusal.status_code == 200
    assert set(refusal.json()) == {"error", "error_description", "log_id"}
    answer = app.redeem(app.code(code_challenge=hashlib.sha256(VERIFIER.encode()).hexdigest())).json()
    assert (
        answer["open_id"]
        == app.get("/v2/user/info/?fields=open_id", answer["access_token"]).json()["data"]["user"]["open_id"]
    )


def test_pinterest_s_refresh_tokens_last_two_months_from_each_refresh(simulator: Simulator) -> None:
    app = App(simulator, "pinterest")
    first = app.log_in()
    assert (first["expires_in"], first["refresh_token_expires_in"]) == (2_592_000, 5_184_000)
    second = app.refresh(first["refresh_token"]).json()
    assert second["refresh_token_expires_at"] >= first["refresh_token_expires_at"]
    assert "boards:read" in second["scope"]


@pytest.mark.parametrize(
    ("name", "path", "which"),
    [
        ("x", "/2/oauth2/revoke", "access_token"),
        ("x", "/2/oauth2/revoke", "refresh_token"),
        ("youtube", "/revoke", "refresh_token"),
        ("tiktok", "/v2/oauth/revoke/", "access_token"),
        ("linkedin", "/oauth/v2/revoke", "access_token"),
        ("pinterest", "/v5/oauth/token/revoke", "access_token"),
    ],
)
def test_revoking_ends_access(simulator: Simulator, name: str, path: str, which: str) -> None:
    app = App(simulator, name)
    issued = app.log_in()
    form = {"token": issued[which], app.platform.client: CLIENT_ID, "client_secret": SECRET}
    headers = basic(SECRET) if app.platform.basic else {}
    answer = simulator.client.post(f"{app.base}{path}", data=form, headers=headers)
    assert answer.status_code == 200
    assert app.me(issued["access_token"]).status_code == 401
    if "refresh_token" in issued:
        assert "access_token" not in app.refresh(issued["refresh_token"]).text


def test_google_does_not_know_a_token_that_it_never_gave(simulator: Simulator) -> None:
    answer = simulator.client.post("/youtube/revoke", data={"token": "made-up"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_token")
