"""Keeps the tokens of all accounts fresh, and has those revoked that are not wanted any more, every five minutes."""

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
"""What is begun needs this long at most before Lambda ends the invocation: its platform answers, and it is saved."""

logger = Logger()
clock = SystemClock()


@cache
def config() -> RefresherConfig:
    """Return the configuration."""
    return RefresherConfig.from_environ()


def own_database() -> Database:
    """Return a connection for one thread."""
    return database(config())


def http() -> "httpx.Client":
    """Return the client to call platforms with."""
    return connecting_client(private_networks=config().media_from_private_networks)


@cache
def parts() -> tuple[Refresher, Revoker]:
    """Build what is kept from one invocation to the next."""
    vault, clients = Vault(aws.client("kms"), config().token_key_id), Clients(config())
    renewal = RefreshCall(vault, clients, http, clock.now)
    return Refresher(own_database, renewal, clock), Revoker(vault.open, clients, http, clock)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.EVENT_BRIDGE)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Do what is due, and return how much of it there was."""
    remaining = timedelta(milliseconds=context.get_remaining_time_in_millis())
    report = maintain(own_database, *parts(), clock, deadline=clock.now() + remaining - SPARE)
    logger.info("upkeep of accounts", extra=asdict(report))
    return asdict(report)
