"""Revokes the tokens of disconnected accounts."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger

from minutehand.connections.vault import TokenUnreadable, VaultUnavailable
from minutehand.oauth.clients import Clients, ClientsUnavailable
from minutehand.oauth.refresh_call import log_without_message
from minutehand.platforms.catalog import REGISTERING, SEPARATE_GRANTS
from minutehand.platforms.errors import PublishError, RateLimited, Rejected
from minutehand.platforms.oauth2.provider import Provider, client_of, provider_for
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database

if TYPE_CHECKING:
    import httpx

FIRST_WAIT = timedelta(minutes=5)
"""The backoff after the first failed call. The backoff doubles with each further failure."""
MAX_ATTEMPTS = 10
"""The maximum number of calls to revoke a token. All calls and backoffs take about two days."""
TRANSIENT_REFUSALS = frozenset(["client_refused"])
"""The error codes of refused revocations that can succeed after the operator has removed the cause."""

type OpenToken = Callable[[bytes, str, str], dict[str, str]]

logger = Logger(child=True)
_queries = sql.load(__package__)


class Revoker:
    """Revokes tokens one at a time. A revoker is thread-safe."""

    def __init__(
        self,
        open_token: OpenToken,
        clients: Clients,
        http: Callable[[], "httpx.Client"],
        clock: Clock,
        providers: Callable[[str], Provider] = provider_for,
    ) -> None:
        """Create a revoker with the functions that it calls.

        ``open_token`` returns the token for a ciphertext, a connection id and an owner id. ``http`` returns the HTTP
        client for platforms.
        """
        self._open_token = open_token
        self._clients = clients
        self._http = http
        self._clock = clock
        self._providers = providers

    def revoke_next(self, db: Database) -> bool | None:
        """Revoke the next unlocked token that is due. Return True if the token was revoked or can never be revoked,
        False if the token was not revoked, and None if no token is due.

        Raises:
            psycopg.Error: Postgres is unavailable, or a statement failed. A later run may revoke the same token again,
                which does no harm.
        """
        with db.transaction():
            db.fetch(_queries["set_timeouts"])
            row = db.one(
                _queries["lock_due_revocation"], now=self._clock.now(), separate_grants=sorted(SEPARATE_GRANTS)
            )
            if row is None:
                return None
            ids = {"id": row["id"], "owner_id": row["owner_id"]}
            failure = None if row["in_use"] else self._revoke(row)
            if failure is not None and row["attempts"] + 1 < MAX_ATTEMPTS:
                again = self._clock.now() + FIRST_WAIT * 2 ** row["attempts"]
                if isinstance(failure, RateLimited):
                    again = max(again, failure.until)
                db.fetch(_queries["postpone_revocation"], **ids, next_attempt_at=again)
                return False
            db.fetch(_queries["delete_revocation"], **ids)
        fields = {"connection": row["connection_id"], "platform": row["platform"]}
        if failure is not None:
            logger.error("a token was not revoked", extra=fields | {"code": failure.code, "why": failure.reason})
        else:
            logger.info(
                "token kept, because it is still in use" if row["in_use"] else "token revoked or no longer revocable",
                extra=fields,
            )
        return failure is None and not row["in_use"]

    def _revoke(self, row: dict[str, Any]) -> PublishError | None:
        """Revoke the token on the platform. Return an error only if another attempt may succeed."""
        platform = row["platform"]
        try:
            token = self._open_token(row["ciphertext"], str(row["connection_id"]), row["owner_id"])
            client = client_of(token, row["base_url"]) or self._clients.get(platform)
            if client is None:
                return PublishError("not_registered", "This deployment no longer has an OAuth client for the platform.")
            self._providers(platform).revoke(self._http(), client, token)
        except Rejected as refused:
            # If the platform does not know the token or cannot revoke it, a later attempt also fails. An operator can
            # correct only a registration of the operator.
            return refused if refused.code in TRANSIENT_REFUSALS and platform not in REGISTERING else None
        except PublishError as failure:
            return failure
        except TokenUnreadable:
            return None
        except (VaultUnavailable, ClientsUnavailable) as unavailable:
            return PublishError("unavailable", str(unavailable))
        except Exception as error:
            log_without_message(error, connection=str(row["connection_id"]), platform=platform)
            return PublishError("internal_error", "An internal error interrupted the revocation.")
        return None
