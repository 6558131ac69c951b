"""Publishing through containers, as Instagram and Threads do it.

A container holds what is to be posted. Meta fetches its media from their addresses and digests them; publishing a
container makes the post, and a container publishes once. So a call whose outcome is unknown is settled by asking the
container, and the same container may be published again without making a second post.

Checkpoint: ``child_<position>`` (the containers of a carousel's items), ``container``, ``container_at`` (when it was
made). Each is saved as soon as it is known; an empty one was given up.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.meta.graph import Graph, StaleHandle, id_in
from minutehand.platforms.meta.listing import CLOCK_SKEW
from minutehand.platforms.port import (
    Account,
    Attempt,
    InDoubt,
    NotPublished,
    Processing,
    Published,
    PublishError,
    Rejected,
    Transient,
    Unanswerable,
)

FINISHED, IN_PROGRESS, PUBLISHED, ERROR, EXPIRED = "FINISHED", "IN_PROGRESS", "PUBLISHED", "ERROR", "EXPIRED"
QUICK_LOOKS, PAUSE_SECONDS = 3, 0.3
"""An image is digested in a moment; what takes longer is looked at again in a later run."""
LOOK_AGAIN = timedelta(seconds=10)
GIVE_UP = timedelta(hours=1)
"""Meta's guides call five minutes usual; a container that is not ready after this will never be."""
LISTED_WITHIN = timedelta(minutes=2)
"""How long a published post may be missing from its account's list."""

