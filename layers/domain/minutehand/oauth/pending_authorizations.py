"""Pending authorizations. Each authorization can be completed once, within ten minutes, through its redirect URI only.

If the redirect URI is our callback URL, a person confirms the authorization in a browser first, and only this browser
can complete it. If the redirect URI is an operator's page, only the user who began the authorization can complete it.

The state in the browser is a secret, and the database holds only its digest. The code verifier (RFC 7636) is derived
from the state and a salt that is stored only in the database. Therefore neither the browser nor the database alone
reveals the verifier. If Minutehand has registered the OAuth client itself, the client is sealed in the same way.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from minutehand.oauth import sealed_client
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database
from minutehand.runtime.default_limits import MAX_PENDING_AUTHORIZATIONS
from minutehand.runtime.errors import Conflict, Forbidden, Gone, NotFound
from minutehand.runtime.identity import Identity
from minutehand.runtime.limits import LOCK, limit_reached
from minutehand.runtime.pruning import prune

if TYPE_CHECKING:
    from minutehand.platforms.oauth2.provider import OAuthClient

LIFETIME = timedelta(minutes=10)
KEPT_FOR = timedelta(days=1)
"""The time for which an expired state is kept, so that the error message can state why the state is not valid."""
STATE_BYTES = 32
SALT_BYTES = 32

_queries = sql.load(__package__)


@dataclass(frozen=True, slots=True)
class Begun:
    """The state for the browser, the code verifier, and the time at which the authorization expires."""

    state: str = field(repr=False)
    code_verifier: str = field(repr=False)
    expires_at: datetime


class Pending(NamedTuple):
    """An authorization that a person is asked to confirm. ``actor`` is the user who began it for ``owner_id``.
    ``server``: the address of the account's server, or None if the platform has no servers to choose from.
    """

    owner_id: str
    actor: str
    platform: str
    server: str | None = None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An authorization that a person has confirmed in a browser. ``client``: see `Claimed`."""

    platform: str
    redirect_uri: str
    client: "OAuthClient | None"
    code_verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Claimed:
    """An authorization that a callback has claimed. Only the call that claimed the authorization may complete it.

    ``actor`` is the user who began the authorization. ``client`` is the client that Minutehand registered with the
    account's server, or None if the operator registered the client.
    """

    owner_id: str
    actor: str
    platform: str
    redirect_uri: str
    make_default: bool
    return_to: str | None
    client: "OAuthClient | None"
    code_verifier: str = field(repr=False)


