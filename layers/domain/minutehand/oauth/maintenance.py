"""What is done for all accounts every few minutes: tokens are refreshed ahead of their end, and revoked; states end."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import psycopg
from aws_lambda_powertools.logging import Logger

from minutehand.oauth.pending_authorizations import PendingAuthorizations
from minutehand.oauth.refresh import Refresher, Result
from minutehand.oauth.revoke import Revoker
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database

AT_ONCE = 4
"""Tokens in work at the same time; each has a connection to Postgres of its own."""

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class MaintenanceReport:
    """What was done. ``failed``: refreshes that are tried again; ``disconnected``: accounts to be connected again."""

    refreshed: int
    failed: int
    disconnected: int
    revoked: int
    forgotten: int


def maintain(
    database: Callable[[], Database], refresher: Refresher, revoker: Revoker, clock: Clock, *, deadline: datetime
) -> MaintenanceReport:
    """Do what is due, as much of it as can be begun before ``deadline``; the rest waits for the next run.

    ``database`` gives a connection that nobody else uses. Two runs at once never have the same token in hand.
    """

    def work(number: int) -> Counter[str]:
        """Take one thing after the other, until nothing is due."""
        done = Counter[str]()
        db = database()
        try:
            while clock.now() < deadline and (result := refresher.refresh_next(db)) is not None:
                done[result] += 1
            while clock.now() < deadline and (told := revoker.revoke_next(db)) is not None:
                done["revoked"] += told
            if number == 0:
                done["forgotten"] += PendingAuthorizations(db).forget(now=clock.now())
        except psycopg.OperationalError:
            logger.exception("Postgres went away: the next run goes on")
        finally:
            db.close()
        return done

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="upkeep") as pool:
        done = sum(pool.map(work, range(AT_ONCE)), Counter[str]())
    return MaintenanceReport(
        done[Result.REFRESHED], done[Result.FAILED], done[Result.DISCONNECTED], done["revoked"], done["forgotten"]
    )
