"""The permissions that handlers require of their callers; see `minutehand.runtime.api_function.ApiFunction.on`."""

from typing import NamedTuple

from minutehand.runtime import scopes
from minutehand.runtime.errors import Forbidden
from minutehand.runtime.identity import Identity


class Permission(NamedTuple):
    """The scope that a call requires.

    ``for_people``: whether API tokens are refused, whatever their scopes. ``live_only``: whether test tokens are
    refused.
    """

    scope: str
    for_people: bool = False
    live_only: bool = False

    def require(self, caller: Identity) -> None:
        """Raise `Forbidden` if ``caller`` may not make the call."""
        if self.for_people and caller.granted is not None:
            raise Forbidden("API tokens cannot make this call. Sign in to make it yourself.", code="person_required")
        if self.live_only and caller.is_test:
            raise Forbidden("Test mode has its own connections. Use a live token for this call.", code="live_only")
        caller.require_scope(self.scope)


READ = Permission(scopes.READ)
WRITE = Permission(scopes.WRITE)
APPROVE = Permission(scopes.APPROVE)
OPERATE = Permission(scopes.OPERATE)
READ_AS_PERSON = Permission(scopes.READ, for_people=True)
"""For calls that people may make, but API tokens may not."""
WRITE_LIVE = Permission(scopes.WRITE, live_only=True)
"""For calls that connect accounts. Test mode has sandbox connections instead of accounts."""
ANYONE = None
"""For calls that do not require authentication. The template must also exempt them from the authorizer."""
