"""Comments under a post, as Instagram and Facebook take them: one call, without any key or handle before it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from minutehand.platforms.meta.graph import Graph, id_in
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

LISTED_WITHIN = timedelta(minutes=2)
"""How long a new comment may be missing from the list under its post."""
COMMENTS_LOOKED_THROUGH = "50"


@dataclass(frozen=True, slots=True)
class Names:
    """How a platform names what it lists of a comment, and how it is asked for the newest.

    ``author``: the field of ``from`` that says who wrote it. ``own``: what it says of the account's own comments.
    """

    text: str
    time: str
    author: str
    own: Callable[[Account], str]
    order: dict[str, str]


class Comments:
    """Comments on one platform."""

    def __init__(self, graph: Graph, names: Names) -> None:
        self._graph = graph
        self._names = names

    def publish(self, content: Content, account: Account, attempt: Attempt, **fields: str) -> Published:
        """Comment on ``content.reply_to``; ``fields`` go along."""
        request = self._graph.publishing(f"{content.reply_to}/comments", account, **{"message": content.text, **fields})
        attempt.arm()
        comment_id = id_in(self._graph.publish(request, account, attempt))
        if comment_id is None:
            raise InDoubt("unexpected_answer", f"{self._graph.name} gave an answer that makes no sense.")
        return Published(comment_id)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """Look for the comment under its post, by its author, text and time.

        One that is not there may have been hidden as spam, so its absence proves nothing: a person has to look.
        """
        armed_at = attempt.armed_at
        if armed_at is None:
            return NotPublished()
        listed = self._graph.get(
            f"{content.reply_to}/comments",
            account,
            attempt,
            fields=f"id,{self._names.text},{self._names.time},from",
            limit=COMMENTS_LOOKED_THROUGH,
            **self._names.order,
        )
        for comment in rows(listed):
            comment_id, since = id_in(comment), is_since(comment.get(self._names.time), armed_at - CLOCK_SKEW)
            if not comment_id or not since or not self._is_by(account, comment):
                continue
            if same_text(comment.get(self._names.text), content.text) and attempt.recognise(comment_id):
                return Published(comment_id)
        if attempt.now() - armed_at < LISTED_WITHIN:
            raise Transient("not_listed_yet", f"{self._graph.name} does not list the comment yet.")
        return Unanswerable(f"{self._graph.name} does not show the comment, but may have hidden it. Please look there.")

    def _is_by(self, account: Account, comment: Mapping[str, Any]) -> bool:
        author = comment.get("from")
        return isinstance(author, Mapping) and author.get(self._names.author) == self._names.own(account)
