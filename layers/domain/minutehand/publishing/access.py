"""The way into the account of a publication: its token, which is refreshed where it has run out."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from aws_lambda_powertools.logging import Logger

from minutehand.connections.vault import TokenUnreadable, VaultUnavailable
from minutehand.platforms.catalog import display_name
from minutehand.platforms.deadline import seconds_left
from minutehand.platforms.oauth2.provider import is_renewable
from minutehand.platforms.port import Account, RateLimited, Rejected, Transient
from minutehand.publishing.work import Work
from minutehand.runtime.clock import Clock

RECONNECT = "reconnect_required"
"""The code of every refusal that only a new authorisation by the owner ends."""
NEARLY_OVER = timedelta(seconds=60)
"""A token that ends within this time is refreshed first: a publication may take as long."""
REFRESH_SECONDS = 40.0
"""What a refresh may take, with the wait for its turn. One that is cut off may have spent a refresh token whose
successor nobody has received: with less time left it is not begun."""
VAULT_AWAY = timedelta(seconds=20)
"""When a publication comes back whose token could not be decrypted for the time being."""

type OpenToken = Callable[[bytes, str, str], Mapping[str, str]]
"""Decrypts (ciphertext, connection, owner). Raises `TokenUnreadable` or `VaultUnavailable`."""

logger = Logger(child=True)


class FreshToken(Protocol):
    """A token that has taken the place of another (see `minutehand.oauth.refresh.FreshToken`)."""

    @property
    def token(self) -> Mapping[str, str]:
        """The token itself."""
        ...

    @property
    def ciphertext(self) -> bytes:
        """The form in which it is stored."""
        ...


type Refresh = Callable[[UUID, str, bytes], FreshToken]
"""Gives a token in the place of a sealed one (see `minutehand.oauth.refresh.Refresher.fresh`)."""


class Access:
    """The account that one publication goes to, in one run."""

    def __init__(self, work: Work, open_token: OpenToken, refresh: Refresh | None, clock: Clock) -> None:
        """Without ``refresh`` a token that has run out is over."""
        self._work = work
        self._open_token = open_token
        self._refresh = refresh
        self._clock = clock
        self.seen = work.ciphertext
        """The sealed token that was used last."""

    def account(self) -> Account:
        """Return the account, with a token that is good for a while.

        Raises:
            Rejected: it is not connected any more, or has to be connected again.
            RateLimited: its token cannot be read or refreshed at this moment.
        """
        work, name = self._work, display_name(self._work.platform)
        if work.sandbox:
            return Account("", work.platform, work.owner_id, work.owner_id, "", {})
        if work.connection_id is None or work.ciphertext is None:
            raise Rejected("not_connected", f"The {name} account of this post is not connected any more.")
        if work.connection_status != "active":
            why = work.connection_status_reason or "its authorisation is not valid any more."
            raise Rejected(RECONNECT, f"Reconnect your {name} account: {why}")
        account = Account(
            str(work.connection_id), work.platform, work.account_id or "", work.handle or "", work.base_url or "", {}
        )
        return replace(account, token=self._token(work.ciphertext, account.connection_id, name))

    def renewed(self, account: Account) -> Account:
        """Return ``account`` with a token in the place of the one that its platform calls expired.

        Raises:
            Rejected: ``reconnect_required``: there is none.
            RateLimited: there is none at this moment.
            Transient: there is not the time to ask for one.
        """
        return replace(account, token=self._fresh())

    def _token(self, ciphertext: bytes, connection_id: str, name: str) -> Mapping[str, str]:
        ends_at, now = self._work.token_expires_at, self._clock.now()
        if ends_at is not None and ends_at <= now:
            return self._fresh()
        token = self._opened(ciphertext, connection_id, name)
        if ends_at is None or now + NEARLY_OVER < ends_at or not is_renewable(self._work.platform, token):
            return token
        try:
            return self._fresh()
        except (RateLimited, Transient):
            return token  # it may do for this once

    def _opened(self, ciphertext: bytes, connection_id: str, name: str) -> Mapping[str, str]:
        try:
            return self._open_token(ciphertext, connection_id, self._work.owner_id)
        except VaultUnavailable as error:
            # No verdict on the post, as when Postgres is away: it waits, and no attempt is counted.
            logger.exception("the vault is away")
            until = self._clock.now() + VAULT_AWAY
            raise RateLimited(
                "vault_unavailable", "The stored access could not be read just now.", until=until
            ) from error
        except TokenUnreadable as error:
            raise Rejected(RECONNECT, f"The stored access to {name} is damaged: connect it again.") from error

    def _fresh(self) -> Mapping[str, str]:
        work = self._work
        if self._refresh is None or work.connection_id is None or self.seen is None:
            name = display_name(work.platform)
            raise Rejected(RECONNECT, f"The access to {name} has ended: connect the account again.")
        left = seconds_left()
        if left is not None and left < REFRESH_SECONDS:
            name = display_name(work.platform)
            raise Transient("no_time_to_refresh", f"{name} took so long that the access could not be renewed.")
        fresh = self._refresh(work.connection_id, work.owner_id, self.seen)
        self.seen = fresh.ciphertext
        return fresh.token