type Fields = Mapping[str, str]
type Find = Callable[[datetime], Published | None]
"""Looks for the post among those that the account published since a moment."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The containers of one post: its own, and those of a carousel's items."""

    fields: Fields
    children: tuple[Fields, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a platform names things. ``failure``: what the explanation of a container in state ERROR means."""

    create: str
    publish: str
    state: str
    explanation: str
    failure: Callable[[str], PublishError]


class Containers:
    """Makes containers of one platform and publishes them."""

    def __init__(self, graph: Graph, dialect: Dialect, sleep: Callable[[float], None] = time.sleep) -> None:
        """``sleep`` waits some seconds between two looks at a container."""
        self._graph = graph
        self._dialect = dialect
        self._sleep = sleep

    def publish(
        self, plan: Callable[[], Plan], find: Find, account: Account, attempt: Attempt
    ) -> Published | Processing:
        """Publish what ``plan`` says, going on from the checkpoint; ``plan`` is asked only if a container is missing.

        Raises:
            PublishError, Withdrawn: as `Adapter.publish`.
        """
        container = attempt.checkpoint.get("container") or self._made(plan(), account, attempt)
        if container is None:
            return Processing(LOOK_AGAIN)
        match self._state("container", container, account, attempt):
            case "IN_PROGRESS":
                self._give_up_in_time(attempt)
                return Processing(LOOK_AGAIN)
            case "PUBLISHED":
                return _shown(find, _made_at(attempt)) or Published(container)
        return self._published(container, account, attempt)

    def reconcile(self, find: Find, account: Account, attempt: Attempt) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`. Exact: the container knows whether it was published."""
        armed_at, container = attempt.armed_at, attempt.checkpoint.get("container")
        if armed_at is None:
            return NotPublished()
        if not container:
            return Unanswerable(f"What was sent to {self._graph.name} is not known any more. Please look there.")
        try:
            state, _ = self._look(container, account, attempt)
        except StaleHandle:
            return Unanswerable(f"{self._graph.name} does not remember the call any more. Please look there.")
        if state == PUBLISHED:
            return self._found(container, find, armed_at, attempt)
        if state in (FINISHED, ERROR, EXPIRED):
            return NotPublished()
        raise Transient("media_processing", f"{self._graph.name} has not finished with the post yet.")

    def _found(self, container: str, find: Find, armed_at: datetime, attempt: Attempt) -> Published:
        found = find(armed_at - CLOCK_SKEW)
        if found is None and attempt.now() - armed_at < LISTED_WITHIN:
            raise Transient("not_listed_yet", f"{self._graph.name} has the post, but does not list it yet.")
        # It is out, whether or not it is listed: the container stands for the post.
        return found or Published(container)

    def _made(self, plan: Plan, account: Account, attempt: Attempt) -> str | None:
        """Return the post's container, made now; None while the items of a carousel are not digested."""
        children = [
            attempt.checkpoint.get(f"child_{position}") or self._create(f"child_{position}", fields, account, attempt)
            for position, fields in enumerate(plan.children)
        ]
        for position, child in enumerate(children):
            if self._state(f"child_{position}", child, account, attempt) != FINISHED:
                self._give_up_in_time(attempt)
                return None
        fields = {**plan.fields, "children": ",".join(children)} if children else plan.fields
        return self._create("container", fields, account, attempt)

    def _create(self, key: str, fields: Fields, account: Account, attempt: Attempt) -> str:
        answer = self._graph.prepare(f"{owner(account)}/{self._dialect.create}", account, attempt, **fields)
        container = id_in(answer)
        if container is None:
            raise Transient("unexpected_answer", f"{self._graph.name} gave an answer that makes no sense.")
        attempt.save(**{key: container, "container_at": attempt.now().isoformat()})
        return container

    def _state(self, key: str, container: str, account: Account, attempt: Attempt) -> str:
        """Return how far ``container`` is: FINISHED, IN_PROGRESS or PUBLISHED.

        Raises:
            Transient: it is of no use any more, and was given up; the next attempt makes a new one.
            PublishError: its media will never do.
        """
        for look in range(QUICK_LOOKS):
            if look:
                self._sleep(PAUSE_SECONDS)
            try:
                state, explanation = self._look(container, account, attempt)
            except StaleHandle:
                attempt.save(**{key: ""})
                raise
            if state == ERROR:
                attempt.save(**{key: ""})
                raise self._dialect.failure(explanation)
            if state == EXPIRED:
                attempt.save(**{key: ""})
                raise Transient("container_expired", f"What was prepared on {self._graph.name} waited for too long.")
            if state in (FINISHED, PUBLISHED):
                return state
        return IN_PROGRESS

    def _look(self, container: str, account: Account, attempt: Attempt) -> tuple[str, str]:
        names = self._dialect
        answer = self._graph.get(container, account, attempt, fields=f"{names.state},{names.explanation}")
        return _text(answer, names.state), _text(answer, names.explanation)

    def _published(self, container: str, account: Account, attempt: Attempt) -> Published:
        request = self._graph.publishing(f"{owner(account)}/{self._dialect.publish}", account, creation_id=container)
        attempt.arm(container=container)
        try:
            answer = self._graph.publish(request, account, attempt)
        except (StaleHandle, Rejected) as error:
            # Nobody says how a container answers that was published before: it has to be asked.
            if isinstance(error, StaleHandle) or self._is_out(container, account, attempt):
                raise InDoubt(error.code, error.reason) from error
            raise
        media_id = id_in(answer)
        if media_id is None:
            raise InDoubt("unexpected_answer", f"{self._graph.name} gave an answer that makes no sense.")
        return Published(media_id, self._permalink(media_id, account, attempt))

    def _is_out(self, container: str, account: Account, attempt: Attempt) -> bool:
        try:
            return self._look(container, account, attempt)[0] == PUBLISHED
        except PublishError:
            return True  # who knows

    def _permalink(self, media_id: str, account: Account, attempt: Attempt) -> str | None:
        try:
            return _text(self._graph.get(media_id, account, attempt, fields="permalink"), "permalink") or None
        except PublishError:
            return None  # the post is out; its address can be looked up, it cannot be worth a second call in doubt

    def _give_up_in_time(self, attempt: Attempt) -> None:
        if attempt.now() - _made_at(attempt) > GIVE_UP:
            raise Rejected("media_failed", f"{self._graph.name} did not get ready with the media within an hour.")


def owner(account: Account) -> str:
    """Return how the account is named in a path."""
    return account.account_id or "me"


def _shown(find: Find, since: datetime) -> Published | None:
    """Return the post as it is listed. It is out for certain: that it cannot be looked for now changes nothing."""
    try:
        return find(since - CLOCK_SKEW)
    except PublishError:
        return None


def _made_at(attempt: Attempt) -> datetime:
    return datetime.fromisoformat(attempt.checkpoint["container_at"])


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    return value if isinstance(value, str) else ""
