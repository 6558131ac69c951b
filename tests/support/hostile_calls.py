"""Every kind of call to a server that may be hostile. As a program, it reports outcomes, times and memory.

Usage: ``python -m tests.support.hostile_calls ADDRESS SECONDS CONCURRENCY CALLS BEHAVIOUR...``
"""

import json
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import httpx

from minutehand.link_cards.fetcher import CardFetcher
from minutehand.platforms.bluesky.session import Sessions
from minutehand.platforms.bluesky.video_service import NotServed, VideoCalls
from minutehand.platforms.catalog import AUTHORIZABLE, CONNECTORS, PLATFORMS, PROVIDERS, REGISTERING, load_attribute
from minutehand.platforms.choices import read_choices_of
from minutehand.platforms.connectors import connector_for
from minutehand.platforms.deadline import time_limit
from minutehand.platforms.exchange import Exchange, Reply
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.metrics import PublishedPost, reader_for
from minutehand.platforms.network import guarded_client
from minutehand.platforms.oauth2.provider import OAuthClient, provider_for
from minutehand.platforms.oauth2.registration import registration_for
from minutehand.platforms.port import Account, Adapter, Content, PublishError
from minutehand.platforms.rulebook import rulebook_for
from tests.support.attempts import FakeAttempt
from tests.support.clock import START, FakeClock
from tests.support.credentials import credentials_for

TOKEN = {"identifier": "ada", "password": "b", "access_token": "c", "refresh_token": "d", "cookie": "e"}
CHECKPOINT = {
    "rkey": "3k",
    "repo": "did:plc:ada",
    "created_at": START.isoformat(),
    "account": "1",
    "container": "1",
    "called_at": START.isoformat(),
}

type Call = Callable[[httpx.Client, str], object]
"""Calls a server with a client, and returns the result or raises `PublishError`."""


def calls() -> Mapping[str, Call]:
    """Return every kind of call by its name."""
    found: dict[str, Call] = {"probe": _probe, "fetch": _fetch, "card": _card}
    found["video bluesky"] = _video
    for platform in CONNECTORS:
        found[f"connect {platform}"] = partial(_connect, platform)
    for platform in REGISTERING:
        found |= {f"{call.__name__[1:]} {platform}": partial(call, platform) for call in (_register, _is_known)}
    for platform in AUTHORIZABLE:
        found |= {f"{call.__name__[1:]} {platform}": partial(call, platform) for call in (_redeem, _revoke)}
    for platform in PROVIDERS:
        found[f"refresh {platform}"] = partial(_refresh, platform)
    for platform in sorted(PLATFORMS):
        found |= {f"{call.__name__[1:]} {platform}": partial(call, platform) for call in (_publish, _reconcile)}
        found |= {f"{call.__name__[1:]} {platform}": partial(call, platform) for call in (_metrics, _followers)}
        if rulebook_for(platform).choices:
            found[f"choices {platform}"] = partial(_choices, platform)
    return found


def _probe(client: httpx.Client, server: str) -> object:
    return MediaFetcher(client).probe(f"{server}/image.png")


def _fetch(client: httpx.Client, server: str) -> object:
    return MediaFetcher(client).fetch(f"{server}/image.png", max_bytes=2_000_000)


def _card(client: httpx.Client, server: str) -> object:
    return CardFetcher(client).fetch(f"{server}/page", seconds=3)


class _Tokens(Sessions):
    """Sessions with a server that issues every token."""

    def call(self, *_: object, **__: object) -> Reply:
        return Reply(200, {"token": "a-token"})


def _video(client: httpx.Client, server: str) -> object:
    exchange, account = Exchange(client, "Bluesky"), _account("bluesky", server)
    calls = VideoCalls(exchange, _Tokens(exchange), server, account, FakeAttempt(now=START))
    try:
        return calls.start({"sizeBytes": 1, "mimeType": "video/mp4"}), calls.job("1"), calls.limits()
    except NotServed:
        return None


def _choices(platform: str, client: httpx.Client, server: str) -> object:
    return read_choices_of(platform)(client, _account(platform, server), FakeClock())


