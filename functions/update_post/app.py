"""Changes a draft, scheduled or queued post."""

from minutehand.link_cards.cards import refresh_cards
from minutehand.link_cards.resources import open_card_fetcher
from minutehand.platforms.resources import open_prober
from minutehand.posts.configs.scheduling import SchedulingConfig
from minutehand.posts.forms.update import PostChanges
from minutehand.posts.reading import find
from minutehand.posts.rendering import SavedPost
from minutehand.posts.writing import update
from minutehand.queue.after_commit import send_queued
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.permissions import WRITE
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/posts/update", SchedulingConfig, after_commit=send_queued)


@function.on("PUT", WRITE)
@function.on("PATCH", WRITE)
def update_post(request: Request) -> SavedPost:
    """Change the post and return it. Both PATCH and PUT change only the given fields."""
    writer, changes = request.writer(), request.form(PostChanges)
    updated = update(
        function.db,
        writer,
        changes,
        config=function.config,
        prober=function.lazy(open_prober),
        now=function.now(),
    )
    post = find(function.db, writer, changes.id())
    refresh_cards(function.db, writer.owner_id, post, function.lazy(open_card_fetcher), now=function.now())
    return updated
