"""Connect accounts with credentials that the platform verifies. If accounts on a platform are connected with a password
or a token, the platform's module ``connector`` defines a `Connector`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ConfigDict

from minutehand.platforms.catalog import display_name, load_attribute
from minutehand.platforms.errors import Transient
from minutehand.platforms.identifiers import identifier
from minutehand.runtime.clock import Now
from minutehand.runtime.form import Form

if TYPE_CHECKING:
    import httpx


class Credentials(Form):
    """The fields that the credentials for every platform have. Subclasses add secrets, which must be excluded from the
    representation.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    platform: str
    make_default: bool = False


@dataclass(frozen=True, slots=True)
class VerifiedAccount:
    """An account whose credentials the platform accepted. ``token`` becomes the token of `port.Account`."""

    account_id: str
    handle: str
    base_url: str
    token: Mapping[str, str] = field(repr=False)
    limits: Mapping[str, int] | None = None
    """The limits of the account's server, or None if they are unknown or the same on every server."""


class Connector[C: Credentials](NamedTuple):
    """The form for the credentials of one platform, and the function that verifies them."""

    form: type[C]
    verify: Callable[["httpx.Client", C, Now], VerifiedAccount]
    """Return the account that the credentials belong to, without changing anything on the platform.

    Raises:
        Rejected: the server refused the credentials, or is not a server of the platform.
        Transient, RateLimited: the platform returned no usable response, or limits our requests.
    """
    server: str
    """The name of the form's attribute that contains the address of the account's server."""


def connector_for(platform: str) -> Connector[Any]:
    """Return the connector of ``platform``, one of `minutehand.platforms.catalog.CONNECTORS`."""
    connector: Connector[Any] = load_attribute(platform, "connector", "connector")
    return connector


@cache
def connecting_client(*, private_networks: bool) -> "httpx.Client":
    """Return the shared client for connecting accounts, for refreshing and revoking tokens, and for reading metrics and
    lists of choices.

    Each timeout is shorter than the timeout of API Gateway.
    """
    import httpx

    from minutehand.platforms.network import guarded_client

    client = guarded_client(private_networks=private_networks)
    client.timeout = httpx.Timeout(connect=3, write=5, read=8, pool=3)
    return client


def require_identifier(value: object, platform: str) -> str:
    """Check ``value``, an id or a name that ``platform`` returned, and return it.

    Raises:
        Transient: the value is not a string, or it is empty, too long or not printable.
    """
    if (valid := identifier(value)) is not None:
        return valid
    raise Transient("unexpected_answer", f"{display_name(platform)} returned an unexpected response.")
