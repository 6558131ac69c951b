"""The identity of a caller. The authorizer sets the identity, and API Gateway passes it on. Requests cannot set the
identity.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from minutehand.runtime.errors import Forbidden, Unauthenticated

MAX_ID_CHARACTERS = 200
READ_ONLY = frozenset({"viewer"})
"""The read-only role. Callers who have only this role may view everything and change nothing."""
ROLES = frozenset({"viewer", "editor", "approver", "operator", "admin"})
"""The known roles. An editor may do what a caller without any role may do."""
RESERVED_PREFIX = "test:"
"""The prefix of the owners of test data. Only the authorizer creates such ids."""
APPROVERS = frozenset({"approver", "admin"})
"""The roles that may approve and reject the posts of the caller's owner."""
OPERATORS = frozenset({"operator", "admin"})
"""The roles that may view the jobs of all owners, and control the queue and the scheduler."""
_FORBIDDEN_CATEGORIES = ("Cc", "Cs", "Zl", "Zp")
"""Unicode categories: control characters, lone surrogates, line and paragraph separators."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A caller. ``owner_id``: the owner of the caller's posts, who is either the caller or an organisation."""

    user_id: str
    owner_id: str
    roles: frozenset[str] = frozenset()

    @classmethod
    def from_authorizer(cls, context: Mapping[str, Any] | None) -> Self:
        """Return the identity from the context that the authorizer attached to a request.

        Raises:
            Unauthenticated: the context is missing, has no user, or has an invalid id.
        """
        user_id = identifier((context or {}).get("userId"))
        if context is None or user_id is None:
            raise Unauthenticated
        owner_id = identifier(context["ownerId"]) if "ownerId" in context else user_id
        if owner_id is None:
            raise Unauthenticated
        return cls(user_id, owner_id, roles(context.get("roles")))

    def as_context(self) -> dict[str, str]:
        """Return the context for the authorizer to attach to a request. API Gateway passes on only flat values."""
        return {"userId": self.user_id, "ownerId": self.owner_id, "roles": ",".join(sorted(self.roles))}

    def require_write(self) -> None:
        """Raise `Forbidden` if the caller's only role is viewer."""
        if self.roles == READ_ONLY:
            raise Forbidden("Your only role is viewer, which may view posts but not change them.")

    def has_any_role(self, allowed: frozenset[str]) -> bool:
        """Return whether the caller has at least one of these roles."""
        return bool(self.roles & allowed)

    def require_role(self, allowed: frozenset[str], action: str) -> None:
        """Raise `Forbidden` if the caller has none of these roles. ``action``: the subject of the error's sentence."""
        if self.has_any_role(allowed):
            return
        required = " or ".join(sorted(allowed))
        own = f"Your roles: {', '.join(sorted(self.roles))}." if self.roles else "You have no role."
        raise Forbidden(f"{action} requires the role {required}. {own}", code="role_required")


def identifier(value: object) -> str | None:
    """Return ``value`` if it is a valid id of a user or an owner, otherwise None.

    An id with surrounding spaces is not valid, because without the spaces it would be somebody else's id.
    """
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_ID_CHARACTERS or value != value.strip():
        return None
    if any(unicodedata.category(character) in _FORBIDDEN_CATEGORIES for character in value):
        return None
    return value


def claimed_identifier(value: object) -> str | None:
    """Return ``value`` if it is a valid id that a token or a header may name, otherwise None.

    A slash separates an owner from the owners below it, so neither a user nor an issuer may choose an id with a slash
    or with `RESERVED_PREFIX`.
    """
    found = identifier(value)
    return None if found is None or "/" in found or found.startswith(RESERVED_PREFIX) else found


def roles(value: object) -> frozenset[str]:
    """Return the known roles in a comma-separated text or in a list. None means that there are no roles.

    A name in a list is one role, even if it contains a comma. Unknown names grant nothing. If there are names but no
    known role, or if the value has a different form, the only role is viewer.
    """
    match value:
        case None:
            names: list[str] = []
        case str():
            names = value.split(",")
        case list() if all(isinstance(name, str) for name in value):
            names = value
        case _:
            return READ_ONLY
    given = {name.strip(" ") for name in names} - {""}
    return ROLES & given or (READ_ONLY if given else frozenset())
