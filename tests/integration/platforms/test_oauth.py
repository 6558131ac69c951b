"""Our OAuth providers against the authorization servers of the simulated platforms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import httpx
import pytest

from local.simulator.demo import requirements_of
from minutehand.platforms.catalog import AUTHORIZABLE, PLATFORMS, REGISTERING, REVOCABLE, load_attribute
from minutehand.platforms.network import guarded_client
from minutehand.platforms.oauth2.provider import Grant, GrantedAccount, OAuthClient, is_renewable, provider_for
from minutehand.platforms.oauth2.registration import registration_for
from minutehand.platforms.port import (
    Account,
    Adapter,
    Content,
    Published,
    PublishError,
    RateLimited,
    Rejected,
    TokenExpired,
    Transient,
)
from tests.integration.platforms.oauth import CLIENT_ID, REDIRECT, REFRESHING, SECRET, App
from tests.integration.platforms.oauth import PLATFORMS as ENTRIES
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia
from tests.support.publisher_loop import finish
from tests.support.simulator import Clock, Simulator

VERIFIER, STATE = "w" * 43, "a state, with & and spaces"
REFRESHABLE = sorted(set(AUTHORIZABLE) - {"facebook", "mastodon"})
ROTATING = [name for name in REFRESHING if ENTRIES[name].rotates]
NOT_ROTATING = [name for name in REFRESHING if not ENTRIES[name].rotates]
WITHOUT_REFRESH_TOKEN = [name for name, platform in PLATFORMS.items() if platform.self_renewing]
IMAGE, VIDEO, TEXT = "https://ex.am/a.jpg", "https://ex.am/c.mp4", "The kiln is warm."
MEDIA = {None: (), "image": (IMAGE,), "video": (VIDEO,)}


def adapter_of(platform: str, http: httpx.Client) -> Adapter:
    adapter: Adapter = load_attribute(platform, "adapter", "adapter")(http, FakeMedia())
    return adapter


def content_for(platform: str) -> Content:
    required = requirements_of(platform)
    return Content(TEXT, MEDIA[required.media], options=required.options)


@dataclass(frozen=True, slots=True)
class Login:
    """Logs in to our app at a simulated platform."""

    simulator: Simulator
    http: httpx.Client
    platform: str
    secret: str = field(default=SECRET, repr=False)
    registered: list[OAuthClient] = field(default_factory=list, repr=False)

    @property
    def client(self) -> OAuthClient:
        server = f"{self.simulator.url}/{self.platform}"
        if self.platform not in REGISTERING:
            return OAuthClient(CLIENT_ID, self.secret, server)
        if not self.registered:
            register = registration_for(self.platform).register
            self.registered.append(register(self.http, server, redirect_uri=REDIRECT, now=self.now))
        [client] = self.registered
        return client if self.secret == SECRET else replace(client, client_secret=self.secret)

    def consent(self, account: str = "demo", verifier: str = VERIFIER) -> httpx.URL:
        """Choose Allow on the consent page; return the URL of the redirect."""
        url = provider_for(self.platform).authorization_url(
            self.client, redirect_uri=REDIRECT, state=STATE, code_verifier=verifier
        )
        return self.simulator.allow(url, account)

    def redeem(self, code: str, *, redirect_uri: str = REDIRECT, verifier: str = VERIFIER) -> list[GrantedAccount]:
        provider = provider_for(self.platform)
        return provider.redeem(
            self.http, self.client, code=code, redirect_uri=redirect_uri, code_verifier=verifier, now=self.now
        )

    def connect(self, account: str = "demo") -> list[GrantedAccount]:
        """Connect an account; ``partner`` gets a refresh token from LinkedIn."""
        return self.redeem(self.consent(account).params["code"])

    def refresh(self, token: Mapping[str, str]) -> Grant:
        return provider_for(self.platform).refresh(self.http, self.client, token, now=self.now)

    def revoke(self, token: Mapping[str, str]) -> None:
        provider_for(self.platform).revoke(self.http, self.client, token)

    def accepts(self, token: Mapping[str, str]) -> bool:
        """Return whether the platform accepts an access token."""
        return App(self.simulator, self.platform).me(token["access_token"]).status_code == 200

    def now(self) -> datetime:
        return self.simulator.state.now()


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with guarded_client(private_networks=True) as client:
        yield client


@pytest.fixture(autouse=True)
def no_tokens(simulator: Simulator) -> None:
    simulator.client.delete("/oauth/tokens").raise_for_status()
    clock = simulator.state.now
    assert isinstance(clock, Clock)
    clock.ahead = timedelta(0)


def make_refreshable(login: Login, account: str = "demo") -> None:
    """Age a token until Instagram and Threads allow its refresh."""
    if login.platform in WITHOUT_REFRESH_TOKEN:
        login.simulator.expire_tokens(login.platform, account, seconds=3600)


def account_of(granted: GrantedAccount, platform: str) -> Account:
    return Account("c1", platform, granted.account_id, granted.handle, granted.base_url, granted.grant.token)


def code_of(error: pytest.ExceptionInfo[PublishError]) -> str:
    assert SECRET not in str(error.value)
    return error.value.code


@pytest.mark.parametrize("platform", AUTHORIZABLE)
def test_account_is_connected_with_a_valid_token(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    login = Login(simulator, http, platform)

    redirect = login.consent("ada")
    accounts = login.redeem(redirect.params["code"])

    assert redirect.params["state"] == STATE
    assert accounts[0].handle.lower().removeprefix("@").partition("@")[0] == "ada"
    assert len({account.account_id for account in accounts}) == len(accounts) == (2 if platform == "linkedin" else 1)
    assert {account.base_url for account in accounts} == {f"{simulator.url}/{platform}"}
    assert all(login.accepts(account.grant.token) for account in accounts)
    expires_at = accounts[0].grant.expires_at
    assert (expires_at is None) == (platform in ("facebook", "mastodon"))
    assert expires_at is None or expires_at > login.now()


def test_page_of_a_business_portfolio_is_connected(simulator: Simulator, http: httpx.Client) -> None:
    accounts = Login(simulator, http, "facebook").connect("kiln,portfolio_pots")
    assert [account.handle for account in accounts] == ["Kiln", "Portfolio_pots"]


def test_all_pages_of_one_person_are_connected(simulator: Simulator, http: httpx.Client) -> None:
    accounts = Login(simulator, http, "facebook").connect(",".join(f"page_{number}" for number in range(130)))

    assert len({account.account_id for account in accounts}) == 130
    assert len({account.grant.token["access_token"] for account in accounts}) == 130
    assert accounts[129].handle == "Page_129"


@pytest.mark.parametrize(("member", "handles"), [("ada", ["Ada", "Ada Ltd"]), ("member_ada", ["Member_Ada"])])
def test_organisations_are_connected_if_the_member_may_list_them(
    member: str, handles: list[str], simulator: Simulator, http: httpx.Client
) -> None:
    accounts = Login(simulator, http, "linkedin").connect(member)

    assert [account.handle for account in accounts] == handles
    kinds = [account.account_id.rpartition(":")[0] for account in accounts]
    assert kinds == ["urn:li:person", "urn:li:organization"][: len(handles)]


@pytest.mark.parametrize("platform", REFRESHABLE)
def test_token_is_refreshed(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    login = Login(simulator, http, platform)
    before = login.connect("partner")[0].grant
    make_refreshable(login, "partner")

    after = login.refresh(before.token)

    assert is_renewable(platform, before.token)
    assert is_renewable(platform, after.token)
    assert after.token["access_token"] != before.token["access_token"]
    assert login.accepts(after.token)
    assert after.expires_at is not None
    assert after.expires_at > login.now()
    assert ("refresh_token" in before.token) == (platform in REFRESHING)
    is_same = after.token.get("refresh_token") == before.token.get("refresh_token")
    assert is_same == (platform not in ROTATING)


@pytest.mark.parametrize("platform", ROTATING)
def test_spent_refresh_token_requires_a_reconnect(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    login = Login(simulator, http, platform)
    token = login.connect()[0].grant.token
    login.refresh(token)

    with pytest.raises(Rejected) as error:
        login.refresh(token)

    assert code_of(error) == "reconnect_required"


@pytest.mark.parametrize("platform", NOT_ROTATING)
def test_refresh_token_without_rotation_can_be_used_repeatedly(
    platform: str, simulator: Simulator, http: httpx.Client
) -> None:
    login = Login(simulator, http, platform)
    token = login.connect("partner")[0].grant.token

    assert all(login.accepts(login.refresh(token).token) for _ in range(3))


@pytest.mark.parametrize("platform", REFRESHABLE)
@pytest.mark.parametrize("reason", ["revoked", "expired"])
def test_revoked_or_expired_grant_requires_a_reconnect(
    platform: str, reason: str, simulator: Simulator, http: httpx.Client
) -> None:
    login = Login(simulator, http, platform)
    token = login.connect("partner")[0].grant.token
    if reason == "revoked":
        assert simulator.revoke_tokens(platform, "partner")
    else:
        assert simulator.expire_tokens(platform, "partner", refresh_tokens=True)

    with pytest.raises(Rejected) as error:
        login.refresh(token)

    assert code_of(error) == "reconnect_required"


@pytest.mark.parametrize("platform", WITHOUT_REFRESH_TOKEN)
def test_token_that_is_too_recent_to_refresh_is_a_transient_error(
    platform: str, simulator: Simulator, http: httpx.Client
) -> None:
    login = Login(simulator, http, platform)
    token = login.connect()[0].grant.token

    with pytest.raises(Transient) as error:
        login.refresh(token)

    assert code_of(error) == "unexpected_answer"
    assert login.accepts(token)


def test_linkedin_token_without_a_refresh_token_is_not_renewable(simulator: Simulator, http: httpx.Client) -> None:
    token = Login(simulator, http, "linkedin").connect("ada")[0].grant.token

    assert not is_renewable("linkedin", token)


@pytest.mark.parametrize("platform", AUTHORIZABLE)
def test_token_is_revoked_only_if_other_connections_keep_theirs(
    platform: str, simulator: Simulator, http: httpx.Client
) -> None:
    login = Login(simulator, http, platform)
    token = login.connect()[0].grant.token

    login.revoke(token)
    login.revoke(token)

    assert login.accepts(token) == (platform not in REVOCABLE)


@pytest.mark.parametrize("platform", AUTHORIZABLE)
def test_code_is_valid_once(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    login = Login(simulator, http, platform)
    code = login.consent().params["code"]
    login.redeem(code)

    with pytest.raises(Rejected) as error:
        login.redeem(code)

    assert code_of(error) == "authorization_refused"
    assert code not in str(error.value)


@pytest.mark.parametrize("platform", AUTHORIZABLE)
def test_code_is_bound_to_its_redirect_uri(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    login = Login(simulator, http, platform)
    code = login.consent().params["code"]

    with pytest.raises(Rejected) as error:
        login.redeem(code, redirect_uri=f"{REDIRECT}/other")

    assert code_of(error) == "authorization_refused"


@pytest.mark.parametrize("platform", ["x", "youtube"])
def test_code_requires_its_verifier(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    login = Login(simulator, http, platform)
    code = login.consent().params["code"]

    with pytest.raises(Rejected) as error:
        login.redeem(code, verifier="x" * 43)

    assert code_of(error) == "authorization_refused"


@pytest.mark.parametrize("platform", AUTHORIZABLE)
def test_code_expires(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    login = Login(simulator, http, platform)
    code = login.consent().params["code"]
    clock = simulator.state.now
    assert isinstance(clock, Clock)
    clock.ahead += timedelta(hours=2)

    with pytest.raises(Rejected) as error:
        login.redeem(code)

    assert code_of(error) == "authorization_refused"


@pytest.mark.parametrize("platform", AUTHORIZABLE)
def test_wrong_client_secret_is_reported(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    login = Login(simulator, http, platform)
    wrong = replace(login, secret="another-secret")

    with pytest.raises(Rejected) as error:
        wrong.redeem(login.consent().params["code"])

    assert code_of(error) == "client_refused"
    assert "another-secret" not in str(error.value)


@pytest.mark.parametrize("platform", REFRESHING)
def test_wrong_client_secret_does_not_disconnect_an_account(
    platform: str, simulator: Simulator, http: httpx.Client
) -> None:
    login = Login(simulator, http, platform)
    token = login.connect("partner")[0].grant.token

    with pytest.raises(Rejected) as error:
        replace(login, secret="another-secret").refresh(token)

    assert code_of(error) == "client_refused"
    assert login.accepts(login.refresh(token).token)


@pytest.mark.parametrize("platform", REFRESHABLE)
@pytest.mark.parametrize(
    ("kind", "options", "error"),
    [
        ("never_land", {}, Transient),
        ("status", {"status": 503, "landed": False}, Transient),
        ("status", {"status": 409, "landed": False}, Transient),
        ("rate_limit", {"seconds": 30}, RateLimited),
        ("invalid_grant", {}, Rejected),
    ],
)
def test_failed_refresh_raises_the_right_error(
    platform: str,
    kind: str,
    options: dict[str, object],
    error: type[PublishError],
    simulator: Simulator,
    http: httpx.Client,
) -> None:
    login = Login(simulator, http, platform)
    token = login.connect("partner")[0].grant.token
    make_refreshable(login, "partner")
    simulator.fault(platform, "token", kind, **options)

    with pytest.raises(error) as caught:
        login.refresh(token)

    assert not simulator.faults_left()
    assert (code_of(caught) == "reconnect_required") == (kind == "invalid_grant")
    assert login.accepts(login.refresh(token).token)


@pytest.mark.parametrize("platform", REFRESHABLE)
def test_publish_with_an_expired_token_raises_token_expired(
    platform: str, simulator: Simulator, http: httpx.Client
) -> None:
    account = account_of(Login(simulator, http, platform).connect("partner")[0], platform)
    simulator.expire_tokens(platform, "partner")

    with pytest.raises(TokenExpired):
        adapter_of(platform, http).publish(content_for(platform), account, FakeAttempt())

    assert not simulator.posts(platform)


def test_publish_with_a_revoked_page_token_is_rejected(simulator: Simulator, http: httpx.Client) -> None:
    login = Login(simulator, http, "facebook")
    account = account_of(login.connect()[0], "facebook")
    simulator.revoke_tokens("facebook")

    with pytest.raises((TokenExpired, Rejected)) as error:
        adapter_of("facebook", http).publish(content_for("facebook"), account, FakeAttempt())

    assert code_of(error) in ("token_expired", "reconnect_required")
    assert not simulator.posts("facebook")


@pytest.mark.parametrize("platform", ["linkedin", "x"])
def test_post_is_published_after_the_token_is_refreshed(
    platform: str, simulator: Simulator, http: httpx.Client
) -> None:
    login = Login(simulator, http, platform)
    account = account_of(login.connect("partner")[0], platform)
    simulator.expire_tokens(platform, "partner")
    refreshed = replace(account, token=login.refresh(account.token).token)

    assert isinstance(finish(adapter_of(platform, http), Content(TEXT), refreshed, FakeAttempt()), Published)
    assert [post["text"] for post in simulator.posts(platform)] == [TEXT]


@pytest.mark.parametrize("platform", ["facebook", "linkedin", "threads", "x"])
def test_post_is_published_on_the_connected_account(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    account = account_of(Login(simulator, http, platform).connect("ada")[-1], platform)

    assert isinstance(finish(adapter_of(platform, http), Content(TEXT), account, FakeAttempt()), Published)
    assert [post["text"] for post in simulator.posts(platform)] == [TEXT]