class PendingAuthorizations:
    """The pending authorizations of all owners."""

    def __init__(self, db: Database, max_pending: int = MAX_PENDING_AUTHORIZATIONS) -> None:
        """Store authorizations in ``db``, at most ``max_pending`` for one owner."""
        self._db = db
        self._max_pending = max_pending

    def begin(
        self,
        identity: Identity,
        platform: str,
        redirect_uri: str,
        *,
        make_default: bool,
        now: datetime,
        client: "OAuthClient | None" = None,
        browser_digest: bytes | None = None,
        return_to: str | None = None,
    ) -> Begun:
        """Store an authorization that ``identity`` begins on ``platform``. Return its state, code verifier and expiry
        time.

        ``client``: the client that Minutehand registered with the account's server, or None for the operator's client.
        ``browser_digest``: the digest of the secret of the browser in which a person has already confirmed the
        authorization. ``return_to``: the page to which the browser goes when the account is connected, or None for our
        own page.

        Raises:
            Conflict: the owner has too many pending authorizations.
        """
        state, salt = secrets.token_urlsafe(STATE_BYTES), secrets.token_bytes(SALT_BYTES)
        expires_at = now + LIFETIME
        stored = self._db.one_locked(
            LOCK,
            _queries["begin_authorization"],
            limited="authorizations",
            max_pending=self._max_pending,
            now=now,
            digest=_digest(state),
            owner_id=identity.owner_id,
            actor=identity.user_id,
            platform=platform,
            redirect_uri=redirect_uri,
            verifier_salt=salt,
            sealed_client=None if client is None else sealed_client.seal(client, state, salt),
            make_default=make_default,
            expires_at=expires_at,
            browser_digest=browser_digest,
            return_to=return_to,
        )
        if stored is None:
            raise self._limit_reached()
        return Begun(state, _verifier(state, salt), expires_at)

    def require_room(self, owner_id: str, *, now: datetime) -> None:
        """Check that the owner can begin another authorization, before a server is called for it.

        Raises:
            Conflict: the owner has too many pending authorizations.
        """
        row = self._db.one(_queries["has_room"], owner_id=owner_id, max_pending=self._max_pending, now=now)
        if row is None or not row["has_room"]:
            raise self._limit_reached()

    def _limit_reached(self) -> Conflict:
        limit, minutes = self._max_pending, LIFETIME // timedelta(minutes=1)
        advice = f"Complete a pending authorization, or wait: an authorization expires after {minutes} minutes."
        return limit_reached("pending authorizations", limit=limit, present=limit, advice=advice)

    def find(self, state: str, browser_digest: bytes, *, callback_url: str, now: datetime) -> Pending:
        """Return the authorization that a person is about to confirm in the browser with this digest.

        Raises:
            NotFound, Conflict, Gone: see `claim`.
            Forbidden: the authorization was confirmed in another browser.
        """
        row = self._known(state, callback_url, None)
        _require_open(row, now)
        if row["browser_digest"] is not None and row["browser_digest"] != browser_digest:
            raise other_browser()
        client = _client(row, state)
        return Pending(row["owner_id"], row["actor"], row["platform"], None if client is None else client.server)

    def confirm(self, state: str, browser_digest: bytes, *, callback_url: str, now: datetime) -> Confirmed:
        """Bind an authorization to the browser in which a person confirms it. The same browser may confirm it again.

        Raises:
            NotFound, Conflict, Gone, Forbidden: see `find`.
        """
        row = self._db.one(
            _queries["confirm_authorization"],
            digest=_digest(state),
            callback_url=callback_url,
            browser_digest=browser_digest,
            now=now,
        )
        if row is None:
            _require_open(self._known(state, callback_url, None), now)
            raise other_browser()
        verifier = _verifier(state, bytes(row["verifier_salt"]))
        return Confirmed(row["platform"], row["redirect_uri"], _client(row, state), verifier)

    def claim(
        self,
        state: str,
        *,
        callback_url: str,
        now: datetime,
        identity: Identity | None = None,
        browser_digest: bytes | None = None,
    ) -> Claimed:
        """Mark ``state`` as used and return its authorization. Only one of two concurrent calls succeeds.

        ``identity`` is the user for whom a page acts, or None for a browser's redirect to ``callback_url``. For a
        redirect, ``browser_digest`` must be that of the browser in which the authorization was confirmed.

        Raises:
            NotFound: there is no such state, another user began the authorization, or the authorization was begun for
                another redirect URI.
            Conflict: the state was used before.
            Gone: the state has expired.
            Forbidden: the authorization was not confirmed in this browser.
        """
        row = self._db.one(
            _queries["claim_authorization"],
            **_key(state, callback_url, identity),
            browser_digest=browser_digest,
            now=now,
        )
        if row is None:
            _require_open(self._known(state, callback_url, identity), now)
            raise other_browser()
        client, salt = _client(row, state), bytes(row.pop("verifier_salt"))
        del row["sealed_client"]
        return Claimed(**row, client=client, code_verifier=_verifier(state, salt))

    def delete_expired(self, clock: Clock, *, deadline: datetime) -> int:
        """Delete states that expired more than `KEPT_FOR` ago, in batches until ``deadline``. Return their number."""
        query, before = _queries["delete_expired_authorizations"], clock.now() - KEPT_FOR
        return prune(self._db, query, clock, deadline=deadline, before=before)

    def _known(self, state: str, callback_url: str, identity: Identity | None) -> dict[str, Any]:
        row = self._db.one(_queries["find_authorization"], **_key(state, callback_url, identity))
        if row is None:
            raise NotFound(
                "This authorization is unknown. Start again from the list of your accounts.",
                code="state_unknown",
            )
        return row


def _key(state: str, callback_url: str, identity: Identity | None) -> dict[str, Any]:
    return {
        "digest": _digest(state),
        "callback_url": callback_url,
        "from_page": identity is not None,
        "owner_id": None if identity is None else identity.owner_id,
        "actor": None if identity is None else identity.user_id,
    }


def _require_open(known: Mapping[str, Any], now: datetime) -> None:
    if known["used_at"] is not None:
        raise Conflict(
            "This authorization was used before. The list of your accounts shows its result.", code="state_used"
        )
    if known["expires_at"] <= now:
        raise Gone("This authorization has expired. Start again from the list of your accounts.", code="state_expired")


def other_browser() -> Forbidden:
    """Return the error to raise if an authorization was confirmed in another browser, or not at all."""
    return Forbidden(
        "This authorization was not confirmed in this browser. No account was connected. Start again from the list of "
        "your accounts, in a browser that allows cookies.",
        code="other_browser",
    )


def _digest(state: str) -> bytes:
    return sha256(state.encode()).digest()


def _client(row: Mapping[str, Any], state: str) -> "OAuthClient | None":
    sealed = row["sealed_client"]
    return None if sealed is None else sealed_client.unseal(bytes(sealed), state, bytes(row["verifier_salt"]))


def _verifier(state: str, salt: bytes) -> str:
    return urlsafe_b64encode(hmac.digest(salt, state.encode(), "sha256")).rstrip(b"=").decode()
