"""Publish through containers, which Instagram and Threads require.

A container holds the content of a post. Meta fetches the media from their URLs and processes them. Publishing the
container creates the post, and a container can be published only once. The container's state therefore resolves a
publish call in doubt, and a repeated publish call for the same container does not create a second post.

Meta may disown a container: Meta reports that the container is ready, but refuses every call to publish it ("Media Not
Found"). Such a container is abandoned, and the next attempt creates a new one. A container may be abandoned only if it
is certain to stay unpublished. If an earlier publish call for a disowned container is in doubt, the container is
abandoned only after `SETTLE_TIME`, and only if its state or the account's list of posts shows that it is unpublished.

Checkpoint: ``child_<position>`` (the containers of a carousel's items), ``container``, ``container_at`` (the time of
the latest container), ``publishable_at`` (the earliest time of the publish call), ``called_at`` (the time of the latest
publish call for the container), ``disowned`` (`REFUSED` or `ABANDONED`), and the key of `media_errors`. Each value is
saved as soon as it is known. If the id of a container is empty, the container was abandoned.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.meta.errors import StaleHandle
from minutehand.platforms.meta.graph import GraphClient, id_in
from minutehand.platforms.meta.listing import CLOCK_SKEW
from minutehand.platforms.meta.media_errors import CONTAINER_GONE, MediaNotFetched, limit_fetch_time
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
DISOWNED = "DISOWNED"
"""Minutehand's own name for the state of a container that Meta no longer recognises."""
REFUSED, ABANDONED = "refused", "abandoned"
"""The values of ``disowned``. Meta has refused to publish the container: an earlier call may have published it
(`REFUSED`), or no call can have published it (`ABANDONED`).
"""
STATUS_CHECKS, PAUSE_SECONDS = 3, 0.3
"""The maximum number of times that one attempt checks a container's state, and the pause between two checks.

Meta usually processes an image within a second. A later attempt checks media that take longer.
"""
CHECK_AFTER = timedelta(seconds=10)
MAX_PROCESSING_TIME = timedelta(hours=1)
"""The time limit for processing a container. Meta's guides recommend five minutes."""
MAX_LISTING_DELAY = timedelta(minutes=2)
"""The maximum time for which an account's list of posts may omit a new post."""
SETTLE_TIME = MAX_LISTING_DELAY
"""The assumed time after which a publish call in doubt can no longer publish its container."""

type Fields = Mapping[str, str]
type FindPost = Callable[[datetime], Published | None]
"""Returns the post if the account lists it as published since the given time, or None otherwise."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The fields of the containers of one post: the post's container, and one container for each item of a carousel."""

    fields: Fields
    children: tuple[Fields, ...] = ()
    min_age: timedelta = timedelta(0)
    """The minimum age at which the post's container is published, even if Meta has processed it earlier."""


@dataclass(frozen=True, slots=True)
class ContainerApi:
    """The names that a platform gives to the calls and fields for containers.

    ``failure`` returns the error for a container in state ERROR. Its argument is the container's explanation.
    """

    create_edge: str
    publish_edge: str
    state_field: str
    explanation_field: str
    failure: Callable[[str], PublishError]


