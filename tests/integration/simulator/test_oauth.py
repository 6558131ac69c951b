"""Connecting accounts of the simulated platforms: the real page, and our own side of OAuth behind it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import httpx
import pytest

from minutehand.platforms.facebook.adapter import Facebook
from minutehand.platforms.instagram.adapter import Instagram
from minutehand.platforms.linkedin.adapter import LinkedIn
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.network import guarded_client
from minutehand.platforms.oauth2.provider import (
    PROVIDERS,
    Grant,
    GrantedAccount,
    OAuthClient,
    is_renewable,
    provider_for,
)
from minutehand.platforms.pinterest.adapter import Pinterest
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
from minutehand.platforms.threads.adapter import Threads
from minutehand.platforms.tiktok.adapter import TikTok
from minutehand.platforms.x.adapter import X
from minutehand.platforms.youtube.adapter import YouTube
from tests.integration.simulator.oauth import CLIENT_ID, REDIRECT, SECRET, App
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia
from tests.support.publisher_loop import finish
from tests.support.simulator import Clock, Simulator

VERIFIER, STATE = "w" * 43, "a state, with & and spaces"
RENEWABLE = sorted(set(PROVIDERS) - {"facebook"})
ROTATING, KEEPING, SELF_RENEWING = ("pinterest", "tiktok", "x"), ("linkedin", "youtube"), ("instagram", "threads")
REVOCABLE = ("pinterest", "tiktok", "x", "youtube")
IMAGE, VIDEO, WORDS = "https://ex.am/a.jpg", "https://ex.am/c.mp4", "The kiln is warm."
ADAPTERS: Mapping[str, Callable[[httpx.Client, MediaFetcher], Adapter]] = {
    "facebook": Facebook,
    "instagram": Instagram,
    "linkedin": LinkedIn,
    "pinterest": Pinterest,
    "threads": Threads,
    "tiktok": TikTok,
    "x": X,
    "youtube": YouTube,
}
CONTENT = dict.fromkeys(("facebook", "linkedin", "threads", "x"), Content(WORDS)) | {
    "instagram": Content(WORDS, (IMAGE,)),
    "pinterest": Content(WORDS, (IMAGE,), options={"boardId": "549755885175"}),
    "tiktok": Content(WORDS, (IMAGE,)),
    "youtube": Content(WORDS, (VIDEO,)),
}


@dataclass(frozen=True, slots=True)
class Door:
    """Our app at one of the simulated platforms."""

    simulator: Simulator
    http: httpx.Client
    platform: str
    secret: str = field(default=SECRET, repr=False)

    @property
    def client(self) -> OAuthClient:
        return OAuthClient(CLIENT_ID, self.secret, f"{self.simulator.url}/{self.platform}")

    def back(self, account: str = "demo", verifier: str = VERIFIER) -> httpx.URL:
        """Go to the page, allow, and return where that leads."""
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
        """Go all the way; ``partner`` gets a refresh token at LinkedIn."""
        return self.redeem(self.back(account).params["code"])

    def refresh(self, token: Mapping[str, str]) -> Grant:
        return provider_for(self.platform).refresh(self.http, self.client, token, now=self.now)

    def revoke(self, token: Mapping[str, str]) -> None:
        provider_for(self.platform).revoke(self.http, self.client, token)

    def answers(self, token: Mapping[str, str]) -> bool:
        """Say whether the platform lets an access token in."""
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


def old_enough(door: Door, account: str = "demo") -> None:
    """Let a token get the age at which Instagram and Threads renew it."""
    if door.platform in SELF_RENEWING:
        door.simulator.expire_tokens(door.platform, account, seconds=3600)


def account_of(granted: GrantedAccount, platform: str) -> Account:
    return Account("c1", platform, granted.account_id, granted.handle, granted.base_url, granted.grant.token)


def code_of(error: pytest.ExceptionInfo[PublishError]) -> str:
    assert SECRET not in str(error.value)
    return error.value.code


@pytest.mark.parametrize("platform", sorted(PROVIDERS))
def test_an_account_is_connected(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    door = Door(simulator, http, platform)

    back = door.back("ada")
    accounts = door.redeem(back.params["code"])

    assert back.params["state"] == STATE
    assert accounts[0].handle.lower().removeprefix("@") == "ada"
    assert len({account.account_id for account in accounts}) == len(accounts) == (2 if platform == "linkedin" else 1)
    assert {account.base_url for account in accounts} == {f"{simulator.url}/{platform}"}
    assert all(door.answers(account.grant.token) for account in accounts)
    expires_at = accounts[0].grant.expires_at
    assert (expires_at is None) == (platform == "facebook")
    assert expires_at is None or expires_at > door.now()


def test_several_pages_of_one_person(simulator: Simulator, http: httpx.Client) -> None:
    accounts = Door(simulator, http, "facebook").connect(",".join(f"page_{number}" for number in range(130)))

    assert len({account.account_id for account in accounts}) == 130
    assert len({account.grant.token["access_token"] for account in accounts}) == 130
    assert accounts[129].handle == "Page_129"


@pytest.mark.parametrize(("member", "handles"), [("ada", ["Ada", "Ada Ltd"]), ("member_ada", ["Member_Ada"])])
def test_organisations_where_they_may_be_known(
    member: str, handles: list[str], simulator: Simulator, http: httpx.Client
) -> None:
    accounts = Door(simulator, http, "linkedin").connect(member)

    assert [account.handle for account in accounts] == handles
    kinds = [account.account_id.rpartition(":")[0] for account in accounts]
    assert kinds == ["urn:li:person", "urn:li:organization"][: len(handles)]


@pytest.mark.parametrize("platform", RENEWABLE)
def test_a_token_is_renewed(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    door = Door(simulator, http, platform)
    before = door.connect("partner")[0].grant
    old_enough(door, "partner")

    after = door.refresh(before.token)

    assert is_renewable(platform, before.token)
    assert is_renewable(platform, after.token)
    assert after.token["access_token"] != before.token["access_token"]
    assert door.answers(after.token)
    assert after.expires_at is not None
    assert after.expires_at > door.now()
    kept = after.token.get("refresh_token") == before.token.get("refresh_token")
    assert kept == (platform not in ROTATING)


@pytest.mark.parametrize("platform", ROTATING)
def test_a_refresh_token_that_was_used_already(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    door = Door(simulator, http, platform)
    token = door.connect()[0].grant.token
    door.refresh(token)

    with pytest.raises(Rejected) as refused:
        door.refresh(token)

    assert code_of(refused) == "reconnect_required"


@pytest.mark.parametrize("platform", KEEPING)
def test_a_refresh_token_that_is_good_again_and_again(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    door = Door(simulator, http, platform)
    token = door.connect("partner")[0].grant.token

    assert all(door.answers(door.refresh(token).token) for _ in range(3))


@pytest.mark.parametrize("platform", RENEWABLE)
@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_a_grant_that_is_over(platform: str, end: str, simulator: Simulator, http: httpx.Client) -> None:
    door = Door(simulator, http, platform)
    token = door.connect("partner")[0].grant.token
    if end == "revoked":
        assert simulator.revoke_tokens(platform, "partner")
    else:
        assert simulator.expire_tokens(platform, "partner", refresh_tokens=True)

    with pytest.raises(Rejected) as refused:
        door.refresh(token)

    assert code_of(refused) == "reconnect_required"


@pytest.mark.parametrize("platform", SELF_RENEWING)
def test_a_token_that_is_too_young_to_be_renewed_is_no_reason_to_ask(
    platform: str, simulator: Simulator, http: httpx.Client
) -> None:
    door = Door(simulator, http, platform)
    token = door.connect()[0].grant.token

    with pytest.raises(Transient) as refused:
        door.refresh(token)

    assert code_of(refused) == "unexpected_answer"
    assert door.answers(token)


def test_linkedin_gives_refresh_tokens_to_few(simulator: Simulator, http: httpx.Client) -> None:
    token = Door(simulator, http, "linkedin").connect("ada")[0].grant.token

    assert not is_renewable("linkedin", token)


@pytest.mark.parametrize("platform", sorted(PROVIDERS))
def test_a_token_is_revoked_where_that_ends_no_other(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    door = Door(simulator, http, platform)
    token = door.connect()[0].grant.token

    door.revoke(token)
    door.revoke(token)

    assert door.answers(token) == (platform not in REVOCABLE)


@pytest.mark.parametrize("platform", sorted(PROVIDERS))
def test_a_code_is_good_once(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    door = Door(simulator, http, platform)
    code = door.back().params["code"]
    door.redeem(code)

    with pytest.raises(Rejected) as refused:
        door.redeem(code)

    assert code_of(refused) == "authorization_refused"
    assert code not in str(refused.value)


@pytest.mark.parametrize("platform", sorted(PROVIDERS))
def test_a_code_is_good_at_the_address_that_it_was_asked_for(
    platform: str, simulator: Simulator, http: httpx.Client
) -> None:
    door = Door(simulator, http, platform)
    code = door.back().params["code"]

    with pytest.raises(Rejected) as refused:
        door.redeem(code, redirect_uri=f"{REDIRECT}/other")

    assert code_of(refused) == "authorization_refused"


@pytest.mark.parametrize("platform", ["x", "youtube"])
def test_a_code_is_no_good_without_its_verifier(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    door = Door(simulator, http, platform)
    code = door.back().params["code"]

    with pytest.raises(Rejected) as refused:
        door.redeem(code, verifier="x" * 43)

    assert code_of(refused) == "authorization_refused"


@pytest.mark.parametrize("platform", sorted(PROVIDERS))
def test_a_code_does_not_last(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    door = Door(simulator, http, platform)
    code = door.back().params["code"]
    clock = simulator.state.now
    assert isinstance(clock, Clock)
    clock.ahead += timedelta(hours=2)

    with pytest.raises(Rejected) as refused:
        door.redeem(code)

    assert code_of(refused) == "authorization_refused"


@pytest.mark.parametrize("platform", sorted(PROVIDERS))
def test_a_wrong_secret_of_ours(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    door = Door(simulator, http, platform)
    wrong = replace(door, secret="another-secret")

    with pytest.raises(Rejected) as refused:
        wrong.redeem(door.back().params["code"])

    assert code_of(refused) == "client_refused"
    assert "another-secret" not in str(refused.value)


@pytest.mark.parametrize("platform", [*ROTATING, *KEEPING])
def test_a_wrong_secret_of_ours_disconnects_nobody(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    door = Door(simulator, http, platform)
    token = door.connect("partner")[0].grant.token

    with pytest.raises(Rejected) as refused:
        replace(door, secret="another-secret").refresh(token)

    assert code_of(refused) == "client_refused"
    assert door.answers(door.refresh(token).token)


@pytest.mark.parametrize("platform", RENEWABLE)
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
def test_a_bad_day_at_a_renewal(
    platform: str,
    kind: str,
    options: dict[str, object],
    error: type[PublishError],
    simulator: Simulator,
    http: httpx.Client,
) -> None:
    door = Door(simulator, http, platform)
    token = door.connect("partner")[0].grant.token
    old_enough(door, "partner")
    simulator.fault(platform, "token", kind, **options)

    with pytest.raises(error) as raised:
        door.refresh(token)

    assert not simulator.faults_left()
    assert (code_of(raised) == "reconnect_required") == (kind == "invalid_grant")
    assert door.answers(door.refresh(token).token)


@pytest.mark.parametrize("platform", sorted(set(PROVIDERS) - {"facebook"}))
def test_a_post_that_finds_its_token_expired(platform: str, simulator: Simulator, http: httpx.Client) -> None:
    account = account_of(Door(simulator, http, platform).connect("partner")[0], platform)
    simulator.expire_tokens(platform, "partner")

    with pytest.raises(TokenExpired):
        ADAPTERS[platform](http, FakeMedia()).publish(CONTENT[platform], account, FakeAttempt())

    assert not simulator.posts(platform)


def test_a_page_whose_person_took_the_access_back(simulator: Simulator, http: httpx.Client) -> None:
    door = Door(simulator, http, "facebook")
    account = account_of(door.connect()[0], "facebook")
    simulator.revoke_tokens("facebook")

    with pytest.raises((TokenExpired, Rejected)) as over:
        ADAPTERS["facebook"](http, FakeMedia()).publish(CONTENT["facebook"], account, FakeAttempt())

    assert code_of(over) in ("token_expired", "reconnect_required")
    assert not simulator.posts("facebook")


@pytest.mark.parametrize("platform", ["linkedin", "x"])
def test_an_expired_token_is_renewed_and_the_post_goes_out(
    platform: str, simulator: Simulator, http: httpx.Client
) -> None:
    door = Door(simulator, http, platform)
    account = account_of(door.connect("partner")[0], platform)
    simulator.expire_tokens(platform, "partner")
    fresh = replace(account, token=door.refresh(account.token).token)

    assert isinstance(finish(ADAPTERS[platform](http, FakeMedia()), Content(WORDS), fresh, FakeAttempt()), Published)
    assert [post["text"] for post in simulator.posts(platform)] == [WORDS]


@pytest.mark.parametrize("platform", ["facebook", "linkedin", "threads", "x"])
def test_a_post_goes_out_on_the_account_that_was_granted(
    platform: str, simulator: Simulator, http: httpx.Client
) -> None:
    account = account_of(Door(simulator, http, platform).connect("ada")[-1], platform)

    assert isinstance(finish(ADAPTERS[platform](http, FakeMedia()), Content(WORDS), account, FakeAttempt()), Published)
    assert [post["text"] for post in simulator.posts(platform)] == [WORDS]
