"""The port that every platform's adapter implements.

An adapter turns one publication into calls of one platform, and the platform's answers into the few outcomes below.
The one call that makes a post visible is the *publishing call*; everything before it is preparation and may be
repeated. An adapter calls `Attempt.arm` immediately before the publishing call and at no other place: from that
moment on the post may be out, and only `Adapter.reconcile` decides what is done next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be published."""

    text: str
    media_urls: tuple[str, ...] = ()
    alt_texts: Mapping[str, str] = field(default_factory=dict)
    """What media show, in words, by their URL."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """The platform's own options, as the author gave them (`platformOptions`)."""
    reply_to: str | None = None
    """The remote id of the part before this one, in a thread or of the post that a comment belongs to."""


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What is known of a medium without downloading it whole; what could not be found out is None."""

    url: str
    content_type: str = ""
    """Empty: nothing is known of it yet."""
    size_bytes: int | None = None
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None

    @property
    def is_known(self) -> bool:
        """Whether anything is known of it."""
        return bool(self.content_type)

    @property
    def is_image(self) -> bool:
        """Whether it is an image, as far as is known."""
        return self.content_type.startswith("image/")

    @property
    def is_video(self) -> bool:
        """Whether it is a video, as far as is known."""
        return self.content_type.startswith("video/")


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account it goes to. ``token`` holds secrets and is kept out of every representation."""

    connection_id: str
    platform: str
    account_id: str
    handle: str
    base_url: str
    token: Mapping[str, str] = field(repr=False)


class Attempt(Protocol):
    """One try at a publication, as an adapter sees it."""

    @property
    def publication_id(self) -> str:
        """The publication's id: the same in every attempt, so a natural idempotency key."""
        ...

    @property
    def checkpoint(self) -> Mapping[str, str]:
        """Handles saved by this or an earlier attempt."""
        ...

    @property
    def armed_at(self) -> datetime | None:
        """When the publishing call whose outcome is in doubt was about to begin; None when none was made."""
        ...

    def now(self) -> datetime:
        """Return the current moment, UTC."""
        ...

    def time_left(self) -> timedelta:
        """Return how long this run may still take: a long upload stops before that and returns `Processing`."""
        ...

    def recognise(self, remote_id: str) -> bool:
        """Say whether a post that was found on the platform can be this publication's: no other one has it.

        To be asked of a post that is known by what it looks like, before it is taken for ours.

        Raises:
            Contested: another call is under way on the account, whose post it may be: look again later.
        """
        ...

    def may_send(self) -> bool:
        """Say whether a publishing call may be repeated now: not during a pause, and not after the post's window.

        To be asked by `Adapter.reconcile` before a call that publishes the post if it was not published yet.
        """
        ...

    def save(self, **handles: str) -> None:
        """Add ``handles`` to the checkpoint, durably, before returning.

        Raises:
            Withdrawn: the publication is not ours any more.
        """
        ...

    def arm(self, **handles: str) -> None:
        """Wait for the post's time, then record that the publishing call begins, with ``handles`` in the checkpoint.

        Raises:
            Withdrawn: the post was cancelled, or the publication is not ours any more: make no call.
        """
        ...


@dataclass(frozen=True, slots=True)
class Published:
    """The platform has the post."""

    remote_id: str
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class Processing:
    """The platform digests media; `Adapter.resume` is to be called again after ``check_after``."""

    check_after: timedelta


@dataclass(frozen=True, slots=True)
class NotPublished:
    """The platform was asked and does not have the post: it may be sent again."""


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """The platform cannot say whether it has the post: a person has to look."""

    reason: str


_ENDS_OF_SENTENCES = (".", "!", "?", "…", "。")
"""Reasons end in the words of platforms, and stand before other sentences."""


class PublishError(Exception):
    """The post did not go out. ``reason`` is a sentence for people, ``code`` a stable word for programs."""

    def __init__(self, code: str, reason: str) -> None:
        """Never put a token, a header or a raw answer of a platform into ``reason``; it gets a full stop if need be."""
        self.code = code
        self.reason = reason if reason.endswith(_ENDS_OF_SENTENCES) else f"{reason}."
        super().__init__(f"{code}: {self.reason}")


class Transient(PublishError):
    """A passing error, and the post was certainly not accepted: try again soon."""


class Contested(Transient):
    """A post was found that may be ours or that of another call under way: to be asked again when that is settled."""


class RateLimited(PublishError):
    """The platform told us to wait, and did not accept the post. Not an attempt."""

    def __init__(self, code: str, reason: str, *, until: datetime) -> None:
        """``until``: the first moment at which to try again, aware UTC."""
        super().__init__(code, reason)
        self.until = until


class TokenExpired(PublishError):
    """The access token has run out, and the post was not accepted: to be tried again at once with a fresh token."""


class Rejected(PublishError):
    """The platform will never accept this, however often it is tried."""


class Discarded(Rejected):
    """The platform had taken the post, and tells that nothing came of it. Only that ends what was taken as failed."""


class InDoubt(PublishError):
    """The publishing call was made and nobody knows what came of it."""


class Withdrawn(Exception):
    """The publication was cancelled or taken over before its publishing call: stop, and change nothing."""


class Adapter(Protocol):
    """One platform. Methods are called from several threads at once and hold no state of a publication."""

    def validate(self, content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
        """Return a sentence for each rule of the platform that ``content`` breaks; an empty list when none.

        ``media``: what is known of the content's media, in their order; empty when they were not looked at.
        """
        ...

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """Publish, continuing from the checkpoint when there is one.

        Raises:
            PublishError: one of `Transient`, `RateLimited`, `Rejected`, `InDoubt`.
            Withdrawn: passed on from ``attempt``.
        """
        ...

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """Go on after `Processing`. Raises as `publish` does."""
        ...

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """Find out what came of the publishing call that began at ``attempt.armed_at``. Never publishes twice.

        Raises:
            PublishError: the platform could not be asked now (`Transient`, `RateLimited`) or any more (`Rejected`).
        """
        ...
