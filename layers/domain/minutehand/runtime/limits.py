"""Limits on what an owner may have. The statement that adds something counts what is there, under a lock of the owner.

Two calls at the same time therefore never exceed a limit. The lock is sent in the round trip of the statement, which
takes its snapshot only once it has the lock.
"""

from minutehand.runtime import sql
from minutehand.runtime.errors import Conflict

LOCK = sql.load(__package__)["lock_owner"]
"""Lock the owner's number of %(limited)s until the transaction ends; see `Database.one_locked`."""


def limit_reached(things: str, *, limit: int, present: int, advice: str) -> Conflict:
    """Return the error for a call that would add to ``present`` things, or bytes of things, more than ``limit``.

    ``things``: the subject of the error's sentence. ``advice``: a sentence that says what the caller can do.
    """
    sentence = f"Limit reached: {present:,} of {limit:,} {things}. {advice}"
    return Conflict(sentence, code="limit_reached", details=[{"message": sentence, "limit": limit, "present": present}])
