"""Opens the token of a publication's connection, and refreshes a token that has expired or expires soon."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from aws_lambda_powertools.logging import Logger

from minutehand.connections.vault import TokenUnreadable, VaultUnavailable
from minutehand.oauth.refresh import FreshToken
from minutehand.platforms.catalog import display_name
from minutehand.platforms.deadline import seconds_left
from minutehand.platforms.errors import Rejected, ServiceUnavailable
from minutehand.platforms.oauth2.provider import is_renewable
from minutehand.platforms.port import Account
from minutehand.publishing.work import Work
from minutehand.runtime.clock import Clock

RECONNECT = "reconnect_required"
"""The code of rejections that last until the owner connects the account again."""
NEXT_STEP = "Connect it again, then retry the post."
"""The remedy for a post whose account is no longer connected. The statement ``claim_due`` contains the same text."""
MIN_TOKEN_LIFETIME = timedelta(seconds=60)
"""A renewable token that expires within this time is refreshed before an attempt, so that it does not expire
during the attempt.
"""
MIN_REFRESH_SECONDS = 40.0
"""The minimum time that must be left when a refresh begins, including the wait for another refresh of the same token. A
refresh that is interrupted may have used up the old refresh token and lost the new one.
"""

type OpenToken = Callable[[bytes, str, str], Mapping[str, str]]
"""Returns the token from its ciphertext, connection id and owner id. Raises `TokenUnreadable` or `VaultUnavailable`."""

logger = Logger(child=True)


type Refresh = Callable[[UUID, str, bytes], FreshToken]
"""Returns a new token, given the ids of the connection and the owner, and the ciphertext; see
`minutehand.oauth.refresh.Refresher.fresh`.
"""


class Credentials:
    """The credentials of one publication during one attempt."""

    def __init__(self, work: Work, open_token: OpenToken, refresh: Refresh | None, clock: Clock) -> None:
        """Create the credentials of ``work``. ``refresh``: see `Refresh`, or None to refresh no token."""
        self._work = work
        self._open_token = open_token
        self._refresh = refresh
        self._clock = clock
        self.seen = work.ciphertext
        """The sealed form of the newest token that this object has used."""

    def account(self) -> Account:
        """Return the account to publish on, with a token that has not expired. In the sandbox, the account has no
        token.

        Raises:
            Rejected: the connection was removed, or its owner has to connect the account again.
            ServiceUnavailable: the token cannot be decrypted or refreshed now.
        """
        work, name = self._work, display_name(self._work.platform)
        if work.sandbox:
            return Account("", work.platform, work.owner_id, work.owner_id, "", {})
        if work.connection_id is None or work.ciphertext is None:
            gone = f"The {name} account of this post is no longer connected."
            # A post whose publish call may have been made must not be retried before a person has checked the account.
            raise Rejected("not_connected", gone if work.armed_at else f"{gone} {NEXT_STEP}")
        if work.connection_status != "active":
            reason = work.connection_status_reason
            raise Rejected(RECONNECT, reason or f"Our access to {name} has expired. Connect the account again.")
        account = Account(
            str(work.connection_id), work.platform, work.account_id or "", work.handle or "", work.base_url or "", {}
        )
        return replace(account, token=self._valid_token(work.ciphertext, account.connection_id, name))

    def renew(self, account: Account) -> Account:
        """Return ``account`` with a new token, after the platform reported that the old token has expired.

        Raises:
            Rejected: the connection was removed, or its owner has to connect the account again.
            ServiceUnavailable: the token cannot be refreshed now, or too little time is left for a refresh.
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
        except ServiceUnavailable:
            return token  # the token has not expired yet, and may last for this attempt

    def _opened(self, ciphertext: bytes, connection_id: str, name: str) -> Mapping[str, str]:
        try:
            return self._open_token(ciphertext, connection_id, self._work.owner_id)
        except VaultUnavailable as error:
            logger.exception("the vault is unavailable")
            reason = f"The stored {name} token could not be decrypted."
            raise ServiceUnavailable("vault_unavailable", reason, until=self._clock.now()) from error
        except TokenUnreadable as error:
            raise Rejected(RECONNECT, f"The stored {name} token is not valid. Connect the account again.") from error

    def _refreshed(self) -> Mapping[str, str]:
        work, name = self._work, display_name(self._work.platform)
        if self._refresh is None or work.connection_id is None or self.seen is None:
            raise Rejected(RECONNECT, f"Our access to {name} has expired. Connect the account again.")
        left = seconds_left()
        if left is not None and left < MIN_REFRESH_SECONDS:
            reason = f"The call to {name} took so long that too little time is left for refreshing the token."
            raise ServiceUnavailable("no_time_to_refresh", reason, until=self._clock.now())
        fresh = self._refresh(work.connection_id, work.owner_id, self.seen)
        self.seen = fresh.ciphertext
        return fresh.token
