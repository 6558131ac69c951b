from pydantic import Field

from minutehand.runtime.config import Config
from minutehand.runtime.default_limits import MAX_PENDING_AUTHORIZATIONS


class PendingAuthorizationsLimit(Config):
    """The maximum number of an owner's authorizations that are neither completed nor expired: the template's parameter
    MaxPendingAuthorizations.
    """

    max_pending_authorizations: int = Field(default=MAX_PENDING_AUTHORIZATIONS, ge=1)
