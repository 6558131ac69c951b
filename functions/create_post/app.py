"""Creates a post as a draft, a scheduled post or a queued post."""

from minutehand.connections.resources import open_sandbox_connections
from minutehand.link_cards.cards import Cards, fetch_cards, store_cards
from minutehand.link_cards.resources import open_card_fetcher
from minutehand.platforms.resources import open_prober
from minutehand.posts.configs.scheduling import SchedulingConfig
from minutehand.posts.forms.create import NewPost
from minutehand.posts.rendering import SavedPost
from minutehand.posts.writing import PreparedPost, create, prepare
from minutehand.queue.after_commit import send_queued
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.permissions import WRITE
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/posts/create", SchedulingConfig, after_commit=send_queued)


def check(request: Request) -> tuple[PreparedPost, Cards]:
    """Validate the post, and return it with its warnings and its link cards."""
    writer, new = request.writer(), request.form(NewPost)
    if writer.is_test:
        function.resource(open_sandbox_connections).ensure(writer.owner_id, now=function.now())
    post = prepare(function.db, writer, new, prober=function.counted(open_prober), now=function.now())
    return post, fetch_cards(post.values, function.lazy(open_card_fetcher))


@function.on("POST", WRITE, status=201, idempotent="posts.create", prepare=check)
def create_post(request: Request, prepared: tuple[PreparedPost, Cards]) -> SavedPost:
    """Create the post, and return it with its job if it is queued."""
    post, cards = prepared
    writer = request.writer()
    created = create(function.db, writer, post, config=function.config, now=function.now())
    store_cards(function.db, writer.owner_id, created["post"]["id"], cards, now=function.now())
    return created
