"""Who is calling: said by the authorizer, carried by the gateway, never read from a body."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from minutehand.runtime.errors import Forbidden, Unauthenticated

MAX_ID_CHARACTERS = 200
READ_ONLY = frozenset({"viewer"})
"""Whoever has this role and no other may look at everything and change nothing."""
APPROVERS = frozenset({"approver", "admin"})
"""Who has one of these may approve and reject the posts of the owner they work for."""
OPERATORS = frozenset({"operator", "admin"})
"""Who has one of these may look at everybody's jobs, and stop, start and clear the queue and the scheduler."""
_NEVER_IN_AN_ID = ("Cc", "Cs", "Zl", "Zp")
"""Unicode categories: control characters, lone surrogates, line and paragraph separators."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A caller. ``owner_id`` is whose posts it works on: the caller's own or an organisation's."""

    user_id: str
    owner_id: str
    roles: frozenset[str] = frozenset()

    @classmethod
    def from_authorizer(cls, context: Mapping[str, Any] | None) -> Self:
        """Read the context that our authorizer attached to a request.

        Raises:
            Unauthenticated: there is none, or it names nobody.
        """
        user_id = identifier((context or {}).get("userId"))
        if context is None or user_id is None:
            raise Unauthenticated
        return cls(user_id, identifier(context.get("ownerId")) or user_id, roles(context.get("roles")))

    def as_context(self) -> dict[str, str]:
        """Return what the authorizer attaches to a request; API Gateway passes on flat values only."""
        return {"userId": self.user_id, "ownerId": self.owner_id, "roles": ",".join(sorted(self.roles))}

    def require_write(self) -> None:
        """Check that the caller may change things.

        Raises:
            Forbidden: the caller is a viewer and nothing else.
        """
        if self.roles == READ_ONLY:
            raise Forbidden("Your role is viewer: you may look at posts, but not change them.")

    def has_any_role(self, allowed: frozenset[str]) -> bool:
        """Return whether the caller has one of these roles."""
        return bool(self.roles & allowed)

    def require_role(self, allowed: frozenset[str], what: str) -> None:
        """Check that the caller has one of these roles. ``what`` is what needs it, for example ``Approving a post``.

        Raises:
            Forbidden: the caller has none of them.
        """
        if self.has_any_role(allowed):
            return
        wanted = " or ".join(sorted(allowed))
        own = f"yours: {', '.join(sorted(self.roles))}" if self.roles else "you have none"
        raise Forbidden(f"{what} needs the role {wanted} ({own}).", code="role_required")


def identifier(value: object) -> str | None:
    """Return ``value`` as the id of a user or an owner, trimmed; None when it cannot be one."""
    text = value.strip() if isinstance(value, str) else ""
    if not text or len(text) > MAX_ID_CHARACTERS:
        return None
    if any(unicodedata.category(character) in _NEVER_IN_AN_ID for character in text):
        return None
    return text


def roles(value: object) -> frozenset[str]:
    """Return the roles in a comma-separated text; none when it is no text."""
    names = value.split(",") if isinstance(value, str) else []
    return frozenset(name.strip() for name in names if name.strip())
