"""Begins the authorization of an account, and returns the address of the consent page."""

from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.oauth.authorization import begin_authorization
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
    """Return the OAuth clients of this deployment."""
    return Clients(config())


@cache
def pending() -> PendingAuthorizations:
    """Return the pending authorizations in the database, shared by all invocations of this process."""
    return PendingAuthorizations(database(config()))


@endpoint.on("POST")
def authorize(request: Request) -> Response:
    """Respond with the address of the consent page, and the time until which the callback is accepted."""
    writer, form = request.writer(), parse(AuthorizationRequest, request.json())
    redirect_uri = choose_redirect_uri(form.redirect_uri, config(), callback_url(config(), request.gateway))
    page = begin_authorization(
        pending(), clients(), writer, form.platform, redirect_uri, make_default=form.make_default, now=clock.now()
    )
    logger.info("authorization begun", extra={"platform": form.platform})
    return success(url=page.url, expiresAt=format_timestamp(page.expires_at))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request from API Gatepage."""
    return endpoint.resolve(event, context)
