"""The settings of an owner. A change to the settings does not alter saved posts."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from aws_lambda_powertools.logging import Logger
from psycopg.types.json import Jsonb

from minutehand.platforms.api_warning import ApiWarning
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.errors import InvalidInput
from minutehand.runtime.identity import Identity
from minutehand.runtime.response_types import Timestamp
from minutehand.runtime.scopes import APPROVE
from minutehand.runtime.timestamps import format_timestamp

if TYPE_CHECKING:
    from minutehand.owners.forms import SettingsChanges

logger = Logger(child=True)


class Settings(TypedDict):
    """The settings of an owner."""

    timezone: str
    requireApproval: bool
    spacingMinutes: int
    updatedBy: str | None
    """The person who last changed a setting, or null if nobody has changed one."""
    updatedAt: Timestamp | None


class CurrentSettings(TypedDict):
    """The current settings of the owner."""

    settings: Settings


class ChangedSettings(TypedDict):
    """The settings of the owner after a change, and any warnings."""

    settings: Settings
    warnings: NotRequired[list[ApiWarning]]


def read(db: Database, reader: Identity) -> CurrentSettings:
    """Return the owner's ``settings``."""
    [row] = db.fetch(_queries["settings"], owner_id=reader.owner_id)
    return {"settings": _rendered(row)}


def change(db: Database, writer: Identity, changes: "SettingsChanges", *, now: datetime) -> ChangedSettings:
    """Change the owner's settings. Return ``settings`` and any ``warnings``.

    If ``requireApproval`` is given, and its new value does not apply to some scheduled or queued posts, a warning
    states their number.

    Raises:
        InvalidInput: there is nothing to change.
        Forbidden: the change contains ``requireApproval``, and the caller may not approve posts.
    """
    given = changes.given()
    if not given:
        raise InvalidInput("Give at least one setting to change.", code="nothing_to_change")
    if "require_approval" in given:
        writer.require_scope(APPROVE, "Changing requireApproval")
    owner_id = writer.owner_id
    [row] = db.fetch(
        _queries["change_settings"], changes=Jsonb(given), owner_id=owner_id, actor=writer.user_id, now=now
    )
    logger.info("settings changed", extra={"owner": owner_id, "actor": writer.user_id, "changes": given})
    shown: ChangedSettings = {"settings": _rendered(row)}
    if "require_approval" in given and (posts := _exceptions(db, owner_id, required=changes.require_approval)):
        shown["warnings"] = [_warning(posts, required=changes.require_approval)]
    return shown


def time_zone(db: Database, owner_id: str) -> str:
    """Return the name of the owner's time zone."""
    [row] = db.fetch(_queries["settings"], owner_id=owner_id)
    return str(row["timezone"])


def _exceptions(db: Database, owner_id: str, *, required: bool) -> int:
    [row] = db.fetch(_queries["count_exceptions"], owner_id=owner_id, require_approval=required)
    return int(row["posts"])


def _warning(posts: int, *, required: bool) -> ApiWarning:
    count = f"{posts:,} scheduled or queued post{'' if posts == 1 else 's'}"
    if required:
        code = "published_without_approval"
        advice = "To require an approval for a post, set its approvalRequired to true."
        outcome = f"will be published without an approval. {advice}"
    else:
        code = "approval_pending"
        outcome = "will be published only after an approval. Approve each post, or set its approvalRequired to false."
    return {"field": "requireApproval", "code": code, "message": f"{count} from before this change {outcome}"}


def _rendered(row: dict[str, Any]) -> Settings:
    return {
        "timezone": row["timezone"],
        "requireApproval": row["require_approval"],
        "spacingMinutes": row["spacing_minutes"],
        "updatedBy": row["updated_by"],
        "updatedAt": format_timestamp(row["updated_at"]),
    }


_queries = sql.load(__package__)
