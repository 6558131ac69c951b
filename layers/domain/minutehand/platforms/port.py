"""The port that every platform's adapter implements.

An adapter turns one publication into calls to a platform's API, and the responses into the outcomes below. The *publish
call* is the one call that makes a post public. Every call before the publish call is preparation and may be repeated.
An adapter calls `Attempt.arm` immediately before the publish call and nowhere else. From then on, the post may be
public. If the outcome of the publish call stays unclear, only `Adapter.reconcile` can determine the outcome.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from minutehand.platforms.content import Content as Content
from minutehand.platforms.content import MediaInfo as MediaInfo
from minutehand.platforms.link_card import LinkCard as LinkCard

OMITTED = "omitted_"
"""The prefix of the handles that contain a sentence about an optional part that the post lacks.

The publisher records the sentences when the post is published. An adapter clears a handle by saving an empty string.
"""


@dataclass(frozen=True, slots=True)
class Account:
    """The account to publish on. ``token`` contains secrets and is excluded from the representation."""

    connection_id: str
    platform: str
    account_id: str
    handle: str
    base_url: str
    token: Mapping[str, str] = field(repr=False)


class Attempt(Protocol):
    """The interface of an attempt for adapters. A try that ends before `arm` does not count as an attempt."""

    @property
    def publication_id(self) -> str:
        """The id of the publication. The id is the same for all attempts, so it can serve as an idempotency key."""
        ...

    @property
    def checkpoint(self) -> Mapping[str, str]:
        """The handles that this attempt and earlier attempts have saved."""
        ...

    @property
    def armed_at(self) -> datetime | None:
        """The time at which the publish call in doubt was armed, or None if no publish call was made."""
        ...

    def now(self) -> datetime:
        """Return the current time, aware UTC."""
        ...

    def time_left(self) -> timedelta:
        """Return the time that is left in this attempt. An adapter interrupts a long upload before this time has
        passed, and returns `Processing`.
        """
        ...

    def recognise(self, remote_id: str) -> bool:
        """Return whether a post found on the platform can belong to this publication, and not to another one.

        An adapter must call this method before it returns `Published` for a post that it found by content rather than
        by id.

        Raises:
            Contested: the post may belong to another publish call on the account, which is still in doubt.
        """
        ...

    def may_send(self) -> bool:
        """Return whether the publish call may be repeated now. Return False during a pause or after the window has
        closed.

        `Adapter.reconcile` must call this method before any call that could publish the post.
        """
        ...

    def save(self, **handles: str) -> None:
        """Add ``handles`` to the checkpoint. The handles are durable when this method returns.

        Raises:
            Transient: the handles cannot be stored, because they are too large or not text.
            InDoubt: the handles cannot be stored, and this attempt has already called `arm`.
            Withdrawn: the attempt no longer holds the publication.
        """
        ...

    def wait(self) -> None:
        """Wait until it is time to open the connection for the publish call, shortly before the post's time.

        Raises:
            Transient: too little time is left for the publish call.
        """
        ...

    def arm(self, **handles: str) -> None:
        """Wait for the post's time, then record that the publish call begins, with ``handles`` in the checkpoint.

        After an exception, the adapter must not make the publish call.

        Raises:
            Transient: the handles cannot be stored, because they are too large or not text.
            Withdrawn: the post was cancelled, or the attempt no longer holds the publication.
        """
        ...


@dataclass(frozen=True, slots=True)
class Published:
    """The platform has published the post."""

    remote_id: str
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class Processing:
    """The platform is processing media, or an upload is not complete. Call `Adapter.resume` after ``check_after``."""

    check_after: timedelta


@dataclass(frozen=True, slots=True)
class NotPublished:
    """The platform does not have the post, so the post may be sent again.

    ``code`` and ``reason`` are those of a `PublishError` if the platform gave a reason. Otherwise, ``reason`` is empty.
    """

    code: str = "not_landed"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """The platform cannot tell whether it has the post, so a person has to check."""

    reason: str


_SENTENCE_ENDINGS = (".", "!", "?", "…", "。")
"""The characters that may end a sentence. A reason may end with a platform's message, in any language."""


class PublishError(Exception):
    """A failed call to a platform. ``reason`` is a sentence for people, and ``code`` is for programs."""

    def __init__(self, code: str, reason: str) -> None:
        """Create an error. ``reason`` must not contain a token, a header or a raw response. A missing full stop is
        added.
        """
        self.code = code
        self.reason = reason if reason.endswith(_SENTENCE_ENDINGS) else f"{reason}."
        super().__init__(f"{code}: {self.reason}")


class Transient(PublishError):
    """A transient error. The failed call certainly did not publish the post. Retry soon."""


class Contested(Transient):
    """A matching post may belong to another publish call, which is in doubt. Reconcile again when that call is
    resolved.
    """


class ServiceUnavailable(Transient):
    """A service that the attempt needs, such as KMS or a token endpoint, is unavailable. The error is retried like a
    transient error before the publish call, even if the platform has refused the publish call because of an expired
    token.
    """

    def __init__(self, code: str, reason: str, *, until: datetime) -> None:
        """Create an error. ``until``: the earliest time at which a retry can succeed, aware UTC."""
        super().__init__(code, reason)
        self.until = until


class RateLimited(PublishError):
    """The platform refused the call because of a rate limit. The call does not count as an attempt."""

    def __init__(self, code: str, reason: str, *, until: datetime) -> None:
        """Create an error. ``until``: the earliest time of a retry, aware UTC."""
        super().__init__(code, reason)
        self.until = until


class TokenExpired(PublishError):
    """The access token has expired, and the platform did not accept the post. Retry immediately with a new token."""


class Rejected(PublishError):
    """A permanent error. The platform will not accept the call if it is repeated."""


class PermissionMissing(Rejected):
    """The account's owner has not granted a permission that the call needs. The token itself is valid."""


class Discarded(Rejected):
    """The platform accepted the post and later reported a failure. No other error makes an accepted post fail."""


class InDoubt(PublishError):
    """The publish call was made, and its outcome is unknown."""


class Withdrawn(Exception):
    """The publication was cancelled or taken over before its publish call. Stop, and change nothing."""


class Adapter(ABC):
    """The adapter of one platform. Its methods run in several threads, so it stores no data about a publication."""

    @abstractmethod
    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """Publish ``content``, resuming from the checkpoint if there is one.

        Raises:
            PublishError: one of `Transient`, `RateLimited`, `TokenExpired`, `Rejected` and `InDoubt`.
            Withdrawn: see `Attempt.save` and `Attempt.arm`.
        """

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """Continue after `Processing`. By default, call `publish`, which resumes from the checkpoint."""
        return self.publish(content, account, attempt)

    @abstractmethod
    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """Return the outcome of the publish call armed at ``attempt.armed_at``. Never publish the post twice.

        Raises:
            PublishError: the platform cannot answer now (`Transient`, `RateLimited`) or will never answer (`Rejected`).
            Withdrawn: see `Attempt.save`.
        """
