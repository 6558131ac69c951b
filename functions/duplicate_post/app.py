"""Duplicates a post: creates a draft, or a scheduled or queued post if the request has a time."""

from minutehand.link_cards.cards import Cards, fetch_cards, store_cards
from minutehand.link_cards.resources import open_card_fetcher
from minutehand.platforms.resources import open_prober
from minutehand.posts import duplication
from minutehand.posts.configs.scheduling import SchedulingConfig
from minutehand.posts.forms.duplicate import DuplicateRequest
from minutehand.posts.rendering import SavedPost
from minutehand.posts.writing import PreparedPost, create
from minutehand.queue.after_commit import send_queued
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.permissions import WRITE
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/posts/duplicate", SchedulingConfig, after_commit=send_queued)


def check(request: Request) -> tuple[PreparedPost, Cards]:
    """Validate the duplicate, and return it with its warnings and its link cards."""
    writer, wanted = request.writer(), request.form(DuplicateRequest)
    post = duplication.prepare(function.db, writer, wanted, prober=function.counted(open_prober), now=function.now())
    return post, fetch_cards(post.values, function.lazy(open_card_fetcher))


@function.on("POST", WRITE, status=201, idempotent="posts.duplicate", prepare=check)
def duplicate_post(request: Request, prepared: tuple[PreparedPost, Cards]) -> SavedPost:
    """Create the duplicate, and return it with its job if it is queued."""
    post, cards = prepared
    writer = request.writer()
    created = create(function.db, writer, post, config=function.config, now=function.now())
    store_cards(function.db, writer.owner_id, created["post"]["id"], cards, now=function.now())
    return created
