"""The functions that connect accounts, on one database, one clock and the simulator, with all that they emit."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import httpx

from minutehand.connections.resources import open_vault
from minutehand.connections.vault import Vault
from minutehand.oauth.callback import Callback
from minutehand.oauth.clients import Clients
from minutehand.oauth.configs.clients import ClientsConfig
from minutehand.oauth.refresh import Refresher
from minutehand.oauth.refresh_call import RefreshCall
from minutehand.oauth.resources import open_clients
from minutehand.platforms.catalog import PROVIDERS, REGISTERING
from minutehand.platforms.connectors import connecting_client
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import CONTEXT, sample
from tests.support.captured_output import CapturedOutput
from tests.support.clock import FakeClock
from tests.support.cold_start import ENVIRON, Openers, start
from tests.support.consent import form_token
from tests.support.simulator import Simulator

CLIENT_ID, CLIENT_SECRET = "minutehand-local", "minutehand-local-secret"
API_URL = "http://127.0.0.1:4566/_aws/execute-api/{apiId}/local"
CONNECTIONS = "http://127.0.0.1:4566/_aws/execute-api/a1b2c3d4e5/local/api/social/connections"
OWN, CONFIRM, LINK = f"{CONNECTIONS}/callback", f"{CONNECTIONS}/confirm", f"{CONNECTIONS}/link"
SENT_HEADERS = frozenset(["cookie", "content-type", "sec-purpose", "purpose", "x-purpose", "x-moz"])
PAGES = {OWN: "connection_callback", CONFIRM: "confirm_connection", LINK: "connection_link"}
"""The functions whose responses browsers show, by their addresses."""
STORED = Query("stored", "SELECT * FROM social_account_tokens WHERE connection_id = %(connection_id)s")
PAGE = "http://127.0.0.1:3000/connections/callback"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.text)
        return body

    @property
    def token(self) -> str:
        """The token in the form of a page."""
        return form_token(self.text)


def registrations(simulator: Simulator) -> str:
    """Return the OAuth clients for all simulated platforms."""
    return json.dumps(
        {
            platform: {
                "clientId": CLIENT_ID,
                "clientSecret": CLIENT_SECRET,
                "server": f"{simulator.url}/{platform}",
            }
            for platform in PROVIDERS
        }
    )


def http() -> httpx.Client:
    return connecting_client(private_networks=True)


class Accounts:
    """Calls of the functions that connect accounts, as Ada by default."""

    def __init__(self, db: Database, clock: FakeClock, vault: Vault, simulator: Simulator) -> None:
        self.db = db
        self.clock = clock
        self.vault = vault
        self.simulator = simulator
        self.emitted = CapturedOutput()
        self.clients = Clients(ClientsConfig(stage="local", oauth_clients=registrations(simulator)))
        self.browser = self.new_browser()
        self.configure()

    def new_browser(self) -> httpx.Client:
        """Return a browser with its own cookies, for our pages only."""
        return httpx.Client(transport=httpx.MockTransport(self._serve))

    def configure(self, *, pages: str | None = None) -> None:
        """Start the functions. Platforms redirect people to ``pages``, and to our own address where there are none."""
        environ = ENVIRON | {
            "TOKEN_KEY_ID": "key",
            "MEDIA_FROM_PRIVATE_NETWORKS": "true",
            "API_URL": API_URL,
            "OAUTH_REDIRECT_URIS": pages or "",
        }
        openers: Openers = {open_clients: lambda _: self.clients, open_vault: lambda _: self.vault}
        self._functions = {
            name: start(name, db=self.db, clock=self.clock, environ=environ, openers=openers).function
            for name in (
                *("connections", "authorize_connection", "confirm_connection", "connection_callback"),
                *("connection_links", "connection_link"),
            )
        }

    def callback(self, db: Database) -> Callback:
        return Callback(db, self.clients, http, self.vault.seal, self.clock.now)

    def refresher(self, url: str) -> Refresher:
        """Return the refresher of a publisher, for the simulator."""
        refresh_call = RefreshCall(self.vault, self.clients, http, self.clock.now)
        return Refresher(lambda: Database(lambda: url), refresh_call, self.clock)

    def call(
        self,
        function: str,
        method: str,
        body: object = None,
        *,
        query: Mapping[str, str | list[str]] | None = None,
        user: str | None = "ada",
        owner: str | None = None,
        roles: str = "",
        accept: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> Reply:
        event = sample(function)
        event["httpMethod"] = event["requestContext"]["httpMethod"] = method
        event["headers"] = {"content-type": "application/json", "accept": accept} | (headers or {})
        event["multiValueHeaders"] = {name: [value] for name, value in event["headers"].items()}
        event["body"] = body if body is None or isinstance(body, str) else json.dumps(body)
        several = {name: [given] if isinstance(given, str) else given for name, given in (query or {}).items()}
        event["multiValueQueryStringParameters"] = several or None
        event["queryStringParameters"] = {name: values[-1] for name, values in several.items()} or None
        identity = {"principalId": user, "userId": user, "ownerId": owner or user, "roles": roles}
        event["requestContext"]["authorizer"] = None if user is None else identity
        answer = self._functions[function](event, CONTEXT)
        self.emitted.add(json.dumps(answer))
        given = {name.lower(): ", ".join(values) for name, values in answer["multiValueHeaders"].items()}
        return Reply(answer["statusCode"], given, answer["body"])

    def start(self, platform: str, **fields: Any) -> str:
        """Begin an authorization on ``platform``, and return the address to which to send the person's browser."""
        if platform in REGISTERING:
            fields = {"instance": f"{self.simulator.url}/{platform}"} | fields
        who = {name: fields.pop(name) for name in ("user", "owner", "roles") if name in fields}
        reply = self.call("authorize_connection", "POST", {"platform": platform} | fields, **who)
        assert reply.status == 200, reply.text
        url: str = reply.body["url"]
        return url

    def confirm(self, url: str, browser: httpx.Client | None = None) -> str:
        """Open our page at ``url``, choose to continue, and return the address of the consent page."""
        page = self.browse(url, browser=browser)
        assert page.status == 200, page.text
        reply = self.submit(url, {"token": page.token}, browser=browser)
        assert reply.status == 303, reply.text
        return reply.headers["location"]

    def begin(self, platform: str, **fields: Any) -> str:
        """Begin an authorization on ``platform``, confirm it in the browser if we have to ask there, and return the
        address of the consent page.
        """
        url = self.start(platform, **fields)
        return self.confirm(url) if url.startswith(CONFIRM) else url

    def browse(
        self,
        address: httpx.URL | str,
        *,
        accept: str = "text/html",
        browser: httpx.Client | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Open one of our pages, as a browser does: without an identity, and with the browser's cookies."""
        response = (browser or self.browser).get(address, headers={"accept": accept, **(headers or {})})
        return Reply(response.status_code, dict(response.headers), response.text)

    def submit(
        self, address: str, form: dict[str, str], *, accept: str = "text/html", browser: httpx.Client | None = None
    ) -> Reply:
        """Submit a form to one of our pages, as a browser does."""
        response = (browser or self.browser).post(address, data=form, headers={"accept": accept})
        return Reply(response.status_code, dict(response.headers), response.text)

    def _serve(self, request: httpx.Request) -> httpx.Response:
        page = str(request.url.copy_with(query=None, fragment=None))
        assert page in PAGES, request.url
        query = parse_qs(request.url.query.decode(), keep_blank_values=True)
        reply = self.call(
            PAGES[page],
            request.method,
            request.content.decode() or None,
            query=dict(query),
            user=None,
            headers={name: value for name, value in request.headers.items() if name in SENT_HEADERS},
            accept=request.headers["accept"],
        )
        return httpx.Response(reply.status, headers=reply.headers, text=reply.text)

    def connect(self, platform: str, account: str = "demo", **fields: Any) -> list[dict[str, Any]]:
        """Complete an authorization, and return the connections."""
        back = self.simulator.allow(self.begin(platform, **fields), account)
        reply = self.browse(back, accept="application/json")
        assert reply.status in (200, 201), reply.text
        connections: list[dict[str, Any]] = reply.body["connections"]
        return connections

    def listed(self, user: str = "ada") -> list[dict[str, Any]]:
        connections: list[dict[str, Any]] = self.call("connections", "GET", user=user).body["connections"]
        return connections

    def token(self, connection: dict[str, Any], owner: str = "ada") -> dict[str, str]:
        """Return the stored token of a connection in plain text."""
        row = self.db.one(STORED, connection_id=connection["id"])
        assert row is not None
        return self.vault.open(row["ciphertext"], connection["id"], owner)

    def row(self, connection: dict[str, Any]) -> dict[str, Any]:
        """Return the row of a connection's token."""
        row = self.db.one(STORED, connection_id=connection["id"])
        assert row is not None
        return row
