"""Authorisations that were begun: each is good for one answer, for ten minutes, and for the way it was begun for.

The state that travels through the browser is a secret, and only its digest is kept. The code verifier (RFC 7636) is
made of the state and a salt that never leaves the database, so neither of the two places can give it away alone.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict, Gone, NotFound
from minutehand.runtime.identity import Identity

GOOD_FOR = timedelta(minutes=10)
REMEMBERED_FOR = timedelta(days=1)
"""How long after its end it is known why a state is not good any more."""
STATE_BYTES = 32
SALT_BYTES = 32

_queries = sql.load(__package__)


@dataclass(frozen=True, slots=True)
class Begun:
    """A state to send through the browser, and the code verifier that goes with it."""

    state: str = field(repr=False)
    code_verifier: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """An authorisation whose answer has come, and is ours to take."""

    owner_id: str
    platform: str
    redirect_uri: str
    make_default: bool
    code_verifier: str = field(repr=False)


class PendingAuthorizations:
    """The states of all owners."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(
        self, identity: Identity, platform: str, redirect_uri: str, *, make_default: bool, now: datetime
    ) -> Begun:
        """Remember that ``identity`` has begun to connect an account of ``platform``."""
        state, salt = secrets.token_urlsafe(STATE_BYTES), secrets.token_bytes(SALT_BYTES)
        expires_at = now + GOOD_FOR
        self._db.fetch(
            _queries["begin_authorization"],
            digest=_digest(state),
            owner_id=identity.owner_id,
            actor=identity.user_id,
            platform=platform,
            redirect_uri=redirect_uri,
            verifier_salt=salt,
            make_default=make_default,
            expires_at=expires_at,
        )
        return Begun(state, _verifier(state, salt), expires_at)

    def claim(self, state: str, *, callback_url: str, identity: Identity | None, now: datetime) -> Claimed:
        """Use ``state`` up, and return what was begun with it. Of two who claim it at once, one gets it.

        ``identity``: who answers in their own name; None when a browser was sent to ``callback_url``, our own callback.

        Raises:
            NotFound: there is no such state, or it was begun by another owner, or for the other way of answering.
            Conflict: it was used before.
            Gone: it was not answered in time.
        """
        which: dict[str, Any] = {
            "digest": _digest(state),
            "callback_url": callback_url,
            "from_page": identity is not None,
            "owner_id": None if identity is None else identity.owner_id,
        }
        row = self._db.one(_queries["claim_authorization"], **which, now=now)
        if row is not None:
            salt = bytes(row.pop("verifier_salt"))
            return Claimed(**row, code_verifier=_verifier(state, salt))
        known = self._db.one(_queries["find_authorization"], **which)
        if known is None:
            raise NotFound(
                "Nobody began to connect an account with this state. Start again from the list of your accounts.",
                code="state_unknown",
            )
        if known["used_at"] is not None:
            raise Conflict(
                "This answer was used already. See in the list of your accounts what came of it.", code="state_used"
            )
        raise Gone("This answer came too late. Start again from the list of your accounts.", code="state_expired")

    def forget(self, *, now: datetime) -> int:
        """Delete the states that ended long ago, and return how many there were."""
        return len(self._db.fetch(_queries["forget_authorizations"], before=now - REMEMBERED_FOR))


def _digest(state: str) -> bytes:
    return sha256(state.encode()).digest()


def _verifier(state: str, salt: bytes) -> str:
    return urlsafe_b64encode(hmac.digest(salt, state.encode(), "sha256")).rstrip(b"=").decode()
