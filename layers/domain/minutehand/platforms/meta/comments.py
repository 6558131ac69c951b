"""Comments on posts on Instagram and Facebook. The call that creates a comment does not accept an idempotency key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from minutehand.platforms.meta.graph import GraphClient, id_in
from minutehand.platforms.meta.listing import CLOCK_SKEW, is_since, rows, same_text
from minutehand.platforms.port import (
    Account,
    Attempt,
    Content,
    InDoubt,
    NotPublished,
    Published,
    Transient,
    Unanswerable,
)

MAX_LISTING_DELAY = timedelta(minutes=2)
"""The maximum time for which the list of a post's comments may omit a new comment."""
LISTED_COMMENTS = "50"


@dataclass(frozen=True, slots=True)
class CommentFields:
    """The field names in a platform's list of comments, and the query parameters that sort the newest comments first.

    ``author`` is the field of ``from`` that identifies the author. ``own_author`` returns the value of that field in
    the account's own comments.
    """

    text: str
    time: str
    author: str
    own_author: Callable[[Account], str]
    order: dict[str, str]


class Comments:
    """Publishes comments on one platform, and reconciles publish calls in doubt."""

    def __init__(self, graph: GraphClient, names: CommentFields) -> None:
        self._graph = graph
        self._names = names

    def publish(self, content: Content, account: Account, attempt: Attempt, **fields: str) -> Published:
        """Publish a comment on the post ``content.reply_to``. The call also sends ``fields``."""
        fields = {"message": content.text, **fields}
        request = self._graph.publish_request(f"{content.reply_to}/comments", account, **fields)
        self._graph.connect(request, attempt)
        attempt.arm()
        comment_id = id_in(self._graph.publish(request, account, attempt))
        if comment_id is None:
            raise InDoubt("unexpected_answer", f"{self._graph.name} returned an unexpected response.")
        return Published(comment_id)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """Search the comments on the post by author, text and time.

        A comment that is missing from the list may be hidden as spam, so a person has to check the account.
        """
        armed_at = attempt.armed_at
        if armed_at is None:
            return NotPublished()
        listed = self._graph.get(
            f"{content.reply_to}/comments",
            account,
            attempt,
            fields=f"id,{self._names.text},{self._names.time},from",
            limit=LISTED_COMMENTS,
            **self._names.order,
        )
        for comment in rows(listed):
            comment_id, since = id_in(comment), is_since(comment.get(self._names.time), armed_at - CLOCK_SKEW)
            if not comment_id or not since or not self._is_by(account, comment):
                continue
            if same_text(comment.get(self._names.text), content.text) and attempt.recognise(comment_id):
                return Published(comment_id)
        name = self._graph.name
        if attempt.now() - armed_at < MAX_LISTING_DELAY:
            raise Transient("not_listed_yet", f"{name} does not list the comment yet.")
        return Unanswerable(
            f"We could not confirm whether this comment was published on {name}, which may have hidden it. "
            "Check the account."
        )

    def _is_by(self, account: Account, comment: Mapping[str, Any]) -> bool:
        author = comment.get("from")
        return isinstance(author, Mapping) and author.get(self._names.author) == self._names.own_author(account)
