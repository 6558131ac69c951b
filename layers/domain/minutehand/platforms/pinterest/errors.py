"""Pinterest's errors, keyed by HTTP status and ``code``.

The code is one of Pinterest's own numbers or, for some calls, the HTTP status. Source: API v5, the responses of each
call.
"""

from minutehand.platforms.error_table import REFUSED, TOKEN_EXPIRED, ErrorTable, Meaning
from minutehand.platforms.exchange import Reply
from minutehand.platforms.port import Rejected, Transient

UNREACHABLE_MEDIA = "unable to reach the url"
"""A phrase in the message for an image that Pinterest cannot fetch. This error has no code of its own."""

FORBIDDEN = Meaning(Rejected, "forbidden", "{name} does not allow this account to publish {what}: {said}")
NO_BOARD = Meaning(
    Rejected,
    "board_not_found",
    "The board does not exist on {name}, or belongs to another account. Choose another board.",
)
_MEDIA_UNREACHABLE = Meaning(Transient, "media_unavailable", "{name} could not fetch the image from its URL.")


def _names(reply: Reply) -> list[tuple[int, int, str]]:
    code, message = reply.fields.get("code"), str(reply.fields.get("message", "")).lower()
    if type(code) is not int:
        return []
    return [(reply.status, code, text) for text in ("", UNREACHABLE_MEDIA) if text in message]


ERRORS = ErrorTable(
    platform="Pinterest",
    names=_names,
    message=lambda reply: reply.fields.get("message"),
    meanings={
        (400, 1, UNREACHABLE_MEDIA): _MEDIA_UNREACHABLE,
        (400, 400, UNREACHABLE_MEDIA): _MEDIA_UNREACHABLE,
        (404, 404, UNREACHABLE_MEDIA): _MEDIA_UNREACHABLE,
        (400, 1, ""): REFUSED,
        (400, 400, ""): REFUSED,
        (401, 2, ""): TOKEN_EXPIRED,
        (401, 401, ""): TOKEN_EXPIRED,
        (401, 7, ""): FORBIDDEN,
        (403, 29, ""): FORBIDDEN,
        (403, 403, ""): FORBIDDEN,
        (403, 233, ""): Meaning(
            Rejected, "media_refused", "The image is smaller than {name} allows. Use a larger image."
        ),
        (404, 40, ""): NO_BOARD,
        (404, 404, ""): REFUSED,
    },
)
