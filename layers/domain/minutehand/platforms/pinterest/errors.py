"""Pinterest's errors, classified by HTTP status and ``code``.

The code is one of Pinterest's own numbers or, for some calls, a repetition of the HTTP status. Source: API v5, the
responses of each call.
"""

from enum import Enum, auto

from minutehand.platforms.exchange import Reply, sanitize
from minutehand.platforms.port import Account, InDoubt, PublishError, Rejected, TokenExpired, Transient

UNREACHABLE_MEDIA = "unable to reach the url"
"""The message for an image that Pinterest could not fetch at the moment; this error has no code of its own."""


class ErrorKind(Enum):
    """The classes of errors."""

    TOKEN_EXPIRED = auto()
    FORBIDDEN = auto()
    REFUSED = auto()
    IMAGE_TOO_SMALL = auto()
    NO_BOARD = auto()
    MEDIA_UNREACHABLE = auto()


ERRORS = {
    (400, 1): ErrorKind.REFUSED,
    (400, 400): ErrorKind.REFUSED,
    (401, 2): ErrorKind.TOKEN_EXPIRED,
    (401, 401): ErrorKind.TOKEN_EXPIRED,
    (401, 7): ErrorKind.FORBIDDEN,
    (403, 29): ErrorKind.FORBIDDEN,
    (403, 403): ErrorKind.FORBIDDEN,
    (403, 233): ErrorKind.IMAGE_TOO_SMALL,
    (404, 40): ErrorKind.NO_BOARD,
    (404, 404): ErrorKind.REFUSED,
}


def classify(reply: Reply) -> ErrorKind | None:
    """Return the class of an error response; None when the table does not contain it."""
    code = reply.fields.get("code")
    kind = ERRORS.get((reply.status, code)) if type(code) is int else None
    if kind is ErrorKind.REFUSED and UNREACHABLE_MEDIA in str(reply.fields.get("message", "")).lower():
        return ErrorKind.MEDIA_UNREACHABLE
    return kind


def refusal(reply: Reply, what: str, account: Account, *, publishing: bool = False) -> PublishError:
    """Return the exception for ``reply``, an error response. ``what`` names the object that was refused."""
    said = sanitize(reply.fields.get("message"), account.token) or f"HTTP {reply.status}"
    match classify(reply):
        case ErrorKind.TOKEN_EXPIRED:
            return TokenExpired("token_expired", "The access token for Pinterest has expired.")
        case ErrorKind.FORBIDDEN:
            return Rejected("forbidden", f"Pinterest does not allow this account to publish {what}: {said}")
        case ErrorKind.IMAGE_TOO_SMALL:
            return Rejected("media_refused", "The image is smaller than Pinterest allows.")
        case ErrorKind.NO_BOARD:
            return Rejected("board_not_found", "The board does not exist on Pinterest, or belongs to another account.")
        case ErrorKind.MEDIA_UNREACHABLE:
            return Transient("media_unavailable", "Pinterest could not fetch the image from its URL.")
        case None if publishing:
            return InDoubt("unexpected_answer", f"Pinterest returned an unexpected response: {said}")
        case _:
            return Rejected("refused", f"Pinterest refused {what}: {said}")
