"""The responses of the calls about connections."""

from datetime import datetime
from typing import Literal, NotRequired, TypedDict
from uuid import UUID

from local.openapi.responses.common import Confirmation, Pagination, Platform, Success, Warning

type ConnectionStatus = Literal["active", "reconnect_required"]
type ConnectionHealth = Literal["ok", "expiring", "failing", "reconnect_required"]


class Connection(TypedDict):
    """An account on a platform to which posts can be published."""

    id: UUID
    platform: Platform
    accountId: str
    """The id of the account on the platform."""
    handle: str
    """The name of the account, for people."""
    baseUrl: str
    """The address of the account's server."""
    status: ConnectionStatus
    statusReason: str | None
    """The reason, if the status is `reconnect_required`."""
    expiresAt: datetime | None
    renewable: bool
    health: ConnectionHealth
    healthReason: str | None
    isDefault: bool
    """Whether posts for the platform go to this connection if they name no other."""
    createdAt: datetime


class ListConnectionsResponse(Success):
    """The connections of the owner."""

    connections: list[Connection]


class ConnectAccountResponse(Success):
    """The connection."""

    connection: Connection


class SetDefaultConnectionResponse(Success):
    """The connection."""

    connection: Connection


class DisconnectAccountResponse(Confirmation):
    """A confirmation."""

    warnings: NotRequired[list[Warning]]
    """The accesses to the account that remain."""


class Choice(TypedDict):
    """One value of an option."""

    value: str
    label: str
    """The name of the value, for people."""


class GetConnectionOptionsResponse(Success):
    """The values of options, as the platform lists them for the account."""

    options: dict[str, list[Choice]]
    """The values, keyed by the name of the list, such as `boards`."""


class ConnectLink(TypedDict):
    """A link with which a person without a login connects an account."""

    id: UUID
    platforms: list[Platform]
    redirectUri: str | None
    """The page to which the browser goes when the account is connected, or null for a page of Minutehand."""
    createdBy: str
    createdAt: datetime
    expiresAt: datetime
    usedAt: datetime | None


class CreateLinkResponse(Success):
    """The link."""

    link: ConnectLink
    url: str | None
    """The address to send to the person. It is shown once: null if the request is repeated."""


class ListLinksResponse(Success):
    """A page of connect links."""

    links: list[ConnectLink]
    pagination: Pagination


class RevokeLinkResponse(Confirmation):
    """A confirmation."""


class AuthorizeConnectionResponse(Success):
    """The address to which to send the user's browser."""

    url: str
    expiresAt: datetime


class ReceiveCallbackResponse(Success):
    """The connected accounts."""

    connections: list[Connection]


class CompleteAuthorizationResponse(Success):
    """The connected accounts."""

    connections: list[Connection]
