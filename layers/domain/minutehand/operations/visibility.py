"""The permission to see jobs. Operators may see the jobs of all owners. Other callers may see only the jobs of their
owner.
"""

from minutehand.runtime.identity import Identity
from minutehand.runtime.scopes import OPERATE


def visible_owner(reader: Identity, scope: str | None) -> str | None:
    """Return the owner whose jobs ``reader`` sees, or None for the jobs of all owners.

    ``scope``: ``own`` or ``all``. The default is ``all`` for operators, and ``own`` for other callers.

    Raises:
        Forbidden: ``scope`` is ``all``, and ``reader`` is not an operator.
    """
    if scope == "all":
        reader.require_scope(OPERATE, "Viewing the jobs of all owners")
        return None
    if scope is None and reader.may(OPERATE):
        return None
    return reader.owner_id