def _metrics(platform: str, client: httpx.Client, server: str) -> object:
    os.environ["BLUESKY_APP_VIEW"] = server
    posts = [PublishedPost(remote_id, START) for remote_id in ("7", "urn:li:share:7")]
    return dict(reader_for(platform).read_posts(client, _account(platform, server), posts, FakeClock()))


def _followers(platform: str, client: httpx.Client, server: str) -> object:
    os.environ["BLUESKY_APP_VIEW"] = server
    return reader_for(platform).read_followers(client, _account(platform, server), FakeClock())


def _connect(platform: str, client: httpx.Client, server: str) -> object:
    connector = connector_for(platform)
    credentials = connector.form.model_validate(credentials_for(platform, server))
    return connector.verify(client, credentials, lambda: START)


def _register(platform: str, client: httpx.Client, server: str) -> object:
    return registration_for(platform).register(client, server, redirect_uri="https://d.example", now=lambda: START)


def _is_known(platform: str, client: httpx.Client, server: str) -> object:
    return registration_for(platform).is_known(client, OAuthClient("a", "b", server), now=lambda: START)


def _redeem(platform: str, client: httpx.Client, server: str) -> object:
    return provider_for(platform).redeem(
        client,
        OAuthClient("a", "b", server),
        code="c",
        redirect_uri="https://d.example",
        code_verifier="e" * 43,
        now=lambda: START,
    )


def _refresh(platform: str, client: httpx.Client, server: str) -> object:
    return provider_for(platform).refresh(client, OAuthClient("a", "b", server), TOKEN, now=lambda: START)


def _revoke(platform: str, client: httpx.Client, server: str) -> object:
    return provider_for(platform).revoke(client, OAuthClient("a", "b", server), TOKEN)  # type: ignore[func-returns-value]


def _adapter(platform: str, client: httpx.Client) -> Adapter:
    adapter: Adapter = load_attribute(platform, "adapter", "adapter")(client, MediaFetcher(client))
    return adapter


def _account(platform: str, server: str) -> Account:
    return Account("1", platform, "did:plc:ada" if platform == "bluesky" else "1@a.example", "ada", server, TOKEN)


def _publish(platform: str, client: httpx.Client, server: str) -> object:
    content = Content("Hello, @ada.example!")
    return _adapter(platform, client).publish(content, _account(platform, server), FakeAttempt(now=START))


def _reconcile(platform: str, client: httpx.Client, server: str) -> object:
    checkpoint = {**CHECKPOINT, "service": server}
    attempt = FakeAttempt(now=START, armed_at=START, checkpoint=checkpoint)
    return _adapter(platform, client).reconcile(Content("Hello!"), _account(platform, server), attempt)


def outcome_of(call: Call, client: httpx.Client, server: str) -> str:
    """Return the name of the type of the result, or of the error."""
    try:
        return type(call(client, server)).__name__
    except PublishError as error:
        return type(error).__name__
    except Exception as error:
        return f"unexpected {type(error).__name__}: {error}"[:200]


def resident_bytes() -> int:
    """Return the most memory that this process has used."""
    # Not ru_maxrss, which a process inherits from the process that starts it.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1_024


def main(address: str, seconds: float, concurrency: int, names: str, behaviours: list[str]) -> None:
    """Make the calls ``names`` (separated by commas, or all) to each behaviour, each in ``concurrency`` threads.

    Print a line for each call.
    """
    logging.disable()
    client, chosen = guarded_client(private_networks=True), names.split(",")

    def limited(call: Call, server: str) -> str:
        with time_limit(seconds):
            return outcome_of(call, client, server)

    with ThreadPoolExecutor(concurrency) as pool:
        for behaviour in behaviours:
            server = f"{address}/{behaviour}"
            for name, call in calls().items():
                if names != "all" and name not in chosen:
                    continue
                started = time.monotonic()
                running = [pool.submit(limited, call, server) for _ in range(concurrency)]
                report = {
                    "behaviour": behaviour,
                    "call": name,
                    "outcomes": sorted({each.result() for each in running}),
                    "seconds": round(time.monotonic() - started, 2),
                    "bytes": resident_bytes(),
                }
                sys.stdout.write(json.dumps(report) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5:])
