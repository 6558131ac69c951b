"""The actions of posts/bulk on one post. Each action uses the same service as the API's call for one post.

Each method imports its service when it is called, because a request has only one action.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, NotRequired, TypedDict
from uuid import UUID

from minutehand.posts.forms.bulk import BulkAction, BulkRequest
from minutehand.posts.reading import find
from minutehand.posts.rendering import Post
from minutehand.posts.statuses import PostStatus
from minutehand.posts.times import local
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.identity import Identity
from minutehand.runtime.response_types import Uuid

if TYPE_CHECKING:
    from minutehand.link_cards.cards import Fetch
    from minutehand.platforms.media_probe import Prober
    from minutehand.posts.configs.scheduling import SchedulingConfig


class Change(TypedDict):
    """The fields of a result that describe the post after the action."""

    status: NotRequired[PostStatus]
    newPostId: NotRequired[Uuid]


type Step = Callable[[], Change]
"""The part of an action that changes the post, in a transaction."""


class Actions(NamedTuple):
    """The request, its caller, and the resources that the actions use. ``prober`` and ``fetcher`` open clients that
    send requests to other servers.
    """

    db: Database
    writer: Identity
    request: BulkRequest
    config: "SchedulingConfig"
    prober: "Callable[[], Prober]"
    fetcher: "Callable[[], Fetch]"
    now: Callable[[], datetime]

    def prepare(self, post_id: UUID) -> Step:
        """Carry out the slow part of the action, which needs no locks. Return the step that changes the post.

        This method and the step raise the same errors as the API's call for one post.
        """
        actions: dict[BulkAction, Callable[[UUID], Step]] = {
            "schedule": self._schedule,
            "cancel": self._cancel,
            "delete": self._delete,
            "shift": self._shift,
            "retry": self._retry,
            "approve": self._approve,
            "archive": self._archive,
            "duplicate": self._duplicate,
        }
        return actions[self.request.action](post_id)

    def _schedule(self, post_id: UUID) -> Step:
        from minutehand.posts import scheduling

        scheduling.require_valid(self.db, self.writer, post_id, prober=self.prober, now=self.now())

        def step() -> Change:
            scheduling.schedule(self.db, self.writer, post_id, config=self.config, now=self.now())
            return self._status(post_id)

        return step

    def _cancel(self, post_id: UUID) -> Step:
        from minutehand.posts import scheduling

        return lambda: _shown(scheduling.cancel(self.db, self.writer, post_id, now=self.now())["post"])

    def _delete(self, post_id: UUID) -> Step:
        from minutehand.posts import deletion

        def step() -> Change:
            deletion.delete(self.db, self.writer, post_id, now=self.now())
            return {}

        return step

    def _shift(self, post_id: UUID) -> Step:
        from minutehand.posts import writing
        from minutehand.posts.forms.update import PostChanges

        def step() -> Change:
            post = find(self.db, self.writer, post_id)
            if post["scheduled_at"] is None:
                raise Conflict("This post has no time. Set scheduledAt first.", code="not_scheduled")
            # The shift applies to the wall-clock time, so that 09:30 stays 09:30 if the clocks change.
            wall = local(post["scheduled_at"], post["timezone"]).replace(tzinfo=None)
            wall += timedelta(days=self.request.days, minutes=self.request.minutes)
            fields = {"postId": str(post_id), "scheduledAt": wall.isoformat(), "version": post["version"]}
            changes = PostChanges.model_validate(fields)
            updated = writing.update(self.db, self.writer, changes, config=self.config, prober=None, now=self.now())
            return _shown(updated["post"])

        return step

    def _retry(self, post_id: UUID) -> Step:
        from minutehand.posts import scheduling

        def step() -> Change:
            scheduling.retry(self.db, self.writer, post_id, (), config=self.config, now=self.now())
            return self._status(post_id)

        return step

    def _approve(self, post_id: UUID) -> Step:
        from minutehand.posts import approval
        from minutehand.posts.forms.approve import Decision

        decision = Decision.model_validate({"postId": str(post_id), "approved": True})

        def step() -> Change:
            decided = approval.decide(self.db, self.writer, decision, config=self.config, now=self.now())
            return _shown(decided["post"])

        return step

    def _archive(self, post_id: UUID) -> Step:
        from minutehand.posts import archive

        def step() -> Change:
            archive.archive(self.db, self.writer, post_id, now=self.now())
            return {"status": "archived"}

        return step

    def _duplicate(self, post_id: UUID) -> Step:
        from minutehand.link_cards.cards import fetch_cards, store_cards
        from minutehand.posts import duplication, writing
        from minutehand.posts.forms.duplicate import DuplicateRequest

        wanted = DuplicateRequest.model_validate({"postId": str(post_id)})
        prepared = duplication.prepare(self.db, self.writer, wanted, prober=self.prober, now=self.now())
        cards = fetch_cards(prepared.values, self.fetcher)

        def step() -> Change:
            created = writing.create(self.db, self.writer, prepared, config=self.config, now=self.now())
            store_cards(self.db, self.writer.owner_id, created["post"]["id"], cards, now=self.now())
            return {**_shown(created["post"]), "newPostId": created["post"]["id"]}

        return step

    def _status(self, post_id: UUID) -> Change:
        return {"status": find(self.db, self.writer, post_id)["status"]}


def _shown(post: Post) -> Change:
    return {"status": post["status"]}
