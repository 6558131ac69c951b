"""The request of POST queue: an action and its scope, and the reason for a pause."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from minutehand.platforms.fields import Platform
from minutehand.queue.pauses import Scope, ScopeName
from minutehand.runtime.form import Form
from minutehand.runtime.identity import MAX_ID_CHARACTERS
from minutehand.runtime.validation import invalid

MAX_REASON_CHARACTERS = 500
MAX_TARGET_CHARACTERS = 200
DEFAULT_OLDER_THAN_DAYS = 30

_FIELDS_OF_SCOPE = {"all": (), "platform": ("platform",), "owner": ("ownerId",), "campaign": ("campaign", "ownerId")}


class QueueAction(Form):
    """The body of POST queue. ``reason``: the reason for a pause.

    ``olderThanDays``: the minimum age of the failures that the action ``clear_failed`` clears, in days.
    """

    action: Literal["pause", "resume", "clear_failed", "redrive"]
    scope: ScopeName | None = None
    platform: Platform | None = None
    owner_id: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_ID_CHARACTERS)] | None = None
    campaign: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TARGET_CHARACTERS)] | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_REASON_CHARACTERS)] | None = None
    older_than_days: Annotated[int, Field(ge=0, le=36_500)] | None = None

    def to_scope(self) -> Scope:
        """Return the scope of the action.

        Raises:
            InvalidInput: the scope or its target is missing, or a field belongs to a different scope.
        """
        scope = self.scope or ("all" if self.action == "clear_failed" else None)
        if scope is None:
            allowed = ["all", "platform", "owner", "campaign"]
            raise invalid("scope", f"scope is required: one of {', '.join(allowed)}.", given=None, allowed=allowed)
        self._refuse_other_fields(scope)
        match scope:
            case "platform":
                return Scope("platform", _required("platform", self.platform, scope))
            case "owner":
                return Scope("owner", _required("ownerId", self.owner_id, scope))
            case "campaign":
                return Scope("campaign", _required("campaign", self.campaign, scope), self.owner_id or "")
            case _:
                return Scope("all")

    def required_reason(self) -> str:
        """Return the reason for a pause. Raises `InvalidInput` if the reason is missing."""
        if not self.reason:
            sentence = "Give the reason for the pause in reason. The owners of held posts see the reason."
            raise invalid("reason", sentence, given=None)
        return self.reason

    def days(self) -> int:
        """Return the minimum age of the failures to clear, in days."""
        return DEFAULT_OLDER_THAN_DAYS if self.older_than_days is None else self.older_than_days

    def _refuse_other_fields(self, scope: str) -> None:
        for field, value in (("platform", self.platform), ("ownerId", self.owner_id), ("campaign", self.campaign)):
            if value is not None and field not in _FIELDS_OF_SCOPE[scope]:
                raise invalid(field, f"{field} cannot be combined with the scope {scope}.", given=value)


def _required(field: str, value: str | None, scope: str) -> str:
    if not value:
        raise invalid(field, f"{field} is required for the scope {scope}.", given=value)
    return value
