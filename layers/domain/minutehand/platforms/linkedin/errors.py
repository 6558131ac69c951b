"""LinkedIn's errors, keyed by HTTP status and a mark, which is a code or a phrase in the message.

Source: LinkedIn API guide, "Error handling" and "Rate limits". The codes for tokens come from users' reports.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from minutehand.platforms.error_table import (
    RECONNECT,
    REFUSED,
    TOKEN_EXPIRED,
    ErrorTable,
    Meaning,
    at_midnight,
    entries,
    unclear,
)
from minutehand.platforms.exchange import Reply
from minutehand.platforms.port import Account, Attempt, PublishError, RateLimited, Rejected, Transient

MAX_ACTIVATION_TIME = timedelta(seconds=60)
"""The time for which LinkedIn's report of a revoked token counts as a transient error. LinkedIn may at first report a
new token as revoked.
"""
_URN = re.compile(r"urn:li:(?:share|ugcPost|activity):\d+")


class Duplicate(Rejected):
    """LinkedIn refused the post as a duplicate. ``urn`` is the URN of the original post if LinkedIn named it."""

    urn: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call to LinkedIn. ``what`` names the object of the call in error messages."""

    what: str
    publishing: bool = False
    is_reply: bool = False


TOKEN_REVOKED = Meaning(Transient, "token_not_yet_valid", "{name} does not accept the access token yet.")
FORBIDDEN = Meaning(Rejected, "forbidden", "{name} does not allow {what}: {said}")
UNCLEAR = unclear("unexpected_answer", "{name} returned an unexpected response ({said}).")
"""The meaning of a response that has the status 401 but none of LinkedIn's codes. A firewall may have sent such a
response, so the token may still be valid.
"""
_DUPLICATE = Meaning(
    Duplicate, "duplicate", "{name} already has a post with the same content{link}. Change the content."
)
_SERVER_ERROR = Meaning(Transient, "server_error", "{name} returned a server error: {said}")
"""The meaning of a transient error that LinkedIn reports as a refusal. The call had no effect."""
DAILY_LIMIT = Meaning(
    RateLimited, "daily_limit", "This app has reached {name}'s daily limit for this kind of call.", at_midnight(UTC)
)
_VERSION_SUNSET = Meaning(
    Rejected,
    "version_sunset",
    "{name} no longer supports the API version that this app uses. The operator must set a newer version.",
)
_ANY = ""
"""The mark of the entries for all other responses with a status. Every message contains the empty string."""


def _names(reply: Reply) -> set[tuple[int, str]]:
    fields = reply.fields
    message, known = str(fields.get("message", "")), {mark for _, mark in ERRORS.meanings if not mark.isdigit()}
    marks = {str(fields.get("code", "")), str(fields.get("serviceErrorCode", "")), str(fields.get("errorDetailType"))}
    marks |= {mark for mark in known if mark in message or (mark.islower() and mark in message.lower())}
    details = fields.get("errorDetails")
    errors = details.get("inputErrors") if isinstance(details, Mapping) else None
    if isinstance(errors, list) and errors:
        marks.add("inputErrors")
        marks |= {str(error.get("code", "")) for error in errors if isinstance(error, Mapping)}
    return {(reply.status, mark) for mark in marks}


ERRORS = ErrorTable(
    platform="LinkedIn",
    names=_names,
    message=lambda reply: reply.fields.get("message"),
    meanings={
        **entries(TOKEN_EXPIRED, 401, "65602", "EXPIRED_ACCESS_TOKEN"),
        **entries(TOKEN_REVOKED, 401, "65601", "REVOKED_ACCESS_TOKEN"),
        **entries(RECONNECT, 401, "65600", "INVALID_ACCESS_TOKEN"),
        **entries(UNCLEAR, 401, _ANY),
        **entries(_DUPLICATE, 422, "DUPLICATE_POST"),
        **entries(_SERVER_ERROR, 403, "unable to obtain activity", "resource is forbidden"),
        **entries(FORBIDDEN, 403, _ANY),
        **entries(DAILY_LIMIT, 429, "DAY limit"),
        **entries(_VERSION_SUNSET, 426, _ANY),
        **entries(_VERSION_SUNSET, 400, "NONEXISTENT_VERSION"),
        **entries(REFUSED, 400, "inputErrors", "INVALID_INPUT", "65604"),
        **entries(REFUSED, 422, "inputErrors", "INVALID_INPUT", "65604"),
        **entries(REFUSED, 404, "NOT_FOUND"),
    },
)


def refusal(reply: Reply, call: Call, account: Account, attempt: Attempt) -> PublishError:
    """Return the error for ``reply``, the error response to ``call``."""
    if ERRORS.meaning(reply) is TOKEN_REVOKED and _is_revoked(attempt):
        return RECONNECT.error(attempt.now(), name=ERRORS.platform)
    urn = _URN.search(str(reply.fields.get("message", "")))
    link = f" ({permalink(urn[0])})" if urn else ""
    error = ERRORS.error(
        reply,
        account.token,
        attempt.now(),
        publishing=call.publishing,
        is_reply=call.is_reply,
        what=call.what,
        link=link,
    )
    if isinstance(error, Duplicate) and urn:
        error.urn = urn[0]
    return error


def permalink(urn: str) -> str:
    """Return the address of the page that shows a post or a comment."""
    if (parent := re.match(r"urn:li:comment:\((urn:li:\w+:\d+),", urn)) is not None:
        return f"https://www.linkedin.com/feed/update/{parent[1]}?commentUrn={urn}"
    return f"https://www.linkedin.com/feed/update/{urn}"


def _is_revoked(attempt: Attempt) -> bool:
    """Return whether LinkedIn has reported the token as revoked for `MAX_ACTIVATION_TIME`. Save the time of
    the first report.
    """
    first = attempt.checkpoint.get("revoked_at")
    if first is None:
        attempt.save(revoked_at=attempt.now().isoformat())
        return False
    return attempt.now() - datetime.fromisoformat(first) > MAX_ACTIVATION_TIME
