"""The media library: announces, finishes, shows and removes the files that posts use."""

from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.media.forms import MediaQuery, MediaReference, NewMediaItem
from minutehand.media.library import Library, MediaConfig
from minutehand.media.storage import Storage, client
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Endpoint, Response, success
from minutehand.runtime.idempotency import Once
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/media")


@cache
def parts() -> tuple[Database, Library]:
    """Build what is shared by all invocations of this process."""
    config = MediaConfig.from_environ()
    db = database(config)
    return db, Library(db, Storage(client(), config.media_bucket))


@endpoint.on("POST")
def begin(request: Request) -> Response:
    """Answer 201 with the item and how to upload its file; the same again under the same Idempotency-Key."""
    writer, body, now = request.writer(), request.json(), clock.now()
    new = parse(NewMediaItem, body)
    db, library = parts()
    once = Once("media.begin", writer.owner_id, request.idempotency_key, body)
    return once.answer(db, lambda: success(201, **library.begin(writer, new, now=now)), now=now)


@endpoint.on("PATCH")
def finish(request: Request) -> Response:
    """Answer with the item, now that its file is uploaded."""
    writer, reference = request.writer(), parse(MediaReference, request.json())
    return success(media=parts()[1].finish(writer, reference.id(), now=clock.now()))


@endpoint.on("GET")
def show(request: Request) -> Response:
    """Answer with one item, where the query names it, or with a page of them."""
    reader, query, (_, library) = request.reader(), request.query(), parts()
    if "mediaId" in query:
        return success(media=library.get(reader, parse(MediaReference, query).id(), now=clock.now()))
    return success(**library.page(reader, parse(MediaQuery, query), now=clock.now()))


@endpoint.on("DELETE")
def remove(request: Request) -> Response:
    """Answer that the item and its file are gone."""
    writer, reference = request.writer(), parse(MediaReference, request.json())
    parts()[1].remove(writer, reference.id())
    return success(message="File deleted successfully")


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request from API Gateway."""
    return endpoint.resolve(event, context)
