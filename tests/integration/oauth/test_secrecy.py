"""A search for secrets in everything that is emitted, after connecting, refreshing, publishing and disconnecting with
all kinds of faults: logs at any level with tracebacks, responses, exceptions, rows of every table, messages, metrics.
"""

import hmac
import traceback
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

import minutehand.runtime.aws  # noqa: F401 keeps botocore's responses out of the log, as in every function
from local.simulator.demo import Requirements, requirements_of
from minutehand.oauth.maintenance import maintain
from minutehand.oauth.revoke import Revoker
from minutehand.platforms.catalog import AUTHORIZABLE, PLATFORMS, load_attribute
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.network import guarded_client
from minutehand.platforms.port import PublishError
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.accounts import CLIENT_SECRET, PAGE, Accounts, Reply, http
from tests.support.captured_output import rows_as_text
from tests.support.simulator import Simulator
from tests.support.sweeps import is_chosen
from tests.support.world import World

STEPS = ["token", "me", "userinfo", "users_me", "channels", "accounts", "revoke"]
SALT = Query("salt", "SELECT verifier_salt FROM oauth_states WHERE digest = %(digest)s")
FAULTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("never_land", {}),
    ("land_then_drop", {}),
    ("status", {"status": 400}),
    ("status", {"status": 401}),
    ("status", {"status": 403}),
    ("status", {"status": 500}),
    ("rate_limit", {"seconds": 1}),
)
"""The faults of a platform. `make test` causes a third of them at each step of a provider, and the others at other
steps or providers.
"""
PASSWORD, MASTODON_TOKEN = "hush-app-password", "hush-mastodon-token"
TEXT_PLATFORMS = [platform for platform in sorted(PLATFORMS) if requirements_of(platform) == Requirements()]
"""The platforms that publish a text without media."""


class Detective:
    """Uses accounts in every way, and records all secrets and everything that is emitted."""

    def __init__(self, accounts: Accounts, world: World, simulator: Simulator) -> None:
        self.accounts, self.world, self.simulator = accounts, world, simulator
        self.refresher = accounts.refresher(world.url)
        self.secrets = {CLIENT_SECRET, PASSWORD, MASTODON_TOKEN}
        world.open_token = accounts.vault.open
        world.refresh = self.refresher.fresh

    def begin(self, platform: str, **fields: Any) -> str:
        url = self.accounts.begin(platform, **fields)
        state = parse_qs(urlsplit(url).query)["state"][0]
        row = self.accounts.db.one(SALT, digest=sha256(state.encode()).digest())
        assert row is not None
        verifier = urlsafe_b64encode(hmac.digest(row["verifier_salt"], state.encode(), "sha256")).rstrip(b"=").decode()
        assert 43 <= len(verifier) <= 128
        self.secrets |= {state, verifier}
        return url

    def back(self, platform: str, account: str = "demo", **fields: Any) -> httpx.URL:
        back = self.simulator.allow(self.begin(platform, **fields), account)
        self.secrets.add(back.params["code"])
        return back

    def call_back(self, back: httpx.URL | str) -> Reply:
        return self.accounts.browse(back, accept="application/json")

    def fresh(self, connection: dict[str, Any]) -> None:
        """Refresh the token of a connection, and record the exception with its causes."""
        self.record()
        row = self.accounts.row(connection)
        try:
            self.refresher.fresh(row["connection_id"], "ada", row["ciphertext"])
        except PublishError as error:
            self.accounts.emitted.add(repr(error), *traceback.format_exception(error))
        self.accounts.clock.advance(minutes=15)

    def maintain(self) -> None:
        revoker = Revoker(self.accounts.vault.open, self.accounts.clients, http, self.accounts.clock)
        deadline = self.accounts.clock.now() + timedelta(hours=1)
        report = maintain(
            lambda: Database(lambda: self.world.url), self.refresher, revoker, self.accounts.clock, deadline=deadline
        )
        self.accounts.emitted.add(report)

    def record(self) -> None:
        """Record all rows and messages that exist now."""
        self.accounts.emitted.add(*rows_as_text(self.accounts.db))
        self.accounts.emitted.add(*(message.body for message in self.world.sqs.messages.values()))

    def found(self, printed: str) -> dict[str, list[str]]:
        """Return the emitted texts that contain a secret, by secret."""
        self.record()
        self.accounts.emitted.add(printed)
        issued = {token["token"] for tokens in self.simulator.tokens().values() for token in tokens}
        assert issued, "nothing was ever connected"
        found = {secret: self._holding(secret) for secret in self.secrets | issued}
        return {secret: texts for secret, texts in found.items() if texts}

    def _holding(self, secret: str) -> list[str]:
        # The responses with the addresses of our page and of the consent page contain the state, and go to the person
        # who began.
        texts = self.accounts.emitted.containing(secret)
        allowed = ('\\"url\\":', '"location": [', "uvicorn")
        return [text[:300] for text in texts if not any(words in text for words in allowed)]


