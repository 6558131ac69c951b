"""Authentication with an API token. The authorizer uses this module for every request with an API token."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from minutehand.runtime.authentication import Headers, bearer_token
from minutehand.runtime.errors import Unauthenticated
from minutehand.runtime.identity import MAX_ID_CHARACTERS, RESERVED_PREFIX, Identity
from minutehand.runtime.recent import Recent
from minutehand.runtime.scopes import ACT_AS
from minutehand.tokens.secret import digest, is_well_formed

FOUND_LIFETIME = timedelta(seconds=30)
"""The time for which a found token is accepted without a look-up. A revocation takes effect within this time."""
REFUSED_LIFETIME = timedelta(seconds=5)
"""The time for which an unknown token is refused without a look-up."""
MAX_FOUND = 10_000
MAX_REFUSED = 1_000
OWNER_HEADER = "x-owner-id"
"""The header in which a caller names an owner below the token's owner. The token needs the scope act_as."""
BELOW = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
"""The part of an owner's id after the last slash: up to 100 letters, digits, dots, underscores and hyphens,
beginning with a letter or a digit.
"""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """An API token as the authorizer finds it in the database.

    ``owner_id`` is the owner for whom the token was created.
    """

    id: str
    owner_id: str
    created_by: str
    mode: str
    scopes: frozenset[str]
    expires_at: datetime

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Return the token in a row of the statement ``use_token``."""
        scopes = frozenset(row["scopes"])
        return cls(str(row["id"]), row["owner_id"], row["created_by"], row["mode"], scopes, row["expires_at"])


type LookUp = Callable[[bytes, datetime], ApiToken | None]
"""Returns the token with the given hash, or None, and records its use at the given time."""


class TokenAuthentication:
    """Finds the identities to which API tokens belong, and remembers the results of recent look-ups."""

    def __init__(self, look_up: LookUp, now: Callable[[], datetime]) -> None:
        """Create an instance without remembered results. ``look_up``: finds a token in the database."""
        self._look_up = look_up
        self._now = now
        self._found: Recent[ApiToken] = Recent(FOUND_LIFETIME, MAX_FOUND)
        self._refused: Recent[bool] = Recent(REFUSED_LIFETIME, MAX_REFUSED)

    def __call__(self, headers: Headers) -> Mapping[str, str]:
        """Return the context of the caller; see `Identity.from_authorizer`.

        If the caller names an owner for whom the token is not valid, the context contains ``ownerRefused``, and every
        function refuses the call.

        Raises:
            Unauthenticated: the token is missing, malformed, unknown, revoked or expired. If the request has a token,
                the message contains the reason, for the log.
            psycopg.OperationalError: the token has to be looked up, and Postgres is unavailable.
        """
        secret = bearer_token(headers)
        if not is_well_formed(secret):
            raise Unauthenticated("The API token is malformed.")
        token = self._find(digest(secret), self._now())
        caller = Identity(token.created_by, token.owner_id, granted=token.scopes, token_id=token.id)
        owner_id = owner_named(token, headers.get(OWNER_HEADER, []))
        prefix = RESERVED_PREFIX if token.mode == "test" else ""
        if owner_id is None:
            return caller._replace(owner_id=prefix + token.owner_id).as_context() | {"ownerRefused": "true"}
        return caller._replace(owner_id=prefix + owner_id).as_context()

    def _find(self, secret_hash: bytes, now: datetime) -> ApiToken:
        token = self._found.get(secret_hash, now)
        if token is None and self._refused.get(secret_hash, now) is None:
            token = self._look_up_and_remember(secret_hash, now)
        if token is None:
            raise Unauthenticated("The API token is unknown or revoked.")
        if token.expires_at <= now:
            raise Unauthenticated("The API token has expired.")
        return token

    def _look_up_and_remember(self, secret_hash: bytes, now: datetime) -> ApiToken | None:
        token = self._look_up(secret_hash, now)
        if token is None:
            self._refused.add(secret_hash, True, now)
        else:
            self._found.add(secret_hash, token, now)
        return token


def owner_named(token: ApiToken, given: list[str]) -> str | None:
    """Return the owner for whom the call is made, or None if the token is not valid for the owner in ``given``.

    ``given``: the values of the header x-owner-id. If the header is missing, the owner is that of the token.
    """
    if not given:
        return token.owner_id
    parent, slash, name = given[0].strip(" \t").rpartition("/")
    if len(given) > 1 or ACT_AS not in token.scopes or not slash or parent != token.owner_id:
        return None
    named = f"{parent}/{name}"
    return named if BELOW.fullmatch(name) and len(named) <= MAX_ID_CHARACTERS else None
