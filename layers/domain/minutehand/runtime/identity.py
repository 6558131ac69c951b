"""The identity of a caller. The authorizer sets the identity, and API Gateway passes it on. On AWS, clients cannot set
the identity.
"""

import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from minutehand.runtime.actor import Actor
from minutehand.runtime.errors import Forbidden, Unauthenticated
from minutehand.runtime.scopes import ACT_AS, APPROVE, WRITE, parse_scopes, roles_with, scopes_of

MAX_ID_CHARACTERS = 200
READ_ONLY = frozenset({"viewer"})
"""The read-only role. Callers who have only this role have only the scope read."""
ROLES = frozenset({"viewer", "editor", "approver", "operator", "admin"})
"""The known roles. An editor has the same scopes as a caller without any role."""
RESERVED_PREFIX = "test:"
"""The prefix of the owners of test data. Only the authorizer creates ids with this prefix."""
MAX_NAME_CHARACTERS = 200
_DIRECTIONS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""Bidirectional classes of the characters that change the direction of the text after them."""
_FORBIDDEN_CATEGORIES = ("Cc", "Cs", "Zl", "Zp")
"""Unicode categories: control characters, lone surrogates, line and paragraph separators."""


class Identity(NamedTuple):
    """A caller: a person, or a program with an API token.

    ``user_id``: the person, or the person who created the API token. ``owner_id``: the owner of the caller's posts, who
    is the user, an organisation, an owner below one of them, or the owner of test data. ``granted``: the scopes of the
    API token. ``token_id``: the id of the API token. For a person, ``granted`` and ``token_id`` are None. ``name``: the
    name or e-mail address in the person's token, which is not necessarily unique.
    """

    user_id: str
    owner_id: str
    roles: frozenset[str] = frozenset()
    granted: frozenset[str] | None = None
    token_id: str | None = None
    name: str | None = None

    @classmethod
    def from_authorizer(cls, context: Mapping[str, Any] | None) -> Self:
        """Return the identity from the context that the authorizer attached to a request.

        Raises:
            Unauthenticated: the context is missing, has no user, or has an invalid id.
            Forbidden: the caller named an owner, but the API token lacks the scope ``act_as``, or the owner is not
                directly below the token's owner.
        """
        user_id = identifier((context or {}).get("userId"))
        if context is None or user_id is None:
            raise Unauthenticated
        owner_id = _owner_identifier(context["ownerId"]) if "ownerId" in context else user_id
        if owner_id is None:
            raise Unauthenticated
        granted = parse_scopes(context["scopes"]) if "scopes" in context else None
        caller = cls(
            user_id,
            owner_id,
            roles(context.get("roles")),
            granted,
            context.get("tokenId"),
            shown_name(context.get("name")),
        )
        if "ownerRefused" in context:
            caller.require_scope(ACT_AS, "Naming an owner in x-owner-id")
            own = owner_id.removeprefix(RESERVED_PREFIX)
            raise Forbidden(
                f"x-owner-id must name one owner directly below {own}, such as {own}/customer-17.", code="owner_refused"
            )
        return caller

    def as_context(self) -> dict[str, str]:
        """Return the context for the authorizer to attach to a request. API Gateway passes on only flat values."""
        context = {"userId": self.user_id, "ownerId": self.owner_id, "roles": ",".join(sorted(self.roles))}
        if self.granted is not None:
            context["scopes"] = ",".join(sorted(self.granted))
        if self.token_id is not None:
            context["tokenId"] = self.token_id
        if self.name is not None:
            context["name"] = self.name
        return context

    @property
    def actor(self) -> Actor:
        """The caller as the actor of events."""
        return Actor(self.user_id, self.name)

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes of the caller: those of the API token, or those that the person's roles grant."""
        return scopes_of(self.roles) if self.granted is None else self.granted

    @property
    def is_test(self) -> bool:
        """True if the caller works on test data."""
        return is_test_owner(self.owner_id)

    def may(self, scope: str) -> bool:
        """Return whether the caller has ``scope``."""
        return scope in self.scopes

    def require_write(self) -> None:
        """Raise `Forbidden` if the caller does not have the scope write."""
        self.require_scope(WRITE)

    def require_scope(self, scope: str, action: str = "This call") -> None:
        """Raise `Forbidden` if the caller does not have ``scope``. ``action``: the subject of the error message."""
        if self.may(scope):
            return
        if self.granted is not None:
            own = f"Your token has {_listed(self.granted)}."
            raise Forbidden(f"{action} requires the scope {scope}. {own}", code="scope_required")
        if scope in (WRITE, APPROVE) and not self.may(WRITE):
            raise Forbidden(
                "Your only role is viewer, which does not permit changes. Ask your administrator for another role."
            )
        own = f"Your roles: {', '.join(sorted(self.roles))}." if self.roles else "You have no role."
        raise Forbidden(f"{action} requires the role {' or '.join(roles_with(scope))}. {own}", code="role_required")


def is_test_owner(owner_id: str) -> bool:
    """Return whether ``owner_id`` is the id of an owner of test data."""
    return owner_id.startswith(RESERVED_PREFIX)


def _listed(scopes: frozenset[str]) -> str:
    return f"the scope{'s' * (len(scopes) != 1)} {', '.join(sorted(scopes))}" if scopes else "no scope"


def _owner_identifier(value: object) -> str | None:
    # The prefix does not count towards the length of the id, so that every owner can have test data.
    owner = value.removeprefix(RESERVED_PREFIX) if isinstance(value, str) else None
    return None if owner is None or identifier(owner) is None else str(value)


def identifier(value: object) -> str | None:
    """Return ``value`` if it is a valid id of a user or an owner, otherwise None.

    An id with surrounding spaces is not valid, because without the spaces it could be the id of another user or owner.
    """
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_ID_CHARACTERS or value != value.strip():
        return None
    if any(unicodedata.category(character) in _FORBIDDEN_CATEGORIES for character in value):
        return None
    return value


def shown_name(value: object) -> str | None:
    """Return ``value`` as a name to show, or None if it is not a text or is blank.

    Characters that break lines, control a terminal or change the direction of the text are removed. A long name is
    truncated.
    """
    if not isinstance(value, str):
        return None
    # Only the beginning is read, because an issuer may send very long claims.
    kept = (each for each in value[: 4 * MAX_NAME_CHARACTERS] if not _is_hidden(each))
    return "".join(kept).strip()[:MAX_NAME_CHARACTERS].strip() or None


def _is_hidden(character: str) -> bool:
    if unicodedata.category(character) in _FORBIDDEN_CATEGORIES:
        return True
    return unicodedata.bidirectional(character) in _DIRECTIONS


def claimed_identifier(value: object) -> str | None:
    """Return ``value`` if it is a valid id that a token or a header may name, otherwise None.

    Neither a user nor an issuer may choose an id with `RESERVED_PREFIX`, or with a slash, which separates an owner from
    the owners below it.
    """
    found = identifier(value)
    return None if found is None or "/" in found or found.startswith(RESERVED_PREFIX) else found


def roles(value: object) -> frozenset[str]:
    """Return the known roles in a comma-separated text or in a list. None means that there are no roles.

    A name in a list is one role, even if it contains a comma. Unknown names are ignored. If all given names are
    unknown, or if the value has a different form, the only role is viewer.
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
