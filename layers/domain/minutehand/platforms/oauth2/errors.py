"""OAuth errors of a platform, and messages for people. A message never quotes the platform, which may echo a secret."""

from enum import Enum, auto
from typing import TYPE_CHECKING

from minutehand.platforms.catalog import REGISTERING, display_name
from minutehand.platforms.port import PublishError, Rejected, Transient

if TYPE_CHECKING:
    from minutehand.platforms.exchange import Reply


class Purpose(Enum):
    """The purpose of a call. The purpose determines the meaning of a refusal."""

    REDEEM = auto()
    REFRESH = auto()
    REVOKE = auto()


class Refusal(Enum):
    """The reason why a platform refuses a call."""

    GRANT = auto()
    """The code or the token is invalid, expired, revoked or already used."""
    CLIENT = auto()
    """The platform does not accept Minutehand's client id or client secret."""
    TRANSIENT = auto()
    """The platform reports a transient error."""


REFUSALS = {
    "invalid_grant": Refusal.GRANT,
    "invalid_client": Refusal.CLIENT,
    "unauthorized_client": Refusal.CLIENT,
    "server_error": Refusal.TRANSIENT,
    "temporarily_unavailable": Refusal.TRANSIENT,
}
"""The refusals with a specific meaning, keyed by ``error``. Source: RFC 6749, sections 5.2 and 4.1.2.1."""


def refusal_of(reply: "Reply") -> Refusal | None:
    """Return the refusal for the ``error`` of a response, or None if the error is unknown."""
    return REFUSALS.get(str(reply.fields.get("error")))


def refusal_error(platform: str, refusal: Refusal | None, purpose: Purpose) -> PublishError:
    """Return the exception for a refusal. An unknown refusal (None) of a refresh is a transient error, so it does not
    end the grant.
    """
    name = display_name(platform)
    match refusal, purpose:
        case Refusal.CLIENT, _:
            by_operator = "The operator must check its client id and secret."
            remedy = "Start again." if platform in REGISTERING else by_operator
            return Rejected("client_refused", f"{name} does not accept our client registration. {remedy}")
        case Refusal.TRANSIENT, _:
            return Transient("server_error", f"{name} returned a server error.")
        case Refusal.GRANT, Purpose.REFRESH:
            return Rejected(
                "reconnect_required", f"Our access to {name} has expired or was revoked. Connect the account again."
            )
        case _, Purpose.REFRESH:
            return unexpected_response(platform)
        case _, Purpose.REVOKE:
            return Rejected(
                "revocation_refused",
                f"{name} did not revoke our access. Remove it in the settings of the account on {name}.",
            )
        case _:
            return Rejected(
                "authorization_refused",
                f"{name} does not accept the authorization code. A code is valid once, for a short time, and only for"
                " the redirect URI that it was issued for. Start again.",
            )


def unexpected_response(platform: str) -> Transient:
    """Return the error for an unexpected response."""
    return Transient("unexpected_answer", f"{display_name(platform)} returned an unexpected response.")


def not_renewable(platform: str) -> Rejected:
    """Return the error for a token that cannot be refreshed."""
    name = display_name(platform)
    return Rejected("reconnect_required", f"Our access to {name} cannot be refreshed. Connect the account again.")


def insufficient_scope(platform: str) -> Rejected:
    """Return the error for a grant that lacks a required permission."""
    return Rejected(
        "authorization_refused",
        f"{display_name(platform)} did not grant all the permissions that we need. Start again, and allow all of them.",
    )
