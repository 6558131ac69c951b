"""Refreshes the tokens of all accounts, and revokes those of disconnected accounts, every five minutes."""

from dataclasses import asdict
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.connections.vault import Vault
from minutehand.oauth.clients import Clients
from minutehand.oauth.config import RefresherConfig
from minutehand.oauth.maintenance import maintain
from minutehand.oauth.refresh import Refresher
from minutehand.oauth.refresh_call import RefreshCall
from minutehand.oauth.revoke import Revoker
from minutehand.platforms.connectors import connecting_client
from minutehand.runtime import aws
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database

if TYPE_CHECKING:
    import httpx

SPARE = timedelta(seconds=35)
"""Reserved at the end of the invocation for a refresh that has begun: the platform's response, and the save."""

logger = Logger()
clock = SystemClock()


@cache
def config() -> RefresherConfig:
    """Return the configuration."""
    return RefresherConfig.from_environ()


def own_database() -> Database:
    """Return a new database connection, for one thread."""
    return database(config())


def http() -> "httpx.Client":
    """Return the HTTP client for platforms."""
    return connecting_client(private_networks=config().media_from_private_networks)


@cache
def shared() -> tuple[Refresher, Revoker]:
    """Return the objects that all invocations of this process share."""
    vault, clients = Vault(aws.client("kms"), config().token_key_id), Clients(config())
    refresh_call = RefreshCall(vault, clients, http, clock.now)
    return Refresher(own_database, refresh_call, clock), Revoker(vault.open, clients, http, clock)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.EVENT_BRIDGE)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Do the maintenance that is due, and return its counts."""
    remaining = timedelta(milliseconds=context.get_remaining_time_in_millis())
    report = maintain(own_database, *shared(), clock, deadline=clock.now() + remaining - SPARE)
    logger.info("account maintenance", extra=asdict(report))
    return asdict(report)
