"""Tables of error responses and their meanings. Each platform defines its table in its module ``errors``."""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from minutehand.platforms.errors import (
    InDoubt,
    PermissionMissing,
    PublishError,
    RateLimited,
    Rejected,
    TokenExpired,
    Transient,
)

if TYPE_CHECKING:
    from minutehand.platforms.exchange import Reply

type Headers = Mapping[str, str]
type RetryTime = Callable[[Headers, datetime], datetime]


def after(**wait: float) -> RetryTime:
    """Return a function for `Meaning.until` that adds a fixed wait to the current time."""
    return lambda _, now: now + timedelta(**wait)


def at_midnight(zone: tzinfo) -> RetryTime:
    """Return a function for `Meaning.until` that returns the next midnight in ``zone``, in UTC."""

    def until(_: Headers, now: datetime) -> datetime:
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(), zone).astimezone(UTC)

    return until


IN_A_MINUTE = after(minutes=1)
NOT_FOUND, CONFLICT = 404, 409


@dataclass(frozen=True, slots=True)
class Meaning:
    """The meaning of an error, which determines the exception to raise.

    ``sentence``: the message for people. ``{name}`` stands for the platform, ``{what}`` for the object that the
    platform refused, and ``{said}`` for the platform's own message.
    ``until``: for `RateLimited`, a function that returns the time of the retry from the headers and the current time.
    ``publishing``: the meaning of the error for a publish call, if it differs.
    """

    kind: type[PublishError]
    code: str
    sentence: str
    until: RetryTime = IN_A_MINUTE
    publishing: "Meaning | None" = None

    def error(self, now: datetime, headers: Headers | None = None, **words: str) -> PublishError:
        """Return the exception. ``words`` contains the values of the sentence's placeholders."""
        reason = self.sentence.format(**words)
        if self.kind is RateLimited:
            return RateLimited(self.code, reason, until=self.until(headers or {}, now))
        return self.kind(self.code, reason)


def unclear(code: str, sentence: str) -> Meaning:
    """Return the meaning of an error that leaves a publish call in doubt. Calls other than publish calls may be
    repeated after this error.
    """
    return Meaning(Transient, code, sentence, publishing=Meaning(InDoubt, code, sentence))


TOKEN_EXPIRED = Meaning(TokenExpired, "token_expired", "{name} no longer accepts the access token.")
RECONNECT = Meaning(
    Rejected, "reconnect_required", "Our access to {name} has expired or was revoked. Connect the account again."
)
PERMISSION_MISSING = Meaning(
    PermissionMissing,
    "reconnect_required",
    "{name} reports a missing permission. Connect the account again and grant every requested permission.",
)
THROTTLED = Meaning(RateLimited, "rate_limited", "{name} temporarily limits our requests.")
INTERNAL_ERROR = unclear("server_error", "{name} reported an internal error.")
REFUSED = Meaning(Rejected, "refused", "{name} refused {what}: {said}")
PARENT_NOT_FOUND = Meaning(Transient, "parent_not_found", "{name} could not find the post that this one replies to.")
"""The meaning of an error for a reply or a comment whose previous part the platform cannot find. A platform may need a
few seconds before it finds a part that was just published.
"""


UNCLEAR = replace(
    REFUSED,
    publishing=Meaning(InDoubt, "unexpected_answer", "{name} returned an unexpected response ({said})."),
)
"""The meaning of an error that leaves a publish call in doubt. For any other call, the error is a refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorTable[Name: Hashable]:
    """The errors of one platform.

    ``names`` returns the names of the error in a response. The first entry of ``meanings`` with one of these names
    applies. ``message`` returns the platform's own message.

    An error that is not in the table is a refusal if its status is 4xx, except 409, and the response has the platform's
    own message. Any other error that is not in the table leaves a publish call in doubt: a response without the message
    may come from a proxy or a firewall, and the status 409 may refer to an earlier publish call.
    """

    platform: str
    """The display name."""
    names: Callable[["Reply"], Collection[Name]]
    message: Callable[["Reply"], object]
    meanings: Mapping[Name, Meaning]

    def meaning(self, reply: "Reply") -> Meaning | None:
        """Return the meaning of an error response, or None if the table does not contain the error."""
        names = self.names(reply)
        return next((meaning for name, meaning in self.meanings.items() if name in names), None)

    def error(
        self,
        reply: "Reply",
        secrets: Mapping[str, str],
        now: datetime,
        *,
        publishing: bool = False,
        is_reply: bool = False,
        what: str = "the post",
        **words: str,
    ) -> PublishError:
        """Return the exception for an error response.

        ``publishing``: whether this is the response to a publish call. ``is_reply``: whether this call publishes a
        reply or a comment. The status 404 with a message then means that the previous part was not found.
        """
        from minutehand.platforms.exchange import sanitize  # imports httpx

        said = sanitize(self.message(reply), secrets)
        meaning = self.meaning(reply) or (REFUSED if said and _is_refusal(reply.status) else UNCLEAR)
        if is_reply and said and reply.status == NOT_FOUND:
            meaning = PARENT_NOT_FOUND
        if publishing:
            meaning = meaning.publishing or meaning
        return meaning.error(
            now, reply.headers, name=self.platform, what=what, said=said or f"HTTP {reply.status}", **words
        )


def _is_refusal(status: int) -> bool:
    """Return whether ``status`` means that the platform did not act on the call (RFC 9110, section 15.5).

    The status 409 does not mean this, because the conflict may be with an earlier publish call whose response was lost.
    """
    return 400 <= status < 500 and status != CONFLICT


def entries(meaning: Meaning, status: int, *names: str) -> dict[tuple[int, str], Meaning]:
    """Return the entries of an error table that map ``status`` and each of ``names`` to ``meaning``."""
    return {(status, name): meaning for name in names}
