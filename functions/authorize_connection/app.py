"""Begins to connect an account: says where to send its owner."""

from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.oauth.authorization import begin
from minutehand.oauth.clients import Clients
from minutehand.oauth.config import AuthorizeConfig
from minutehand.oauth.forms import AuthorizationRequest
from minutehand.oauth.pending_authorizations import PendingAuthorizations
from minutehand.oauth.redirect_uris import callback_url, choose_redirect_uri
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.database_url import database
from minutehand.runtime.http import Endpoint, Response, success
from minutehand.runtime.request import Request
from minutehand.runtime.timestamps import format_timestamp
from minutehand.runtime.validation import parse

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/connections/authorize")


@cache
def config() -> AuthorizeConfig:
    """Return the configuration."""
    return AuthorizeConfig.from_environ()


@cache
def clients() -> Clients:
    """Return our registrations at the platforms."""
    return Clients(config())


@cache
def states() -> PendingAuthorizations:
    """Return the states in the database, shared by all invocations of this process."""
    return PendingAuthorizations(database(config()))


@endpoint.on("POST")
def authorize(request: Request) -> Response:
    """Answer with the address of the platform's page, and until when its owner may come back from there."""
    writer, form = request.writer(), parse(AuthorizationRequest, request.json())
    redirect_uri = choose_redirect_uri(form.redirect_uri, config(), callback_url(config(), request.gateway))
    way = begin(
        states(), clients(), writer, form.platform, redirect_uri, make_default=form.make_default, now=clock.now()
    )
    logger.info("authorization begun", extra={"platform": form.platform})
    return success(url=way.url, expiresAt=format_timestamp(way.expires_at))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request from API Gateway."""
    return endpoint.resolve(event, context)
