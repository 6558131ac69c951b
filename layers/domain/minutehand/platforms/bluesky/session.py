"""Bluesky sessions, opened with an app password and cached in memory. Bluesky limits the logins of an account to 30 in
5 minutes.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx

from minutehand.platforms.bluesky.errors import error_name, is_stale
from minutehand.platforms.exchange import Exchange, Reply, bearer, sanitize
from minutehand.platforms.identifiers import bounded_text, identifier
from minutehand.platforms.port import Account, PublishError, Rejected, Transient

DEFAULT_SERVICE = "https://bsky.social"
REFRESH_AFTER = timedelta(minutes=90)
"""The age at which a session is refreshed. An access token is valid for about 120 minutes."""
MAX_SESSIONS = 1_000
MAX_TOKEN_CHARACTERS = 4_096
"""The maximum length of a token. It limits the memory for the cached sessions."""
LOGIN_REFUSED = frozenset(
    ["AuthenticationRequired", "AuthFactorTokenRequired", "AccountTakedown", "AccountDeactivated"]
)
"""The createSession errors that only the account's owner can resolve. Any other error may come from a firewall, so it
is transient.
"""

type Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Session:
    """An open session. ``service`` is the server that hosts the account (its PDS)."""

    did: str
    handle: str
    service: str
    opened_at: datetime
    access: str = field(repr=False)
    refresh: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that authenticate a call."""
        return bearer(self.access, "Bluesky")


@dataclass(slots=True)
class _Entry:
    """The cached session of one account. A thread must hold ``lock`` to open or refresh the session."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    session: Session | None = None


class Sessions:
    """A thread-safe cache of sessions. If several threads need the same session, one of them logs in while the others
    wait.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[str, ...], _Entry] = OrderedDict()

    def get(self, account: Account, now: Now) -> Session:
        """Return a session whose access token is not older than `REFRESH_AFTER`.

        Raises:
            Rejected: the credentials are damaged, are refused or belong to another account, or the address of the
                server is not a public https address.
            Transient, RateLimited: the login failed, but may succeed later.
        """
        entry = self._entry(account)
        with entry.lock:
            if entry.session is None:
                entry.session = self._log_in(account, now)
            elif now() - entry.session.opened_at > REFRESH_AFTER:
                entry.session = self._refresh(entry.session, account, now)
            return entry.session

    def renew(self, stale: Session, account: Account, now: Now) -> Session:
        """Return a new session to replace ``stale``, whose access token Bluesky refused. Raises the errors of `get`."""
        entry = self._entry(account)
        with entry.lock:
            if entry.session is None or entry.session.access == stale.access:
                entry.session = self._refresh(stale, account, now)
            return entry.session

    def call(
        self,
        build: Callable[[Session], httpx.Request],
        account: Account,
        now: Now,
        *,
        expected_statuses: frozenset[int] = frozenset(),
    ) -> Reply:
        """Make a call that may be repeated, with the request that ``build`` returns for a session.

        If Bluesky refuses the access token, repeat the call with a renewed session. Raises the errors of
        `Exchange.prepare` and of `get`.
        """
        session = self.get(account, now)
        reply = self._exchange.prepare(build(session), now, expected_statuses=expected_statuses)
        if is_stale(reply):
            session = self.renew(session, account, now)
            reply = self._exchange.prepare(build(session), now, expected_statuses=expected_statuses)
        return reply

    def _entry(self, account: Account) -> _Entry:
        _, password = _credentials(account)
        key = (account.connection_id, account.base_url, sha256(password.encode()).hexdigest())
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            if len(self._entries) > MAX_SESSIONS:
                self._entries.popitem(last=False)
            return entry

    def _log_in(self, account: Account, now: Now) -> Session:
        identifier, password = _credentials(account)
        service = (account.base_url or DEFAULT_SERVICE).rstrip("/")
        reply = self._exchange.prepare(login_request(self._exchange.client, service, identifier, password), now)
        if not reply.ok:
            raise _refusal(reply, account)
        session = session_in(reply, service, now())
        if account.account_id.startswith("did:") and account.account_id != session.did:
            # A handle can move to another account. The connection belongs to the account, not to the handle.
            raise Rejected(
                "reconnect_required",
                f"The stored app password belongs to a Bluesky account other than {account.handle}. "
                "Connect the account again.",
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
            return session_in(reply, session.service, now())
        return self._log_in(account, now)


def _credentials(account: Account) -> tuple[str, str]:
    identifier, password = account.token.get("identifier"), account.token.get("password")
    if not identifier or not password:
        raise Rejected(
            "reconnect_required", "The stored app password for Bluesky is damaged. Connect the account again."
        )
    return identifier, password


def _refusal(reply: Reply, account: Account) -> PublishError:
    if error_name(reply) not in LOGIN_REFUSED:
        return Transient(
            "unexpected_answer", f"Bluesky returned an unexpected response to the login (HTTP {reply.status})."
        )
    said = sanitize(reply.fields.get("message"), account.token)
    return Rejected(
        "reconnect_required",
        f"Bluesky refused the login for {account.handle or account.token['identifier']}"
        f"{f' ({said})' if said else ''}. Connect the account again.",
    )


def login_request(client: httpx.Client, service: str, identifier: str, password: str) -> httpx.Request:
    """Return the request that opens a session at ``service``."""
    credentials = {"identifier": identifier, "password": password}
    return client.build_request("POST", f"{service}/xrpc/com.atproto.server.createSession", json=credentials)


def session_in(reply: Reply, service: str, now: datetime) -> Session:
    """Return the session in ``reply``, which ``service`` opened at ``now``.

    Raises:
        Transient: a field of the session is missing from the response or is not usable.
    """
    fields = reply.fields
    did, handle = (identifier(fields.get(name)) for name in ("did", "handle"))
    access, refresh = (bounded_text(fields.get(name), MAX_TOKEN_CHARACTERS) for name in ("accessJwt", "refreshJwt"))
    if did is None or handle is None or access is None or refresh is None:
        raise Transient("unexpected_answer", "Bluesky returned an unexpected response to the login.")
    return Session(did, handle, _pds_in(fields.get("didDoc")) or service, now, access, refresh)


def _pds_in(did_document: Any) -> str | None:
    """Return the PDS address in the account's DID document, or None if the document has no valid address."""
    services = did_document.get("service") if isinstance(did_document, dict) else None
    for entry in services if isinstance(services, list) else []:
        if isinstance(entry, dict) and bounded_text(entry.get("id")) and entry["id"].endswith("#atproto_pds"):
            endpoint = bounded_text(entry.get("serviceEndpoint"))
            return endpoint.rstrip("/") if endpoint is not None and _is_web_address(endpoint) else None
    return None


def _is_web_address(endpoint: str) -> bool:
    try:
        url = httpx.URL(endpoint)
        return url.scheme in ("https", "http") and bool(url.host)
    except (httpx.InvalidURL, UnicodeError):  # an impossible host name raises UnicodeError
        return False
