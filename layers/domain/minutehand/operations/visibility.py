"""Who sees whose jobs: operators everybody's, everyone else their own."""

from minutehand.runtime.identity import OPERATORS, Identity


def visible_owner(reader: Identity, scope: str | None) -> str | None:
    """Return the owner whose jobs ``reader`` looks at; None means everybody's.

    ``scope``: ``own`` or ``all``; by default operators see everybody's and others their own.

    Raises:
        Forbidden: everybody's, asked for by someone who is no operator.
    """
    if scope == "all":
        reader.require_role(OPERATORS, "Looking at everybody's jobs")
        return None
    if scope is None and reader.has_any_role(OPERATORS):
        return None
    return reader.owner_id
