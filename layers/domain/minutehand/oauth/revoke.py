"""Tells platforms that the tokens of accounts which were disconnected are not wanted any more."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger

from minutehand.connections.vault import TokenUnreadable, VaultUnavailable
from minutehand.oauth.clients import Clients, ClientsUnavailable
from minutehand.oauth.refresh_call import log_without_message
from minutehand.platforms.oauth2.provider import Provider, provider_for
from minutehand.platforms.port import PublishError, RateLimited, Rejected
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database

if TYPE_CHECKING:
    import httpx

FIRST_WAIT = timedelta(minutes=5)
"""The wait after a try that failed in passing; it doubles with each that follows."""
MAX_ATTEMPTS = 10
"""With their waits about two days; by then most tokens have ended by themselves."""
PASSING_REFUSALS = frozenset(["client_refused"])
"""What is refused for a reason that the operator can mend."""

type Opens = Callable[[bytes, str, str], dict[str, str]]

logger = Logger(child=True)
_queries = sql.load(__package__)


class Revoker:
    """Revokes tokens, one at a time. Safe to share between threads."""

    def __init__(
        self,
        open_token: Opens,
        clients: Clients,
        http: Callable[[], "httpx.Client"],
        clock: Clock,
        providers: Callable[[str], Provider] = provider_for,
    ) -> None:
        """``open_token`` decrypts (ciphertext, connection, owner); ``http`` gives the client to call platforms with."""
        self._open_token = open_token
        self._clients = clients
        self._http = http
        self._clock = clock
        self._providers = providers

    def revoke_next(self, db: Database) -> bool | None:
        """Take the next token that waits for it and that nobody else holds, and have it revoked.

        Returns whether the platform was told; None when none waits.

        Raises:
            psycopg.Error: Postgres is away. A platform that was told then is told once more, which does no harm.
        """
        with db.transaction():
            db.fetch(_queries["bound"])
            row = db.one(_queries["take_revocation"], now=self._clock.now())
            if row is None:
                return None
            ids = {"id": row["id"], "owner_id": row["owner_id"]}
            failure = None if row["in_use"] else self._tell(row)
            if failure is not None and row["attempts"] + 1 < MAX_ATTEMPTS:
                again = self._clock.now() + FIRST_WAIT * 2 ** row["attempts"]
                if isinstance(failure, RateLimited):
                    again = max(again, failure.until)
                db.fetch(_queries["postpone_revocation"], **ids, next_attempt_at=again)
                return False
            db.fetch(_queries["end_revocation"], **ids)
        said = {"connection": row["connection_id"], "platform": row["platform"]}
        if failure is not None:
            logger.error("a token was never revoked", extra=said | {"code": failure.code, "why": failure.reason})
        else:
            logger.info("token kept, as it is still in use" if row["in_use"] else "token revoked", extra=said)
        return failure is None and not row["in_use"]

    def _tell(self, row: dict[str, Any]) -> PublishError | None:
        """Tell the platform; returns a failure when it may be told later."""
        platform = row["platform"]
        try:
            client = self._clients.get(platform)
            if client is None:
                return PublishError("not_registered", "This installation is not registered there any more.")
            token = self._open_token(row["ciphertext"], str(row["connection_id"]), row["owner_id"])
            self._providers(platform).revoke(self._http(), client, token)
        except Rejected as refused:
            # What a platform does not take back, or does not know any more, it will not take back later either.
            return refused if refused.code in PASSING_REFUSALS else None
        except PublishError as failure:
            return failure
        except TokenUnreadable:
            return None
        except (VaultUnavailable, ClientsUnavailable) as away:
            return PublishError("unavailable", str(away))
        except Exception as error:
            log_without_message(error, connection=str(row["connection_id"]), platform=platform)
            return PublishError("internal_error", "An error on our side interrupted it.")
        return None
