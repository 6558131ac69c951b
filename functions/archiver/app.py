"""Archives old published posts, once a day."""

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
"""Reserved at the end of the invocation for a batch that has begun."""

logger = Logger()
clock = SystemClock()


@cache
def connected() -> tuple[ArchiverConfig, Database]:
    """Return the configuration and the database, shared by all invocations of this process."""
    config = ArchiverConfig.from_environ()
    return config, database(config)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Archive old posts and return how many; the next day archives those that did not fit into the time."""
    config, db = connected()
    days, done = config.archive_after_days, Archived()
    if days:
        deadline = clock.now() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - SPARE
        done = archive_older(db, clock, owner_id=None, days_old=days, actor="archiver", deadline=deadline)
    logger.info("archived", extra=asdict(done))
    return asdict(done)