class ContainerGone(Exception):
    """The platform no longer recognises the post's container. ``code`` and ``reason``: see `PublishError`."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code)
        self.code, self.reason = code, reason


class Containers:
    """Creates the containers of one platform and publishes them."""

    def __init__(self, graph: GraphClient, api: ContainerApi, sleep: Callable[[float], None] = time.sleep) -> None:
        """Create an instance for the platform of ``graph`` and ``api``. ``sleep`` waits between two checks of a
        container.
        """
        self._graph = graph
        self._api = api
        self._sleep = sleep

    def publish(
        self, plan: Callable[[], Plan], find: FindPost, account: Account, attempt: Attempt
    ) -> Published | Processing:
        """Publish the post that ``plan`` returns, resuming from the checkpoint.

        ``plan`` is called only if the post has no container yet.

        Raises:
            PublishError, Withdrawn: see `Adapter.publish`.
        """
        if attempt.checkpoint.get("disowned") == ABANDONED:
            _abandon_all(attempt)
        try:
            container = attempt.checkpoint.get("container") or self._create_post_container(plan(), account, attempt)
            if container is None:
                return Processing(CHECK_AFTER)
            match self._state("container", container, account, attempt):
                case "IN_PROGRESS":
                    self._check_processing_time(attempt)
                    return Processing(CHECK_AFTER)
                case "PUBLISHED":
                    return _find_quietly(find, _created_at(attempt)) or Published(container)
            if (wait := _publishable_at(attempt) - attempt.now()) > timedelta(0):
                return Processing(wait)
        except MediaNotFetched as failure:
            raise limit_fetch_time(failure, attempt) from failure
        except ContainerGone as gone:
            if (called_at := _called_at(attempt)) is not None:
                if (found := find(_created_at(attempt) - CLOCK_SKEW)) is not None:
                    return found
                if attempt.now() - called_at < SETTLE_TIME:
                    return Processing(CHECK_AFTER)
            _abandon_all(attempt)
            raise Transient(gone.code, gone.reason) from gone
        return self._publish_container(container, account, attempt)

    def reconcile(self, find: FindPost, account: Account, attempt: Attempt) -> Published | NotPublished | Unanswerable:
        """Return the outcome of the publish call. Read the container's state, and if necessary the account's posts.

        Raises the errors of `Adapter.reconcile`.
        """
        armed_at, container = attempt.armed_at, attempt.checkpoint.get("container")
        if armed_at is None:
            return NotPublished()
        name = self._graph.name
        unconfirmed = f"We could not confirm whether this post was published on {name}"
        if not container:
            return Unanswerable(f"{unconfirmed}: the id of the container is missing. Check the account.")
        if attempt.checkpoint.get("disowned") == ABANDONED:
            return self._abandoned(attempt)
        try:
            state, _ = self._state_and_explanation(container, account, attempt)
        except StaleHandle:
            state = DISOWNED
        if state == PUBLISHED:
            return self._published_post(container, find, armed_at, attempt)
        if state == DISOWNED or attempt.checkpoint.get("disowned"):
            return self._disowned_post(state, find, armed_at, attempt)
        if state in (FINISHED, ERROR, EXPIRED):
            return NotPublished()
        raise Transient("media_processing", f"{name} is still processing the post.")

    def _disowned_post(
        self, state: str, find: FindPost, armed_at: datetime, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """Return the outcome of the publish call for a container that Meta no longer recognises or has refused to
        publish. The state of the container does not show the outcome, so the account's posts are searched.
        """
        created_at = _created_at(attempt) if "container_at" in attempt.checkpoint else armed_at
        if (found := find(created_at - CLOCK_SKEW)) is not None:
            return found
        if attempt.now() - armed_at < SETTLE_TIME:
            raise CONTAINER_GONE.error(attempt.now(), name=self._graph.name)
        if state == DISOWNED and not attempt.checkpoint.get("disowned"):
            return Unanswerable(
                f"We could not confirm whether this post was published on {self._graph.name}, because "
                f"{self._graph.name} has no record of our request. Check the account."
            )
        attempt.save(disowned=ABANDONED)
        return self._abandoned(attempt)

    def _abandoned(self, attempt: Attempt) -> NotPublished:
        gone = CONTAINER_GONE.error(attempt.now(), name=self._graph.name)
        return NotPublished(gone.code, gone.reason)

    def _published_post(self, container: str, find: FindPost, armed_at: datetime, attempt: Attempt) -> Published:
        found = find(armed_at - CLOCK_SKEW)
        if found is None and attempt.now() - armed_at < MAX_LISTING_DELAY:
            raise Transient("not_listed_yet", f"{self._graph.name} has the post, but does not list it yet.")
        # The post is public even if the list omits it. In that case, use the container's id as the post's id.
        return found or Published(container)

    def _create_post_container(self, plan: Plan, account: Account, attempt: Attempt) -> str | None:
        """Create the post's container and return its id, or None while Meta is processing the items of a carousel."""
        children = [
            attempt.checkpoint.get(f"child_{position}") or self._create(f"child_{position}", fields, account, attempt)
            for position, fields in enumerate(plan.children)
        ]
        for position, child in enumerate(children):
            if self._state(f"child_{position}", child, account, attempt) != FINISHED:
                self._check_processing_time(attempt)
                return None
        fields = {**plan.fields, "children": ",".join(children)} if children else plan.fields
        try:
            publishable_at = attempt.now() + plan.min_age
            return self._create("container", fields, account, attempt, publishable_at=publishable_at.isoformat())
        except StaleHandle:
            _abandon_all(attempt)  # the platform may have disowned the container of an item
            raise

    def _create(self, key: str, fields: Fields, account: Account, attempt: Attempt, **handles: str) -> str:
        """Create a container, save its id under ``key`` and the further values ``handles``, and return the id."""
        answer = self._graph.prepare(f"{account_node(account)}/{self._api.create_edge}", account, attempt, **fields)
        container = id_in(answer)
        if container is None:
            raise Transient("unexpected_answer", f"{self._graph.name} returned an unexpected response.")
        attempt.save(**{key: container, "container_at": attempt.now().isoformat()}, **handles)
        return container

    def _state(self, key: str, container: str, account: Account, attempt: Attempt) -> str:
        """Return the state of ``container``, whose id is saved under ``key``: FINISHED, IN_PROGRESS or PUBLISHED.

        Raises:
            ContainerGone: the platform no longer recognises the post's container.
            Transient: the container is no longer usable and was abandoned. The next attempt creates a new container.
            PublishError: the platform does not accept the container's media, or the state cannot be read.
        """
        for check in range(STATUS_CHECKS):
            if check:
                self._sleep(PAUSE_SECONDS)
            try:
                state, explanation = self._state_and_explanation(container, account, attempt)
            except StaleHandle as error:
                if key == "container":
                    raise ContainerGone(error.code, error.reason) from error
                _abandon(key, attempt)
                raise
            if state == ERROR:
                _abandon(key, attempt)
                raise self._api.failure(explanation)
            if state == EXPIRED:
                _abandon(key, attempt)
                raise Transient("container_expired", f"The post's container on {self._graph.name} has expired.")
            if state in (FINISHED, PUBLISHED):
                return state
        return IN_PROGRESS

    def _state_and_explanation(self, container: str, account: Account, attempt: Attempt) -> tuple[str, str]:
        state, explanation = self._api.state_field, self._api.explanation_field
        answer = self._graph.get(container, account, attempt, fields=f"{state},{explanation}")
        return _text(answer, state), _text(answer, explanation)

    def _publish_container(self, container: str, account: Account, attempt: Attempt) -> Published:
        path = f"{account_node(account)}/{self._api.publish_edge}"
        request = self._graph.publish_request(path, account, creation_id=container)
        earlier_call = _called_at(attempt)
        self._graph.connect(request, attempt)
        attempt.arm(container=container, called_at=attempt.now().isoformat(), fetch_failed_at="")
        try:
            answer = self._graph.publish(request, account, attempt)
        except StaleHandle as refusal:
            raise self._refused_container(container, refusal, earlier_call, account, attempt) from refusal
        except Rejected as refusal:
            # Meta does not document its error for publishing a container twice, so read the container's state.
            if self._may_be_published(container, account, attempt):
                raise InDoubt(refusal.code, refusal.reason) from refusal
            raise
        media_id = id_in(answer)
        if media_id is None:
            raise InDoubt("unexpected_answer", f"{self._graph.name} returned an unexpected response.")
        return Published(media_id, self._permalink(media_id, account, attempt))

    def _refused_container(
        self, container: str, refusal: StaleHandle, earlier_call: datetime | None, account: Account, attempt: Attempt
    ) -> PublishError:
        """Return the error for a container that Meta refused to publish. Abandon the container if no call can have
        published it.

        Meta may refuse a container because an earlier call has published it.
        """
        try:
            state, _ = self._state_and_explanation(container, account, attempt)
        except StaleHandle:
            state = DISOWNED
        except PublishError:
            state = PUBLISHED  # the state is unknown, so the container may be published
        is_settled = earlier_call is None or (state != DISOWNED and attempt.now() - earlier_call >= SETTLE_TIME)
        if state == PUBLISHED or not is_settled:
            attempt.save(disowned=REFUSED)
            return InDoubt(refusal.code, refusal.reason)
        attempt.save(disowned=ABANDONED)
        return Transient(refusal.code, refusal.reason)

    def _may_be_published(self, container: str, account: Account, attempt: Attempt) -> bool:
        try:
            return self._state_and_explanation(container, account, attempt)[0] == PUBLISHED
        except PublishError:
            return True

    def _permalink(self, media_id: str, account: Account, attempt: Attempt) -> str | None:
        try:
            return _text(self._graph.get(media_id, account, attempt, fields="permalink"), "permalink") or None
        except PublishError:
            return None  # the post is published, so a missing permalink is not an error

    def _check_processing_time(self, attempt: Attempt) -> None:
        if attempt.now() - _created_at(attempt) > MAX_PROCESSING_TIME:
            reason = f"{self._graph.name} did not finish processing the media within an hour. Use another file."
            raise Rejected("media_failed", reason)


