"""Limits on the resources of an owner. The statement that adds a resource counts the existing ones, under a lock.

Two calls at the same time therefore never exceed a limit. The lock is sent in the round trip of the statement, which
takes its snapshot only once it has the lock.
"""

from minutehand.runtime import sql
from minutehand.runtime.errors import Conflict

_queries = sql.load(__package__)
LOCK = _queries["lock_owner"]
"""Lock the owner's number of %(limited)s until the transaction ends; see `Database.one_locked`."""


def limit_reached(things: str, *, limit: int, present: int, advice: str) -> Conflict:
    """Return the error for a call that would exceed ``limit``. ``present``: the current number of things or bytes.

    ``things``: the subject of the error's sentence. ``advice``: a sentence that says what the caller can do.
    """
    sentence = f"Limit reached: {present:,} of {limit:,} {things}. {advice}"
    return Conflict(sentence, code="limit_reached", details=[{"message": sentence, "limit": limit, "present": present}])
