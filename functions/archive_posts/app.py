"""Archives one published or failed post, or all old published posts."""

from datetime import timedelta

from minutehand.posts.archive import ArchiveReport, archive, archive_older
from minutehand.posts.forms.archive import ArchiveRequest
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.permissions import WRITE
from minutehand.runtime.request import Request

MAX_DURATION = timedelta(seconds=6)
"""The time after which a call archives no further batch of old posts. The client then has to call again."""

handler = function = ApiFunction("/api/social/posts/archive", DatabaseConfig)


@function.on("POST", WRITE)
def archive_posts(request: Request) -> ArchiveReport:
    """Archive the posts. Return the number of archived posts, and whether old posts may remain."""
    writer, form = request.writer(), request.form(ArchiveRequest)
    post_id, now = form.id(), function.now()
    if post_id is not None:
        return archive(function.db, writer, post_id, now=now).rendered()
    owner_id, actor, deadline = writer.owner_id, writer.actor, now + MAX_DURATION
    done = archive_older(
        function.db, function.clock, owner_id=owner_id, days_old=form.days(), actor=actor, deadline=deadline
    )
    return done.rendered()
