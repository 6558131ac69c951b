"""The credentials of a publication: opens the token of its connection, and refreshes an expired one."""

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
from minutehand.queue.retry import VAULT_UNAVAILABLE_BACKOFF
from minutehand.runtime.clock import Clock

RECONNECT = "reconnect_required"
"""The code of every rejection that lasts until the owner authorises the connection again."""
MIN_TOKEN_LIFETIME = timedelta(seconds=60)
"""A token that expires sooner is refreshed first, because a publication may take this long."""
MIN_REFRESH_SECONDS = 40.0
"""A refresh begins only with this much time left, which includes the wait for another refresh of the same token. A
refresh that is cut off may have used up a refresh token whose successor was lost."""

type OpenToken = Callable[[bytes, str, str], Mapping[str, str]]
"""Decrypts (ciphertext, connection id, owner id). Raises `TokenUnreadable` or `VaultUnavailable`."""

logger = Logger(child=True)


class FreshToken(Protocol):
    """A token that replaces another (see `minutehand.oauth.refresh.FreshToken`)."""

    @property
    def token(self) -> Mapping[str, str]:
        """The token itself."""
        ...

    @property
    def ciphertext(self) -> bytes:
        """The sealed form, as the database stores it."""
        ...


type Refresh = Callable[[UUID, str, bytes], FreshToken]
"""Replaces the token of (connection id, owner id, ciphertext); see `minutehand.oauth.refresh.Refresher.fresh`."""


class Credentials:
    """The credentials of one publication during one attempt."""

    def __init__(self, work: Work, open_token: OpenToken, refresh: Refresh | None, clock: Clock) -> None:
        """Without ``refresh``, the owner has to reconnect when the token expires."""
        self._work = work
        self._open_token = open_token
        self._refresh = refresh
        self._clock = clock
        self.seen = work.ciphertext
        """The sealed form of the token that was used last."""

    def account(self) -> Account:
        """Return the account to publish on, with a token that is valid for a while.

        Raises:
            Rejected: the connection was removed, or its owner has to reconnect it.
            RateLimited: the token cannot be decrypted or refreshed now.
        """
        work, name = self._work, display_name(self._work.platform)
        if work.sandbox:
            return Account("", work.platform, work.owner_id, work.owner_id, "", {})
        if work.connection_id is None or work.ciphertext is None:
            raise Rejected("not_connected", f"The {name} account of this post is no longer connected.")
        if work.connection_status != "active":
            why = work.connection_status_reason or "its authorisation is no longer valid."
            raise Rejected(RECONNECT, f"Reconnect your {name} account: {why}")
        account = Account(
            str(work.connection_id), work.platform, work.account_id or "", work.handle or "", work.base_url or "", {}
        )
        return replace(account, token=self._valid_token(work.ciphertext, account.connection_id, name))

    def renew(self, account: Account) -> Account:
        """Return ``account`` with a new token, after the platform called the old one expired.

        Raises:
            Rejected: the token cannot be refreshed, and the owner has to reconnect (``reconnect_required``).
            RateLimited: the token cannot be refreshed now.
            Transient: the invocation has too little time left for a refresh.
        """
        return replace(account, token=self._refreshed())

    def _valid_token(self, ciphertext: bytes, connection_id: str, name: str) -> Mapping[str, str]:
        expires_at, now = self._work.token_expires_at, self._clock.now()
        if expires_at is not None and expires_at <= now:
            return self._refreshed()
        token = self._opened(ciphertext, connection_id, name)
        if expires_at is None or now + MIN_TOKEN_LIFETIME < expires_at or not is_renewable(self._work.platform, token):
            return token
        try:
            return self._refreshed()
        except (RateLimited, Transient):
            return token  # it has not expired yet, and may last for this attempt

    def _opened(self, ciphertext: bytes, connection_id: str, name: str) -> Mapping[str, str]:
        try:
            return self._open_token(ciphertext, connection_id, self._work.owner_id)
        except VaultUnavailable as error:
            # As when Postgres is unavailable: the publication waits, and no attempt is counted.
            logger.exception("the vault is unavailable")
            until = self._clock.now() + VAULT_UNAVAILABLE_BACKOFF
            raise RateLimited(
                "vault_unavailable", f"The stored {name} token could not be decrypted.", until=until
            ) from error
        except TokenUnreadable as error:
            raise Rejected(RECONNECT, f"The stored {name} token is damaged. Reconnect the account.") from error

    def _refreshed(self) -> Mapping[str, str]:
        work, name = self._work, display_name(self._work.platform)
        if self._refresh is None or work.connection_id is None or self.seen is None:
            raise Rejected(RECONNECT, f"The authorisation for {name} has expired. Reconnect the account.")
        left = seconds_left()
        if left is not None and left < MIN_REFRESH_SECONDS:
            raise Transient("no_time_to_refresh", f"{name} took too long to leave time for refreshing the token.")
        fresh = self._refresh(work.connection_id, work.owner_id, self.seen)
        self.seen = fresh.ciphertext
        return fresh.token
