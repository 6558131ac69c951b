"""Puts away, each day, what was published long ago."""

from dataclasses import asdict
from datetime import timedelta
from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger

from minutehand.posts.archive import Archived, archive_older
from minutehand.posts.config import ArchiverConfig
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database

SPARE = timedelta(seconds=10)
"""Time left to finish a batch in hand before Lambda ends the invocation."""

logger = Logger()
clock = SystemClock()


@cache
def connected() -> tuple[ArchiverConfig, Database]:
    """Return the configuration and the database, kept from one invocation to the next."""
    config = ArchiverConfig.from_environ()
    return config, database(config)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Archive, and return how many posts were; what is left when the time is up waits for the next day."""
    config, db = connected()
    days, done = config.archive_after_days, Archived()
    if days:
        deadline = clock.now() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - SPARE
        done = archive_older(db, clock, owner_id=None, days_old=days, actor="archiver", deadline=deadline)
    logger.info("archived", extra=asdict(done))
    return asdict(done)
