"""The organisations that a LinkedIn member administers, as values of the option ``organization``."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from minutehand.platforms.choices import Choices, valid_choices
from minutehand.platforms.error_table import PERMISSION_MISSING
from minutehand.platforms.linkedin.errors import ERRORS, FORBIDDEN
from minutehand.platforms.linkedin.organisations import list_organisations
from minutehand.platforms.linkedin.service import Service
from minutehand.platforms.port import Account
from minutehand.runtime.clock import Clock

if TYPE_CHECKING:
    import httpx

    from minutehand.platforms.exchange import Reply


def read_choices(client: "httpx.Client", account: Account, clock: Clock) -> Choices:
    """Return the list ``pages``: the URN and the name of each organisation that the member administers. See
    `ReadChoices`.
    """
    service = Service(client)

    def get(path: str, query: Mapping[str, str] | str, method: str) -> "Reply":
        return service.get(path, account, clock, query=query, method=method)

    def fields(reply: "Reply") -> Mapping[str, Any]:
        if reply.ok:
            return reply.fields
        if ERRORS.meaning(reply) is FORBIDDEN:
            raise PERMISSION_MISSING.error(clock.now(), name=ERRORS.platform)
        raise ERRORS.error(reply, account.token, clock.now(), what="the list of organisations", link="")

    return {"pages": valid_choices(list_organisations(get, fields).items())}
