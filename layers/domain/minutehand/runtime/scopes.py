"""Scopes, which are the permissions of a caller. The roles of a person grant scopes, and an API token has scopes of its
own.
"""

from collections.abc import Mapping
from typing import Final, Literal

type Scope = Literal["read", "write", "approve", "operate", "act_as"]
type Role = Literal["viewer", "editor", "approver", "operator", "admin"]
type Mode = Literal["live", "test"]

READ: Final = "read"
"""Permits most calls with GET."""
WRITE: Final = "write"
"""Permits most writing calls, such as those that change posts, connections and media items."""
APPROVE: Final = "approve"
"""Permits approving and rejecting posts, and removing the requirement for approval."""
OPERATE: Final = "operate"
"""Permits viewing the jobs of all owners, and controlling the queue and the scheduler."""
ACT_AS: Final = "act_as"
"""Permits an API token to work for the owners below the token's owner. The header ``x-owner-id`` names the owner."""
SCOPES: tuple[Scope, ...] = (READ, WRITE, APPROVE, OPERATE, ACT_AS)

SCOPES_OF_ROLES: Mapping[str, frozenset[str]] = {
    "viewer": frozenset({READ}),
    "editor": frozenset({READ, WRITE}),
    "approver": frozenset({READ, WRITE, APPROVE}),
    "operator": frozenset({READ, WRITE, OPERATE}),
    "admin": frozenset(SCOPES),
}
"""The scopes that each role grants. A caller with several roles has the scopes of all of them."""
SCOPES_WITHOUT_ROLES = SCOPES_OF_ROLES["editor"]


def scopes_of(roles: frozenset[str]) -> frozenset[str]:
    """Return the scopes of a person with these roles."""
    granted: frozenset[str] = frozenset().union(*(SCOPES_OF_ROLES[role] for role in roles))
    return granted if roles else SCOPES_WITHOUT_ROLES


def roles_with(scope: str) -> list[str]:
    """Return the roles that grant ``scope``, in alphabetical order."""
    return sorted(role for role, granted in SCOPES_OF_ROLES.items() if scope in granted)


def parse_scopes(value: object) -> frozenset[str]:
    """Return the known scopes in a text that separates them with commas. Any other value grants no scope."""
    return frozenset(value.split(",") if isinstance(value, str) else ()) & frozenset(SCOPES)
