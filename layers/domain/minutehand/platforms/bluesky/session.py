"""Sessions at Bluesky, opened with an app password and kept in memory: logging in is limited to 30 in 5 minutes."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx

from minutehand.platforms.exchange import Exchange, Reply, bearer, saying
from minutehand.platforms.port import Account, PublishError, Rejected, Transient

DEFAULT_SERVICE = "https://bsky.social"
REFRESH_AFTER = timedelta(minutes=90)
"""An access token lives about 120 minutes; it is exchanged before it can run out in mid-publication."""
MAX_KEPT = 1_000
STALE_TOKEN = frozenset(["ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"])
NO_WAY_IN = frozenset(["AuthenticationRequired", "AuthFactorTokenRequired", "AccountTakedown", "AccountDeactivated"])
"""What createSession answers where only the account's owner can help. A firewall's page says none of it."""

type Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Session:
    """A way in. ``service`` is the server that holds the account."""

    did: str
    handle: str
    service: str
    opened_at: datetime
    access: str = field(repr=False)
    refresh: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """What each call carries."""
        return bearer(self.access, "Bluesky")


@dataclass(slots=True)
class _Slot:
    """One account's session, and whose turn it is to renew it."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    session: Session | None = None


class Sessions:
    """The sessions of all accounts. Safe to share between threads: one logs in, the others wait for it."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._turn = threading.Lock()
        self._slots: OrderedDict[tuple[str, ...], _Slot] = OrderedDict()

    def get(self, account: Account, now: Now) -> Session:
        """Return a session that is good for a while.

        Raises:
            PublishError: there is no way in (`Rejected`), or not now (`Transient`, `RateLimited`).
        """
        slot = self._slot(account)
        with slot.turn:
            if slot.session is None:
                slot.session = self._log_in(account, now)
            elif now() - slot.session.opened_at > REFRESH_AFTER:
                slot.session = self._refresh(slot.session, account, now)
            return slot.session

    def renew(self, stale: Session, account: Account, now: Now) -> Session:
        """Return a session in place of ``stale``, which the platform did not take. Raises as `get` does."""
        slot = self._slot(account)
        with slot.turn:
            if slot.session is None or slot.session.access == stale.access:
                slot.session = self._refresh(stale, account, now)
            return slot.session

    def _slot(self, account: Account) -> _Slot:
        _, password = _credentials(account)
        key = (account.connection_id, account.base_url, sha256(password.encode()).hexdigest())
        with self._turn:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            if len(self._slots) > MAX_KEPT:
                self._slots.popitem(last=False)
            return slot

    def _log_in(self, account: Account, now: Now) -> Session:
        identifier, password = _credentials(account)
        service = (account.base_url or DEFAULT_SERVICE).rstrip("/")
        reply = self._exchange.prepare(login(self._exchange.client, service, identifier, password), now)
        if not reply.ok:
            raise _refusal(reply, account)
        session = opened(reply, service, now())
        if account.account_id.startswith("did:") and account.account_id != session.did:
            # A handle can pass to another account: what is connected is the account, not its name.
            raise Rejected(
                "reconnect_required",
                f"The stored access to Bluesky opens another account than {account.handle}: connect the account again.",
            )
        return session

    def _refresh(self, session: Session, account: Account, now: Now) -> Session:
        request = self._exchange.client.build_request(
            "POST",
            f"{session.service}/xrpc/com.atproto.server.refreshSession",
            headers=bearer(session.refresh, "Bluesky"),
        )
        reply = self._exchange.prepare(request, now)
        if reply.ok:
            return opened(reply, session.service, now())
        return self._log_in(account, now)


def is_stale(reply: Reply) -> bool:
    """Say whether the platform did not take the access token. Bluesky answers 400 to one that ran out."""
    return reply.status in (400, 401) and error_name(reply) in STALE_TOKEN


def error_name(reply: Reply) -> str:
    """Return the name by which Bluesky calls what is wrong; empty when it gives none."""
    name = reply.fields.get("error")
    return name if isinstance(name, str) else ""


def _credentials(account: Account) -> tuple[str, str]:
    identifier, password = account.token.get("identifier"), account.token.get("password")
    if not identifier or not password:
        raise Rejected("reconnect_required", "The stored access to Bluesky is damaged: connect the account again.")
    return identifier, password


def _refusal(reply: Reply, account: Account) -> PublishError:
    if error_name(reply) not in NO_WAY_IN:
        return Transient(
            "unexpected_answer", f"Bluesky gave an answer to the login that is not known (HTTP {reply.status})."
        )
    said = saying(reply.fields.get("message"), account.token)
    return Rejected(
        "reconnect_required",
        f"Bluesky does not let us in as {account.handle or account.token['identifier']}"
        f"{f' ({said})' if said else ''}: connect the account again.",
    )


def login(client: httpx.Client, service: str, identifier: str, password: str) -> httpx.Request:
    """Return the call that opens a session at ``service``."""
    credentials = {"identifier": identifier, "password": password}
    return client.build_request("POST", f"{service}/xrpc/com.atproto.server.createSession", json=credentials)


def opened(reply: Reply, service: str, now: datetime) -> Session:
    """Return the session that ``service`` opened at ``now``, from what it answered.

    Raises:
        Transient: the answer holds none.
    """
    fields = reply.fields
    values = [fields.get(name) for name in ("did", "handle", "accessJwt", "refreshJwt")]
    if not all(isinstance(value, str) and value for value in values):
        raise Transient("unexpected_answer", "Bluesky gave an answer to the login that makes no sense.")
    did, handle, access, refresh = (str(value) for value in values)
    return Session(did, handle, _own_server(fields.get("didDoc")) or service, now, access, refresh)


def _own_server(did_document: Any) -> str | None:
    """Return the server that the account's DID document names."""
    services = did_document.get("service") if isinstance(did_document, dict) else None
    for entry in services if isinstance(services, list) else []:
        if isinstance(entry, dict) and str(entry.get("id", "")).endswith("#atproto_pds"):
            endpoint = entry.get("serviceEndpoint")
            return endpoint.rstrip("/") if isinstance(endpoint, str) and _is_address(endpoint) else None
    return None


def _is_address(endpoint: str) -> bool:
    try:
        url = httpx.URL(endpoint)
    except httpx.InvalidURL:
        return False
    return url.scheme in ("https", "http") and bool(url.host)
