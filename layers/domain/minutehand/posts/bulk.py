"""Carries out an action on many posts. The action succeeds or fails on each post independently of the other posts."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import batched
from typing import Any, NotRequired, TypedDict, cast
from uuid import UUID

import psycopg
from aws_lambda_powertools.logging import Logger

from minutehand.posts.bulk_actions import Actions, Change, Step
from minutehand.posts.forms.bulk import MAX_POSTS, BulkRequest, normal_id
from minutehand.posts.listing import find_matching
from minutehand.posts.statuses import PostStatus
from minutehand.queue.errors import post_not_found
from minutehand.runtime.db import Database
from minutehand.runtime.errors import DomainError, InternalError, NotFound
from minutehand.runtime.form import parse_id
from minutehand.runtime.idempotency import IdempotentRequest
from minutehand.runtime.identity import Identity
from minutehand.runtime.response import Response, to_json
from minutehand.runtime.response_types import Uuid
from minutehand.runtime.scopes import APPROVE
from minutehand.runtime.validation import invalid

SENT_TOGETHER = 50
"""The maximum number of posts in a batch. The messages of queued posts are sent after each batch, not after the whole
request, because a queued post may be due soon.
"""

logger = Logger(child=True)


class BulkResult(TypedDict):
    """The result of the action on one post."""

    postId: str
    success: bool
    status: NotRequired[PostStatus]
    """The status of the post after the action. For the action `duplicate`, the status of the duplicate."""
    newPostId: NotRequired[Uuid]
    """The id of the duplicate."""
    error: NotRequired[str]
    """The reason why the action failed, as a sentence for people."""
    code: NotRequired[str]
    """A stable code of the error, which programs can compare."""


class BulkReport(TypedDict):
    """The results in the order of the posts, and whether all posts were processed in time."""

    results: list[BulkResult]
    complete: bool
    """False if the call ran out of time before it had processed all posts. Repeat the call with the same
    Idempotency-Key until `complete` is true.
    """


def run(actions: Actions, repeatable: IdempotentRequest, *, deadline: datetime) -> BulkReport:
    """Carry out the action on each post. Return ``results``, in the order of the posts, and ``complete``.

    ``repeatable``: the request. If the request has an Idempotency-Key, the result of each post is stored in the
    transaction that changes the post, unless the result is an unexpected error. A repeated request returns the stored
    results and continues with the other posts. After ``deadline``, the action is not started on another post.

    Raises:
        Forbidden: the action is ``approve``, and the caller may not approve posts.
        InvalidInput: the request is not valid, or its filter matches too many posts.
        TooManyRequests: the owner has made too many calls in this minute.
        Unprocessable: the key was used for another request.
    """
    db, now = actions.db, actions.now()
    actions.request.require_consistent()
    if actions.request.action == "approve":
        actions.writer.require_scope(APPROVE, "Approving posts")
    # Count the request now, so that a refusal by the rate limit does not become the result of a post.
    db.send_opening()
    choose = partial(_chosen, db, actions.writer, actions.request)
    plan = repeatable.execute(db, lambda: Response(200, to_json(choose())), now=now)
    post_ids: Sequence[str] = json.loads(plan.body)
    stored = repeatable.stored_steps(db, post_ids, now=now)
    results: list[BulkResult] = []
    for batch in batched(post_ids, SENT_TOGETHER, strict=False):
        queued: list[Any] = []
        try:
            with db.after_commit(queued.extend):
                for post_id in batch:
                    if post_id in stored:
                        results.append(json.loads(stored[post_id]))
                    elif actions.now() < deadline:
                        results.append(_result(actions, repeatable.step(post_id), post_id))
        finally:
            db.defer(queued)
    return {"results": results, "complete": len(results) == len(post_ids)}


def _chosen(db: Database, writer: Identity, request: BulkRequest) -> list[str]:
    if request.post_ids is not None:
        return [normal_id(post_id) for post_id in request.post_ids]
    assert request.filter is not None  # see BulkRequest.require_consistent
    rows, pagination = find_matching(db, writer, request.filter, order_by="oldest", take=MAX_POSTS)
    if pagination["nextCursor"] is not None:
        sentence = f"The filter matches more than {MAX_POSTS} posts. Narrow the filter."
        raise invalid("filter", sentence, given=None, allowed=f"at most {MAX_POSTS} posts", code="too_many_posts")
    return [str(row["id"]) for row in rows]


def _result(actions: Actions, repeatable: IdempotentRequest, post_id: str) -> BulkResult:
    """Return the result of the action on one post.

    An unexpected error is not stored, so that a repeated request repeats the action. If the database is unavailable,
    the request ends.
    """
    try:
        parsed = parse_id(post_id, post_not_found)
    except NotFound as error:
        return _failure(post_id, error)
    try:
        step = _prepared(actions, parsed)
        response = repeatable.execute(
            actions.db, lambda: Response(200, to_json(_outcome(actions.db, step, post_id))), now=actions.now()
        )
    except (psycopg.OperationalError, psycopg.InterfaceError):
        raise
    except Exception:
        logger.exception("unexpected error", extra={"post": post_id})
        return _failure(post_id, InternalError())
    result: BulkResult = json.loads(response.body)
    return result


def _prepared(actions: Actions, post_id: UUID) -> Step:
    try:
        return actions.prepare(post_id)
    except DomainError as error:
        return partial(_refuse, error)


def _refuse(error: DomainError) -> Change:
    raise error


def _outcome(db: Database, step: Step, post_id: str) -> BulkResult:
    try:
        with db.transaction():
            return cast("BulkResult", {"postId": post_id, "success": True, **step()})
    except DomainError as error:
        return _failure(post_id, error)


def _failure(post_id: str, error: DomainError) -> BulkResult:
    return {"postId": post_id, "success": False, "error": error.message, "code": error.code}
