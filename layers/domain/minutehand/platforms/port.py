"""The port that every platform's adapter implements.

An adapter turns one publication into calls to a platform's API, and the responses into the outcomes below. The *publish
call* is the one call that makes a post public. Every call before the publish call is preparation and may be repeated.
`Adapter.publish` and `Adapter.resume` call `Attempt.arm` immediately before the publish call and nowhere else. From
then on, the post may be public. If the outcome of the publish call is unclear, the publisher calls `Adapter.reconcile`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from minutehand.platforms.content import Content as Content
from minutehand.platforms.content import MediaInfo as MediaInfo
from minutehand.platforms.errors import Contested as Contested
from minutehand.platforms.errors import Discarded as Discarded
from minutehand.platforms.errors import InDoubt as InDoubt
from minutehand.platforms.errors import PermissionMissing as PermissionMissing
from minutehand.platforms.errors import PublishError as PublishError
from minutehand.platforms.errors import RateLimited as RateLimited
from minutehand.platforms.errors import Rejected as Rejected
from minutehand.platforms.errors import ServiceUnavailable as ServiceUnavailable
from minutehand.platforms.errors import TokenExpired as TokenExpired
from minutehand.platforms.errors import Transient as Transient
from minutehand.platforms.errors import Withdrawn as Withdrawn
from minutehand.platforms.link_card import LinkCard as LinkCard

OMITTED = "omitted_"
"""The prefix of checkpoint handles, each of which contains a sentence about an optional element that the post lacks.

When the post is published, the publisher stores these sentences in the ledger. An adapter clears a handle by saving an
empty string.
"""


@dataclass(frozen=True, slots=True)
class Account:
    """An account on a platform, with the data for calls on its behalf.

    ``base_url``: the address of the server for these calls, or an empty string for the platform's own server. ``token``
    contains secrets, so it is excluded from the representation.
    """

    connection_id: str
    platform: str
    account_id: str
    handle: str
    base_url: str
    token: Mapping[str, str] = field(repr=False)


class Attempt(Protocol):
    """An attempt at a publication, with the data and the methods that the adapter needs.

    A transient error before `arm` does not increase the number of attempts.
    """

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
        """The time at which an earlier attempt armed the publication. None means that the publication is not armed: no
        earlier call can have published the post.
        """
        ...

    def now(self) -> datetime:
        """Return the current time, aware UTC."""
        ...

    def time_left(self) -> timedelta:
        """Return the time that is left in this attempt. An adapter that uploads in chunks returns `Processing` when too
        little time is left for the next chunk.
        """
        ...

    def recognise(self, remote_id: str) -> bool:
        """Return whether a post found on the platform can belong to this publication, and not to another one.

        An adapter must call this method before it returns `Published` for a post that it found by content rather than
        by id.

        Raises:
            Contested: the post may belong to another publish call on the account, whose outcome is not known yet.
        """
        ...

    def may_send(self) -> bool:
        """Return whether the publish call may be repeated now. Return False during a pause, after the window has
        closed, or if the attempt no longer holds the publication.

        `Adapter.reconcile` must call this method before any call that could publish the post.
        """
        ...

    def save(self, **handles: str) -> None:
        """Add ``handles`` to the checkpoint. The handles are durable when this method returns.

        Raises:
            Transient: the handles cannot be stored, because they are too large or not text.
            InDoubt: the handles cannot be stored, and this attempt or an earlier one may have made the publish call.
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
            Withdrawn: the publish call must not begin, because the post was cancelled, a pause applies, the window has
                closed, or the attempt no longer holds the publication.
        """
        ...


@dataclass(frozen=True, slots=True)
class Published:
    """The platform has published the post or, in TikTok's mode ``inbox``, received it as a draft.

    ``permalink`` is None if the public address is unknown.
    """

    remote_id: str
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class Processing:
    """The publication needs more time, for example because the platform is processing media. Call `Adapter.resume`
    when at least ``check_after`` has passed.
    """

    check_after: timedelta


@dataclass(frozen=True, slots=True)
class NotPublished:
    """The platform does not have the post, so the post may be sent again.

    ``code`` and ``reason`` state the cause if it is known. Otherwise, ``reason`` is empty.
    """

    code: str = "not_landed"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """The adapter cannot determine whether the platform has the post, so a person has to check the account.

    ``reason`` is for people.
    """

    reason: str


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
        """Return the outcome of the publish call that began at ``attempt.armed_at``. Never publish the post twice.

        Raises:
            PublishError: the platform cannot answer now (`Transient`, `RateLimited`, `TokenExpired`) or will never
                answer (`Rejected`).
            Withdrawn: see `Attempt.save`.
        """
