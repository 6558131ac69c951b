"""The refresh call, which requests a new token from a platform."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from aws_lambda_powertools.logging import Logger

from minutehand.connections.store import Lifetime
from minutehand.connections.vault import TokenUnreadable, Vault, VaultUnavailable
from minutehand.oauth.clients import Clients, ClientsUnavailable
from minutehand.oauth.lifetimes import lifetime
from minutehand.platforms.catalog import PROVIDERS, display_name
from minutehand.platforms.errors import PublishError, Rejected, Transient
from minutehand.platforms.oauth2.provider import Provider, is_renewable, provider_for
from minutehand.runtime.clock import Now

if TYPE_CHECKING:
    import httpx

RECONNECT = "reconnect_required"
"""The error code for problems that only a new authorization by the owner can resolve."""

UNEXPECTED_ANSWER = "unexpected_answer"
"""The error code for a response that a platform does not document."""

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A stored token whose row is locked."""

    connection_id: UUID
    owner_id: str
    platform: str
    status: str
    status_reason: str | None
    ciphertext: bytes = field(repr=False)
    expires_at: datetime | None
    refresh_at: datetime | None
    refresh_expires_at: datetime | None
    """The time at which the refresh token expires, or None if the platform did not state it."""
    refresh_failures: int


@dataclass(frozen=True, slots=True)
class RefreshedToken:
    """A new token, which replaces the token ``of``."""

    of: StoredToken
    token: Mapping[str, str] = field(repr=False)
    ciphertext: bytes = field(repr=False)
    lifetime: Lifetime


class RefreshCall:
    """Makes refresh calls. This object is thread-safe. The caller must hold the lock on the token's row."""

    def __init__(
        self,
        vault: Vault,
        clients: Clients,
        http: Callable[[], "httpx.Client"],
        now: Now,
        providers: Callable[[str], Provider] = provider_for,
    ) -> None:
        """Store the resources of refresh calls. ``http`` returns the HTTP client for platforms."""
        self._vault = vault
        self._clients = clients
        self._http = http
        self._now = now
        self._providers = providers

    def open(self, stored: StoredToken) -> dict[str, str] | PublishError:
        """Return the decrypted token, `Rejected` if the token is not valid, or `Transient` if KMS is unavailable."""
        try:
            return self._vault.open(stored.ciphertext, str(stored.connection_id), stored.owner_id)
        except TokenUnreadable:
            name = display_name(stored.platform)
            return Rejected(RECONNECT, f"The stored token for {name} is not valid. Connect the account again.")
        except VaultUnavailable as error:
            return _vault_unavailable(stored, error)

    def make(self, stored: StoredToken) -> RefreshedToken | PublishError:
        """Request a new token from the platform. Return the new token, sealed, or an error.

        The error is `Rejected` with ``reconnect_required`` if the token can never be refreshed. After any other error,
        a later refresh may succeed. Fields that the platform does not renew keep their values.
        """
        name = display_name(stored.platform)
        token = self.open(stored)
        if isinstance(token, PublishError):
            return token
        if stored.platform not in PROVIDERS or not is_renewable(stored.platform, token):
            return Rejected(RECONNECT, f"Our access to {name} cannot be refreshed. Connect the account again.")
        try:
            client = self._clients.get(stored.platform)
            if client is None:
                reason = f"This deployment no longer has an OAuth client for {name}. The operator must register one."
                return Rejected("not_registered", reason)
            # The key for the new token is prepared first, so that after the call only Postgres is needed.
            seal = self._vault.prepare(str(stored.connection_id), stored.owner_id)
            grant = self._providers(stored.platform).refresh(self._http(), client, token, now=self._now)
            given = {key: value for key, value in grant.token.items() if value}
            if not given:
                return Transient(UNEXPECTED_ANSWER, f"{name} returned an unexpected response.")
            new = token | given
            return RefreshedToken(stored, new, seal(new), lifetime(stored.platform, grant, now=self._now()))
        except Transient as error:
            return self._expired(stored) if self._ends(stored, error) else error
        except PublishError as error:
            return error
        except VaultUnavailable as error:
            return _vault_unavailable(stored, error)
        except ClientsUnavailable as error:
            return Transient("clients_unavailable", str(error))
        except Exception as error:
            log_without_message(error, connection=str(stored.connection_id), platform=stored.platform)
            return Transient("internal_error", "An internal error interrupted the refresh.")

    def _ends(self, stored: StoredToken, error: Transient) -> bool:
        """Return whether ``error`` shows that the refresh token has expired.

        A platform may refuse an expired token with an error that it does not document. The error alone proves nothing,
        because Minutehand may have sent a wrong request. The error counts as proof only after the end of the lifetime
        that the platform stated.
        """
        end = stored.refresh_expires_at
        return error.code == UNEXPECTED_ANSWER and end is not None and end <= self._now()

    def _expired(self, stored: StoredToken) -> Rejected:
        name = display_name(stored.platform)
        return Rejected(RECONNECT, f"Our access to {name} has expired. Connect the account again.")


def log_without_message(error: Exception, **ids: str) -> None:
    """Log where an internal error occurred, but not its message, which may contain a secret."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    where = [f"{frame.filename}:{frame.lineno}" for frame in frames]
    logger.error("internal error", extra={**ids, "kind": type(error).__name__, "where": where})


def _vault_unavailable(stored: StoredToken, error: VaultUnavailable) -> Transient:
    logger.warning("the vault is unavailable", extra={"connection": stored.connection_id, "why": str(error)})
    return Transient("vault_unavailable", "The key that encrypts tokens is unavailable.")
