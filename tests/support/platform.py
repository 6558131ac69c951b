"""A fake platform without any protection against duplicates, so that the tests prove ours."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from minutehand.platforms.port import (
    OMITTED,
    Account,
    Adapter,
    Attempt,
    Content,
    InDoubt,
    NotPublished,
    Processing,
    Published,
    RateLimited,
    Rejected,
    Transient,
    Unanswerable,
)
from tests.support.faults import Boundaries


@dataclass(frozen=True)
class Landed:
    publication_id: str
    text: str
    at: datetime
    reply_to: str | None
    account: str
    """The id of the connection; empty in the sandbox."""


class FakePlatform:
    """The public posts. ``script``: the outcomes of the next publish calls; every later call succeeds."""

    def __init__(self) -> None:
        self.landed: list[Landed] = []
        self.script: list[str] = []
        self.can_tell = True
        self.reachable = True
        self.down_until: datetime | None = None
        """The time until which every call before the publish call fails."""
        self.preparations = 0
        self.reconciliations = 0

    def times_landed(self) -> Counter[str]:
        return Counter(landed.publication_id for landed in self.landed)

    def land(self, attempt: Attempt, content: Content, account: Account) -> Published:
        landed = Landed(attempt.publication_id, content.text, attempt.now(), content.reply_to, account.connection_id)
        self.landed.append(landed)
        return Published(f"remote-{attempt.publication_id}", None)


class FakeAdapter(Adapter):
    """The adapter of `FakePlatform`, with boundaries before and after each call that leaves the process."""

    def __init__(self, platform: FakePlatform, boundaries: Boundaries | None = None) -> None:
        self._platform = platform
        self._boundaries = boundaries or Boundaries()

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        self._platform.preparations += 1
        if self._platform.down_until is not None and attempt.now() < self._platform.down_until:
            raise Transient("server_error", "Bluesky returned a server error (HTTP 502).")
        outcome = self._platform.script.pop(0) if self._platform.script else "land"
        before_call: dict[str, Callable[[], Exception]] = {
            "prepare_fails": lambda: Transient("upload_failed", "The upload failed."),
            "our_error_before": lambda: ZeroDivisionError("ours"),
        }
        if outcome == "processes":
            attempt.save(container="yes")
            return Processing(timedelta(seconds=30))
        if outcome in before_call:
            raise before_call[outcome]()
        attempt.save(prepared="yes")
        attempt.arm(key=attempt.publication_id)
        self._boundaries.reach("before publish call")
        match outcome:
            case "land" | "land_without_cover":
                if outcome == "land_without_cover":
                    attempt.save(**{f"{OMITTED}cover": "The video has no cover image of its own."})
                published = self._platform.land(attempt, content, account)
                self._boundaries.reach("after publish call")
                return published
            case "land_then_drop":
                self._platform.land(attempt, content, account)
                raise InDoubt("no_answer", "The connection broke before the response arrived.")
            case "never_land":
                raise InDoubt("no_answer", "The connection broke before the response arrived.")
            case "refused_connection":
                raise Transient("unreachable", "It could not be reached.")
            case "rate_limited":
                until = attempt.now() + timedelta(seconds=200)
                raise RateLimited("rate_limited", "Its rate limit is exceeded.", until=until)
            case "access_revoked":
                raise Rejected("reconnect_required", "It no longer grants access.")
            case "rejected":
                raise Rejected("rejected", "It rejected the post.")
            case "our_error_after":
                self._platform.land(attempt, content, account)
                raise ZeroDivisionError("ours")
        raise AssertionError(outcome)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        self._boundaries.reach("before reconcile call")
        self._platform.reconciliations += 1
        if not self._platform.reachable:
            raise Transient("unreachable", "It could not be reached.")
        if not self._platform.can_tell:
            return Unanswerable("It cannot confirm whether it has the post. Check the account.")
        if self._platform.times_landed()[attempt.publication_id]:
            return Published(f"remote-{attempt.publication_id}", None)
        return NotPublished()
