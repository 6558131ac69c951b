"""The media library: begins and finishes uploads, and shows and deletes media items."""

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
from minutehand.runtime.idempotency import IdempotentRequest
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/media")


@cache
def shared() -> tuple[Database, Library]:
    """Return the objects that all invocations of this process share."""
    config = MediaConfig.from_environ()
    db = database(config)
    return db, Library(db, Storage(client(), config.media_bucket))


@endpoint.on("POST")
def begin(request: Request) -> Response:
    """Respond 201 with the item and how to upload its file; a repeated Idempotency-Key gets the same response."""
    writer, body, now = request.writer(), request.json(), clock.now()
    new = parse(NewMediaItem, body)
    db, library = shared()
    idempotent = IdempotentRequest("media.begin", writer.owner_id, request.idempotency_key, body)
    return idempotent.execute(db, lambda: success(201, **library.begin(writer, new, now=now)), now=now)


@endpoint.on("PATCH")
def finish(request: Request) -> Response:
    """Respond with the finished item, whose file has been uploaded."""
    writer, reference = request.writer(), parse(MediaReference, request.json())
    return success(media=shared()[1].finish(writer, reference.id(), now=clock.now()))


@endpoint.on("GET")
def show(request: Request) -> Response:
    """Respond with the item that the query names, or with a page of items."""
    reader, query, (_, library) = request.reader(), request.query(), shared()
    if "mediaId" in query:
        return success(media=library.get(reader, parse(MediaReference, query).id(), now=clock.now()))
    return success(**library.page(reader, parse(MediaQuery, query), now=clock.now()))


@endpoint.on("DELETE")
def remove(request: Request) -> Response:
    """Respond that the item and its file are deleted."""
    writer, reference = request.writer(), parse(MediaReference, request.json())
    shared()[1].remove(writer, reference.id())
    return success(message="Media item deleted successfully")


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request from API Gateway."""
    return endpoint.resolve(event, context)
