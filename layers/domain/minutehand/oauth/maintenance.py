"""Refreshes and revokes tokens, deletes old states and links, and announces expiring access, every few minutes."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import psycopg
from aws_lambda_powertools.logging import Logger

from minutehand.oauth.connect_links import delete_expired_links
from minutehand.oauth.expiring import note_expiring
from minutehand.oauth.pending_authorizations import PendingAuthorizations
from minutehand.oauth.refresh import Refresher, RefreshOutcome
from minutehand.oauth.registered_clients import delete_unused_clients
from minutehand.oauth.revoke import Revoker
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database

MAX_CONCURRENT = 4
"""The maximum number of tokens that are handled at the same time, each on a separate connection to Postgres."""

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class MaintenanceReport:
    """The counts of one run.

    ``failed`` counts refreshes to retry. ``disconnected`` counts refreshes after which the owner must connect
    the account again. ``revoked`` counts tokens that were revoked or can no longer be revoked. ``forgotten`` counts
    deleted states, connect links and OAuth clients. ``expiring`` counts the new events about connections whose access
    ends soon.
    """

    refreshed: int
    failed: int
    disconnected: int
    revoked: int
    forgotten: int
    expiring: int = 0


def maintain(
    database: Callable[[], Database], refresher: Refresher, revoker: Revoker, clock: Clock, *, deadline: datetime
) -> MaintenanceReport:
    """Carry out the tasks that are due and can begin before ``deadline``. The next run carries out the remaining tasks.

    ``database`` returns a new connection for each thread. Locks keep two runs from handling one token at the same time.
    """

    def work(number: int) -> Counter[str]:
        """Handle one token after another until no token is due or ``deadline`` has passed."""
        done = Counter[str]()
        db = database()
        try:
            while clock.now() < deadline and (result := refresher.refresh_next(db)) is not None:
                done[result] += 1
            while clock.now() < deadline and (revoked := revoker.revoke_next(db)) is not None:
                done["revoked"] += revoked
            if number == 0:
                done["forgotten"] += PendingAuthorizations(db).delete_expired(clock, deadline=deadline)
                done["forgotten"] += delete_expired_links(db, clock, deadline=deadline)
                done["forgotten"] += delete_unused_clients(db, clock, deadline=deadline)
                done["expiring"] += note_expiring(db, clock, deadline=deadline)
        except psycopg.OperationalError:
            logger.exception("Postgres is unavailable; the next run continues")
        finally:
            db.close()
        return done

    with ThreadPoolExecutor(MAX_CONCURRENT, thread_name_prefix="maintenance") as pool:
        done = sum(pool.map(work, range(MAX_CONCURRENT)), Counter[str]())
    return MaintenanceReport(
        done[RefreshOutcome.REFRESHED],
        done[RefreshOutcome.FAILED],
        done[RefreshOutcome.DISCONNECTED],
        done["revoked"],
        done["forgotten"],
        done["expiring"],
    )
