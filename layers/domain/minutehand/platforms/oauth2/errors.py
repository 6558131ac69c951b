"""What a platform refuses, and the errors that people see: never in its own words, which may repeat a secret."""

from enum import Enum, auto
from typing import TYPE_CHECKING

from minutehand.platforms.catalog import display_name
from minutehand.platforms.port import PublishError, Rejected, Transient

if TYPE_CHECKING:
    from minutehand.platforms.exchange import Reply


class Purpose(Enum):
    """What a call was for, and so what its refusal means."""

    REDEEM = auto()
    REFRESH = auto()
    REVOKE = auto()


class Refusal(Enum):
    """What a platform does not accept."""

    GRANT = auto()
    """The code, or the token: it was used, ran out, was taken back or never was."""
    CLIENT = auto()
    """Our own registration."""
    TRANSIENT = auto()
    """Nothing: it has a problem of its own."""


REFUSALS = {
    "invalid_grant": Refusal.GRANT,
    "invalid_client": Refusal.CLIENT,
    "unauthorized_client": Refusal.CLIENT,
    "server_error": Refusal.TRANSIENT,
    "temporarily_unavailable": Refusal.TRANSIENT,
}
"""By ``error``: RFC 6749, section 5.2, and the errors of section 4.1.2.1 that come from token endpoints as well."""


def refusal_of(reply: "Reply") -> Refusal | None:
    """Return what the ``error`` of an answer refuses; None when it is in no table."""
    return REFUSALS.get(str(reply.fields.get("error")))


def refusal_error(platform: str, refusal: Refusal | None, purpose: Purpose) -> PublishError:
    """Return the error for a refusal. One that is in no table costs a code, but never says that a grant is over."""
    name = display_name(platform)
    match refusal, purpose:
        case Refusal.CLIENT, _:
            return Rejected(
                "client_refused",
                f"{name} does not accept our own registration there: whoever runs this has to check its id and secret.",
            )
        case Refusal.TRANSIENT, _:
            return Transient("server_error", f"{name} has a problem of its own.")
        case Refusal.GRANT, Purpose.REFRESH:
            return Rejected("reconnect_required", f"{name} does not let us in any more: connect the account again.")
        case _, Purpose.REFRESH:
            return unexpected_response(platform)
        case _, Purpose.REVOKE:
            return Rejected("revocation_refused", f"{name} does not take the access back. It can be removed there.")
        case _:
            return Rejected(
                "authorization_refused",
                f"{name} does not accept what came back from there: it is good once, for a short time, and only at the"
                " address that it was asked for. Start again.",
            )


def unexpected_response(platform: str) -> Transient:
    """Return the error for an answer that makes no sense."""
    return Transient("unexpected_answer", f"{display_name(platform)} gave an answer that makes no sense.")


def not_renewable(platform: str) -> Rejected:
    """Return the error for a token that cannot be renewed."""
    name = display_name(platform)
    return Rejected("reconnect_required", f"The access to {name} cannot be renewed: connect the account again.")


def insufficient_scope(platform: str) -> Rejected:
    """Return the error for a person who did not allow what we cannot do without."""
    return Rejected(
        "authorization_refused",
        f"{display_name(platform)} says that not all was allowed that is needed. Start again, and allow all of it.",
    )
