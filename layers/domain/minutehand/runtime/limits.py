"""Limits on the resources of an owner.

The statement that adds a resource also counts the existing resources. `LOCK` runs before this statement, so that two
concurrent calls cannot exceed a limit together.
"""

from minutehand.runtime import sql
from minutehand.runtime.errors import Conflict

_queries = sql.load(__package__)
LOCK = _queries["lock_owner"]
"""Keeps other transactions from adding to the owner's %(limited)s until this transaction ends; see
`Database.one_locked`.
"""


def limit_reached(things: str, *, limit: int, present: int, advice: str) -> Conflict:
    """Return the error for a call that would exceed ``limit``. ``present``: the current number of objects or bytes.

    ``things``: the name of the counted objects in the message. ``advice``: a sentence that says what the caller can do.
    """
    sentence = f"Limit reached: {present:,} of {limit:,} {things}. {advice}"
    return Conflict(sentence, code="limit_reached", details=[{"message": sentence, "limit": limit, "present": present}])
