"""Connects an owner to the simulated platforms, with made-up tokens that never run out.

They are the accounts that a person gets who presses "Allow" on the platforms' pages with the same name.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import httpx

from local.deploy import client
from local.stack import Stack
from minutehand.connections.store import Connections, NewConnection
from minutehand.connections.vault import Vault
from minutehand.platforms.meta.versions import GRAPH_VERSION, THREADS_VERSION
from minutehand.runtime.db import Database

DEMO_USER = "demo"
BOARD = "549755885175"
"""The board that every account on the simulated Pinterest has."""

type Who = Callable[[Any], tuple[str, str]]
"""Finds id and name of an account in what a platform says about it."""

IDENTITIES: Mapping[str, tuple[str, Who]] = {
    "facebook": (f"{GRAPH_VERSION}/me", lambda page: (page["id"], page["name"])),
    "instagram": (f"{GRAPH_VERSION}/me", lambda user: (user["user_id"], f"@{user['username']}")),
    "linkedin": ("v2/userinfo", lambda member: (f"urn:li:person:{member['sub']}", member["name"])),
    "mastodon": ("api/v1/accounts/verify_credentials", lambda user: (user["id"], f"@{user['username']}")),
    "pinterest": ("v5/user_account", lambda user: (user["id"], user["username"])),
    "threads": (f"{THREADS_VERSION}/me", lambda user: (user["id"], f"@{user['username']}")),
    "tiktok": (
        "v2/user/info/?fields=open_id,username",
        lambda answer: (answer["data"]["user"]["open_id"], f"@{answer['data']['user']['username']}"),
    ),
    "x": ("2/users/me", lambda answer: (answer["data"]["id"], f"@{answer['data']['username']}")),
    "youtube": (
        "youtube/v3/channels?part=snippet&mine=true",
        lambda answer: (answer["items"][0]["id"], answer["items"][0]["snippet"]["customUrl"]),
    ),
}
"""How the platforms that take a bearer token say whose it is: the call, and where the answer has it."""


def connect_demo_accounts(stack: Stack, owner: str = DEMO_USER) -> None:
    """Give ``owner`` one account on each platform, under the owner's name, its token sealed with the deployed key.

    Safe to repeat; the tokens are sealed anew each time, because an emulator that was killed has lost its key.
    """
    seal = Vault(client(stack.settings, "kms"), stack.deployment.token_key_arn).seal
    now = datetime.now(UTC)
    with closing(Database(lambda: stack.database_url)) as database:
        connections = Connections(database)
        for account, token in accounts(owner, stack.settings.simulator_url):
            connections.connect(account, token, seal, now=now)


def accounts(owner: str, simulator: str) -> Iterator[tuple[NewConnection, Mapping[str, str]]]:
    """Ask each platform of ``simulator`` who ``owner`` is there; yield the accounts with their tokens."""
    with httpx.Client(timeout=10) as http:
        yield _bluesky(owner, f"{simulator}/bluesky", http)
        token = {"access_token": f"{owner.replace('-', '_')}-token"}
        for platform, (call, who) in IDENTITIES.items():
            base = f"{simulator}/{platform}"
            answer = http.get(f"{base}/{call}", headers={"authorization": f"Bearer {token['access_token']}"})
            account_id, handle = who(answer.raise_for_status().json())
            if platform == "mastodon":  # whose servers number their accounts by themselves
                server = httpx.URL(base).netloc.decode()
                account_id, handle = f"{account_id}@{server}", f"{handle}@{server}"
            yield NewConnection(owner, platform, account_id, handle, base), token


def _bluesky(owner: str, base: str, http: httpx.Client) -> tuple[NewConnection, Mapping[str, str]]:
    password = {"identifier": f"{owner}.bsky.example", "password": "demo-app-password"}
    session = http.post(f"{base}/xrpc/com.atproto.server.createSession", json=password).raise_for_status().json()
    return NewConnection(owner, "bluesky", session["did"], session["handle"], base), password
