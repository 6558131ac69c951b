"""The permission to see jobs: operators may see the jobs of all owners, other callers only their own."""

from minutehand.runtime.identity import OPERATORS, Identity


def visible_owner(reader: Identity, scope: str | None) -> str | None:
    """Return the owner of the jobs that ``reader`` sees; None means all owners.

    ``scope``: ``own`` or ``all``. The default is ``all`` for operators, and ``own`` for other callers.

    Raises:
        Forbidden: ``scope`` is ``all``, and ``reader`` is not an operator.
    """
    if scope == "all":
        reader.require_role(OPERATORS, "Viewing the jobs of all owners")
        return None
    if scope is None and reader.has_any_role(OPERATORS):
        return None
    return reader.owner_id
