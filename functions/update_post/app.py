"""Changes a post that is a draft or scheduled."""

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.posts.config import CheckingConfig
from minutehand.posts.drafting import update
from minutehand.posts.forms.update import PostChanges
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.connect import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Answer, Endpoint, success
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

if TYPE_CHECKING:
    from minutehand.platforms.probing import Prober

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/posts/update")


@cache
def connected() -> Database:
    """Return the database, kept from one invocation to the next."""
    return database(CheckingConfig.from_environ())


@cache
def prober() -> "Prober":
    """Return what looks at media; HTTP is imported only when there are some."""
    from minutehand.platforms.probing import Prober

    return Prober.guarded(private_networks=CheckingConfig.from_environ().media_from_private_networks)


@endpoint.on("PATCH", "PUT")
def update_post(request: Request) -> Answer:
    """Answer with the post as it is after the change. Both methods change the given fields only."""
    writer = request.writer()
    changes = parse(PostChanges, request.json())
    return success(**update(connected(), writer, changes, prober=prober, now=clock.now()))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a request of API Gateway."""
    return endpoint.resolve(event, context)
