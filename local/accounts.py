"""Connects an owner to the simulated platforms, with credentials that never expire.

A person who enters the same name on the platforms' consent pages connects the same accounts.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from uuid import UUID

import httpx

from local.deploy import client
from local.simulator.demo import identities
from local.stack import Stack
from minutehand.connections.store import Connections, NewConnection
from minutehand.connections.vault import Vault
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database

DEMO_USER = "demo"


def connect_demo_accounts(stack: Stack, owner: str = DEMO_USER) -> None:
    """Connect ``owner`` to the account of the same name on each platform."""
    connect_accounts(stack, accounts(owner, stack.settings.simulator_url))


def connect_accounts(stack: Stack, found: Iterable[tuple[NewConnection, Mapping[str, str]]]) -> dict[str, UUID]:
    """Connect the accounts in ``found``, with tokens that the deployed key seals. Return the ids of the connections,
    keyed by platform.

    Every call seals the tokens again, because an emulator that was killed may have lost its key.
    """
    seal = Vault(client(stack.settings, "kms"), stack.deployment.token_key_arn).seal
    now = datetime.now(UTC)
    with closing(Database(lambda: stack.database_url)) as database:
        connections = Connections(database)
        return {
            account.platform: connections.connect(account, token, seal, actor=Actor("ada"), now=now).id
            for account, token in found
        }


def accounts(owner: str, simulator: str) -> Iterator[tuple[NewConnection, Mapping[str, str]]]:
    """Yield the account of ``owner`` on each platform of ``simulator``, with its token."""
    with httpx.Client(timeout=10) as http:
        yield _bluesky(owner, f"{simulator}/bluesky", http)
        token = {"access_token": bearer_token(owner)}
        for platform, identity in identities().items():
            base = f"{simulator}/{platform}"
            response = http.get(f"{base}/{identity.call}", headers={"authorization": f"Bearer {token['access_token']}"})
            account_id, handle = identity.read(response.raise_for_status().json())
            if platform == "mastodon":  # An account id is unique only on its own server.
                server = httpx.URL(base).netloc.decode()
                account_id, handle = f"{account_id}@{server}", f"{handle}@{server}"
            yield NewConnection(owner, platform, account_id, handle, base), token


def bearer_token(owner: str) -> str:
    """Return the token of the account of ``owner`` on each platform except Bluesky."""
    return f"{owner.replace('-', '_')}-token"


def _bluesky(owner: str, base: str, http: httpx.Client) -> tuple[NewConnection, Mapping[str, str]]:
    password = {"identifier": f"{owner}.bsky.example", "password": "demo-app-password"}
    session = http.post(f"{base}/xrpc/com.atproto.server.createSession", json=password).raise_for_status().json()
    return NewConnection(owner, "bluesky", session["did"], session["handle"], base), password
