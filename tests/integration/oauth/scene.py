"""A scene of one account on a strict platform, and of processes that refresh its token."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from minutehand.connections.store import Connection, Connections, Lifetime, NewConnection
from minutehand.connections.vault import Vault
from minutehand.oauth.clients import Clients
from minutehand.oauth.configs.clients import ClientsConfig
from minutehand.oauth.refresh import Refresher
from minutehand.oauth.refresh_call import RefreshCall
from minutehand.platforms.catalog import PROVIDERS
from minutehand.platforms.connectors import connecting_client
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.clock import FakeClock
from tests.support.providers import FIRST, LIFE, FakeProvider

CLIENTS = Clients(
    ClientsConfig(
        stage="local", oauth_clients=json.dumps({name: {"clientId": "a", "clientSecret": "b"} for name in PROVIDERS})
    )
)
TOKEN = Query("token", "SELECT * FROM social_account_tokens WHERE connection_id = %(id)s")
DISCONNECT_OTHERS = Query(
    "disconnect_others",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %(own)s",
)
REPLACE = Query("replace", "UPDATE social_account_tokens SET ciphertext = %(ciphertext)s WHERE connection_id = %(id)s")
OWN_PID = Query("own_pid", "SELECT pg_backend_pid() AS pid")


class Scene:
    """One account on X whose token expires in two hours, and processes that refresh it."""

    def __init__(self, url: str, db: Database, clock: FakeClock, vault: Vault) -> None:
        self.url, self.db, self.clock, self.vault = url, db, clock, vault
        self.provider = FakeProvider()
        self.clients = CLIENTS
        self.opened: list[Database] = []
        self.id = self.connect(FIRST)

    def connect(self, token: dict[str, str], platform: str = "x", account_id: str = "1") -> UUID:
        now = self.clock.now()
        return (
            Connections(self.db)
            .connect(
                NewConnection("ada", platform, account_id, "@ada", "https://api.x.com"),
                token,
                self.vault.seal,
                actor=Actor("ada"),
                now=now,
                lifetime=Lifetime(now + LIFE, now + LIFE * 0.9, now + timedelta(days=180)),
            )
            .id
        )

    def database(self) -> Database:
        db = Database(lambda: self.url)
        self.opened.append(db)
        return db

    def http(self) -> httpx.Client:
        return connecting_client(private_networks=True)

    def process(self, database: Callable[[], Database] | None = None, vault: Any = None) -> Refresher:
        refresh_call = RefreshCall(vault or self.vault, self.clients, self.http, self.clock.now, self.provider)
        return Refresher(database or self.database, refresh_call, self.clock)

    def row(self, connection_id: UUID | None = None) -> dict[str, Any]:
        row = self.db.one(TOKEN, id=connection_id or self.id)
        assert row is not None
        return row

    @property
    def seen(self) -> bytes:
        ciphertext: bytes = self.row()["ciphertext"]
        return ciphertext

    def stored(self) -> dict[str, str]:
        return self.vault.open(self.seen, str(self.id), "ada")

    def connection(self) -> Connection:
        found = Connections(self.db).find(self.id, "ada")
        assert found is not None
        return found

    def break_connections(self) -> None:
        """Break every connection but that of the test, as a restart of Postgres does."""
        own = self.db.one(OWN_PID)
        assert own is not None
        self.db.fetch(DISCONNECT_OTHERS, own=own["pid"])

    def replace_access_token(self) -> None:
        """Store an access token that the platform refuses although it has not expired."""
        sealed = self.vault.seal(FIRST | {"access_token": "refused"}, str(self.id), "ada")
        self.db.fetch(REPLACE, id=self.id, ciphertext=sealed)
