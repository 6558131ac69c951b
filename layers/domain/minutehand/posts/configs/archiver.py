from pydantic import Field

from minutehand.runtime.config import DatabaseConfig


class ArchiverConfig(DatabaseConfig):
    """Settings of the archiver. If ``archive_after_days`` is 0, the archiver archives no posts.

    ``event_days``: the number of days after which events and entries of the ledger are deleted.
    """

    archive_after_days: int = Field(default=90, ge=0, le=36_500)
    event_days: int = Field(default=90, ge=7, le=36_500)
