"""The identity of a caller. The authorizer sets the identity, and API Gateway passes it on. Requests cannot set it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from minutehand.runtime.errors import Forbidden, Unauthenticated

MAX_ID_CHARACTERS = 200
READ_ONLY = frozenset({"viewer"})
"""The read-only role. Callers who have only this role may view everything and change nothing."""
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
            Unauthenticated: the context is missing or has no user.
        """
        user_id = identifier((context or {}).get("userId"))
        if context is None or user_id is None:
            raise Unauthenticated
        return cls(user_id, identifier(context.get("ownerId")) or user_id, roles(context.get("roles")))

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
    """Return ``value`` without surrounding spaces if it is a valid id of a user or an owner, otherwise None."""
    text = value.strip() if isinstance(value, str) else ""
    if not text or len(text) > MAX_ID_CHARACTERS:
        return None
    if any(unicodedata.category(character) in _FORBIDDEN_CATEGORIES for character in text):
        return None
    return text


def roles(value: object) -> frozenset[str]:
    """Return the roles in a comma-separated text. Return an empty set if the value is not text."""
    names = value.split(",") if isinstance(value, str) else []
    return frozenset(name.strip() for name in names if name.strip())