def account_node(account: Account) -> str:
    """Return the first segment of a call's path: the account's id, or ``me`` for the token's account."""
    return account.account_id or "me"


def _abandon(key: str, attempt: Attempt) -> None:
    """Remove the container saved under ``key`` from the checkpoint. The next attempt creates a new one."""
    if key == "container":
        _abandon_all(attempt)
    else:
        attempt.save(**{key: ""})


def _abandon_all(attempt: Attempt) -> None:
    """Remove the post's container and the containers of its items from the checkpoint."""
    children = [name for name in attempt.checkpoint if name.startswith("child_")]
    attempt.save(**dict.fromkeys([*children, "container", "called_at", "disowned"], ""))


def _called_at(attempt: Attempt) -> datetime | None:
    """Return the time of the latest publish call for the container, or None if there was none."""
    called_at = attempt.checkpoint.get("called_at")
    return datetime.fromisoformat(called_at) if called_at else None


def _publishable_at(attempt: Attempt) -> datetime:
    """Return the earliest time at which the container may be published."""
    saved = attempt.checkpoint.get("publishable_at")
    return datetime.fromisoformat(saved) if saved else attempt.now()


def _find_quietly(find: FindPost, since: datetime) -> Published | None:
    """Return the post, or None if the account does not list it or the list cannot be read now.

    The container is known to be published, so an error while reading the list is ignored.
    """
    try:
        return find(since - CLOCK_SKEW)
    except PublishError:
        return None


def _created_at(attempt: Attempt) -> datetime:
    return datetime.fromisoformat(attempt.checkpoint["container_at"])


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    return value if isinstance(value, str) else ""