@pytest.fixture
def detective(accounts: Accounts, world: World, simulator: Simulator) -> Iterator[Detective]:
    detective = Detective(accounts, world, simulator)
    with guarded_client(private_networks=True) as client:
        media = MediaFetcher(client)
        made = {name: load_attribute(name, "adapter", "adapter")(client, media) for name in TEXT_PLATFORMS}
        world.adapters = lambda work: made[work.platform]
        yield detective


def test_a_leak_is_detected(detective: Detective) -> None:
    """Without this, the tests below could pass without finding anything."""
    back = detective.back("x")
    detective.call_back(back)
    detective.accounts.emitted.add(f"a leak of {back.params['code']}")
    detective.accounts.db.fetch(
        Query("leak", "UPDATE social_connections SET handle = %(token)s"),
        token=detective.simulator.tokens()["accessTokens"][0]["token"],
    )

    assert len(detective.found("")) == 2


def faults(platform: str, step: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the faults that are caused at a step of a provider."""
    place = AUTHORIZABLE.index(platform) + STEPS.index(step)
    return [fault for number, fault in enumerate(FAULTS) if is_chosen(place + number)]


@pytest.mark.sweep
@pytest.mark.parametrize("platform", AUTHORIZABLE)
def test_no_secret_of_a_connection_is_emitted(
    platform: str, detective: Detective, simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts, steps = detective.accounts, set(simulator.steps(platform))
    back = detective.back(platform)
    assert detective.call_back(back).status == 201
    assert detective.call_back(back).status == 409  # replayed
    assert detective.call_back(simulator.deny(detective.begin(platform))).status == 400
    wrong = detective.back(platform)
    assert detective.call_back(str(wrong.copy_set_param("code", "hush-code"))).status >= 400
    detective.secrets.add("hush-code")
    late = detective.back(platform)
    accounts.clock.advance(minutes=11)
    assert detective.call_back(late).status == 410
    for step in [step for step in STEPS if step in steps and step != "revoke"]:
        for kind, options in faults(platform, step):
            back = detective.back(platform)
            simulator.fault(platform, step, kind, **options)
            detective.call_back(back)
            simulator.client.delete("/faults")
    accounts.configure(pages=PAGE)
    on_page = detective.back(platform)
    for user in ("mallory", "ada", "ada"):
        answer = {"code": on_page.params["code"], "state": on_page.params["state"]}
        accounts.call("connection_callback", "POST", answer, user=user)

    [connection] = [each for each in accounts.listed() if each["isDefault"]]
    for kind, options in faults(platform, "token"):
        simulator.expire_tokens(platform, seconds=3600)  # old enough to be refreshed
        simulator.fault(platform, "token", kind, **options)
        detective.fresh(connection)
        simulator.client.delete("/faults")
    accounts.clock.advance(days=70)
    detective.maintain()
    simulator.revoke_tokens(platform)
    detective.fresh(connection)
    for kind, options in (*faults(platform, "revoke"), ("none", {})):
        accounts.configure()
        detective.call_back(detective.back(platform))
        if "revoke" in steps and kind != "none":
            simulator.fault(platform, "revoke", kind, **options)
        for each in accounts.listed():
            accounts.call("connections", "DELETE", {"connectionId": each["id"]})
        detective.record()
        detective.maintain()
        simulator.client.delete("/faults")

    assert detective.found(capsys.readouterr().out) == {}


def test_no_secret_is_emitted_during_publishing(
    detective: Detective, simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts, world = detective.accounts, detective.world
    for platform in ("x", "linkedin", "threads", "facebook"):
        assert detective.call_back(detective.back(platform)).status == 201
    bluesky = {"platform": "bluesky", "identifier": "ada.example", "appPassword": PASSWORD}
    mastodon = {"platform": "mastodon", "instance": simulator.mastodon, "accessToken": MASTODON_TOKEN}
    assert accounts.call("connections", "POST", bluesky | {"service": simulator.bluesky}).status == 201
    assert accounts.call("connections", "POST", mastodon).status == 201

    def fail_everywhere(kind: str, options: dict[str, Any]) -> None:
        for platform in TEXT_PLATFORMS:
            simulator.fault(platform, "publish", kind, **options)

    events: list[Callable[[], object]] = [lambda: None]
    events += [partial(fail_everywhere, kind, options) for kind, options in (*FAULTS, ("expired_token", {}))]
    events.append(lambda: [simulator.expire_tokens(platform) for platform in ("x", "threads", "linkedin")])
    events.append(lambda: [simulator.revoke_tokens(platform) for platform in ("x", "threads", "linkedin")])

    for number, act in enumerate(events):
        post = world.post(platforms=TEXT_PLATFORMS, content=f"Post {number}", ahead=60)
        world.schedule(post)
        act()
        world.run(minutes=4)
        detective.record()
        assert len(world.publications(post)) == len(TEXT_PLATFORMS)
        simulator.client.delete("/faults")

    published = [each for each in world.publications() if each["state"] == "published"]
    assert {each["platform"] for each in published} == set(TEXT_PLATFORMS)
    assert {each["status"] for each in accounts.listed()} == {"active", "reconnect_required"}
    assert detective.found(capsys.readouterr().out) == {}
