"""What Pinterest's refusals mean. One table, by HTTP status and ``code``.

The code is Pinterest's own number or, for some calls, the HTTP status once more.
Source: API v5, the answers of each call.
"""

from enum import Enum, auto

from minutehand.platforms.exchange import Reply, sanitize
from minutehand.platforms.port import Account, InDoubt, PublishError, Rejected, TokenExpired, Transient

UNREACHABLE_MEDIA = "unable to reach the url"
"""Pinterest could not fetch an image just then; it gives no code of its own to that."""


class Meaning(Enum):
    """What is to be done."""

    TOKEN_EXPIRED = auto()
    FORBIDDEN = auto()
    REFUSED = auto()
    IMAGE_TOO_SMALL = auto()
    NO_BOARD = auto()
    MEDIA_UNREACHABLE = auto()


TABLE = {
    (400, 1): Meaning.REFUSED,
    (400, 400): Meaning.REFUSED,
    (401, 2): Meaning.TOKEN_EXPIRED,
    (401, 401): Meaning.TOKEN_EXPIRED,
    (401, 7): Meaning.FORBIDDEN,
    (403, 29): Meaning.FORBIDDEN,
    (403, 403): Meaning.FORBIDDEN,
    (403, 233): Meaning.IMAGE_TOO_SMALL,
    (404, 40): Meaning.NO_BOARD,
    (404, 404): Meaning.REFUSED,
}


def meaning_of(reply: Reply) -> Meaning | None:
    """Return what a refusal means; None when the table does not know it."""
    code = reply.fields.get("code")
    meaning = TABLE.get((reply.status, code)) if type(code) is int else None
    if meaning is Meaning.REFUSED and UNREACHABLE_MEDIA in str(reply.fields.get("message", "")).lower():
        return Meaning.MEDIA_UNREACHABLE
    return meaning


def refusal(reply: Reply, what: str, account: Account, *, publishing: bool = False) -> PublishError:
    """Return the error to raise for ``reply``, which is not a success."""
    said = sanitize(reply.fields.get("message"), account.token) or f"HTTP {reply.status}"
    match meaning_of(reply):
        case Meaning.TOKEN_EXPIRED:
            return TokenExpired("token_expired", "Pinterest's access has run out.")
        case Meaning.FORBIDDEN:
            return Rejected("forbidden", f"Pinterest does not let this account publish {what}: {said}")
        case Meaning.IMAGE_TOO_SMALL:
            return Rejected("media_refused", "The image is too small for Pinterest.")
        case Meaning.NO_BOARD:
            return Rejected("board_not_found", "The board is not on Pinterest, or not this account's.")
        case Meaning.MEDIA_UNREACHABLE:
            return Transient("media_unavailable", "Pinterest could not fetch the image from its address.")
        case None if publishing:
            return InDoubt("unexpected_answer", f"Pinterest gave an answer that is not known ({said}).")
        case _:
            return Rejected("refused", f"Pinterest refused {what}: {said}")
