"""Connects an owner to the simulated Bluesky and Mastodon, as a person would connect real accounts."""

from datetime import UTC, datetime

import httpx

from local.deploy import client
from local.stack import Stack
from minutehand.connections.store import Connections, NewConnection
from minutehand.connections.vault import Vault
from minutehand.runtime.db import Database

DEMO_USER = "demo"


def connect_demo_accounts(stack: Stack, owner: str = DEMO_USER) -> None:
    """Give ``owner`` one account on each, under the owner's name, its token sealed with the deployed key.

    Safe to repeat; the tokens are sealed anew each time, because an emulator that was killed has lost its key.
    """
    seal = Vault(client(stack.settings, "kms"), stack.deployment.token_key_arn).seal
    bluesky, mastodon = f"{stack.settings.simulator_url}/bluesky", f"{stack.settings.simulator_url}/mastodon"
    handle = f"{owner}.bsky.example"
    app_password = {"identifier": handle, "password": "demo-app-password"}
    access_token = {"access_token": f"{owner.replace('-', '_')}-token"}
    with httpx.Client(timeout=10) as http:
        session = http.post(f"{bluesky}/xrpc/com.atproto.server.createSession", json=app_password)
        account = http.get(
            f"{mastodon}/api/v1/accounts/verify_credentials",
            headers={"authorization": f"Bearer {access_token['access_token']}"},
        )
    did = session.raise_for_status().json()["did"]
    mastodon_id = f"{account.raise_for_status().json()['id']}@{httpx.URL(mastodon).netloc.decode()}"
    now = datetime.now(UTC)
    database = Database(lambda: stack.database_url)
    connections = Connections(database)
    connections.connect(NewConnection(owner, "bluesky", did, handle, bluesky), app_password, seal, now=now)
    connections.connect(NewConnection(owner, "mastodon", mastodon_id, owner, mastodon), access_token, seal, now=now)
    database.close()
