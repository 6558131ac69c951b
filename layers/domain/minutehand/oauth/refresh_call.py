"""Asks a platform for a new token in the place of one that we hold."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from aws_lambda_powertools.logging import Logger

from minutehand.connections.store import Lifetime
from minutehand.connections.vault import PreparedSeal, TokenUnreadable, VaultUnavailable
from minutehand.oauth.clients import Clients, ClientsUnavailable
from minutehand.oauth.lifetimes import lifetime
from minutehand.platforms.catalog import display_name
from minutehand.platforms.connectors import Now
from minutehand.platforms.oauth2.provider import PROVIDERS, Provider, is_renewable, provider_for
from minutehand.platforms.port import PublishError, Rejected, Transient

if TYPE_CHECKING:
    import httpx

RECONNECT = "reconnect_required"
"""The code of every refusal that only a new authorisation by the owner ends."""

logger = Logger(child=True)


class OpensAndPrepares(Protocol):
    """What is needed of `minutehand.connections.vault.Vault`."""

    def open(self, ciphertext: bytes, connection_id: str, owner_id: str) -> dict[str, str]:
        """See `Vault.open`."""
        ...

    def prepare(self, connection_id: str, owner_id: str) -> PreparedSeal:
        """See `Vault.prepare`."""
        ...


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A stored token that nobody else may change now."""

    connection_id: UUID
    owner_id: str
    platform: str
    status: str
    status_reason: str | None
    ciphertext: bytes = field(repr=False)
    expires_at: datetime | None
    refresh_at: datetime | None
    refresh_failures: int


@dataclass(frozen=True, slots=True)
class RefreshedToken:
    """What is to take the place of the token ``of``."""

    of: StoredToken
    token: Mapping[str, str] = field(repr=False)
    ciphertext: bytes = field(repr=False)
    lifetime: Lifetime


class RefreshCall:
    """Asks the platforms. Safe to share between threads; whoever calls holds the token."""

    def __init__(
        self,
        vault: OpensAndPrepares,
        clients: Clients,
        http: Callable[[], "httpx.Client"],
        now: Now,
        providers: Callable[[str], Provider] = provider_for,
    ) -> None:
        """``http`` gives the client to call platforms with."""
        self._vault = vault
        self._clients = clients
        self._http = http
        self._now = now
        self._providers = providers

    def open(self, held: StoredToken) -> dict[str, str] | PublishError:
        """Return the token itself, or why it cannot be read: `Rejected` for good, `Transient` for now."""
        try:
            return self._vault.open(held.ciphertext, str(held.connection_id), held.owner_id)
        except TokenUnreadable:
            name = display_name(held.platform)
            return Rejected(RECONNECT, f"The stored access to {name} is damaged: connect the account again.")
        except VaultUnavailable as error:
            return _vault_away(held, error)

    def ask(self, held: StoredToken) -> RefreshedToken | PublishError:
        """Return the sealed successor of a token, or why there is none.

        An error is `Rejected` with ``reconnect_required`` when there will never be one; any other says nothing about
        the account. What the platform gives nothing new for stays as it is.
        """
        name = display_name(held.platform)
        token = self.open(held)
        if isinstance(token, PublishError):
            return token
        if held.platform not in PROVIDERS or not is_renewable(held.platform, token):
            return Rejected(RECONNECT, f"The access to {name} has ended, and cannot be renewed: connect it again.")
        try:
            client = self._clients.get(held.platform)
            if client is None:
                return Rejected("not_registered", f"This installation is not registered at {name} any more.")
            # The key for the new token comes first: when the old one is spent, nobody but Postgres is needed.
            seal = self._vault.prepare(str(held.connection_id), held.owner_id)
            grant = self._providers(held.platform).refresh(self._http(), client, token, now=self._now)
            given = {part: value for part, value in grant.token.items() if value}
            if not given:
                return Transient("unexpected_answer", f"{name} gave an answer that makes no sense.")
            new = token | given
            return RefreshedToken(held, new, seal(new), lifetime(held.platform, grant, now=self._now()))
        except PublishError as error:
            return error
        except VaultUnavailable as error:
            return _vault_away(held, error)
        except ClientsUnavailable as error:
            return Transient("clients_unavailable", str(error))
        except Exception as error:
            log_without_message(error, connection=str(held.connection_id), platform=held.platform)
            return Transient("internal_error", "An error on our side interrupted it.")


def log_without_message(error: Exception, **ids: str) -> None:
    """Log an error of our own without its words, as nobody knows what they repeat: where it happened has to do."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    where = [f"{frame.filename}:{frame.lineno}" for frame in frames]
    logger.error("an error of our own", extra={**ids, "kind": type(error).__name__, "where": where})


def _vault_away(held: StoredToken, error: VaultUnavailable) -> Transient:
    logger.warning("the vault is away", extra={"connection": held.connection_id, "why": str(error)})
    return Transient("vault_unavailable", "The stored access could not be read just now.")
