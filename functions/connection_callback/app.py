"""Handles the redirect from a platform's consent page, and connects the granted accounts."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.connections import rendering
from minutehand.oauth import pages
from minutehand.oauth.authorization import Callback, CompletedAuthorization
from minutehand.oauth.clients import Clients
from minutehand.oauth.config import CallbackConfig
from minutehand.oauth.forms import BrowserCallback, PageCallback
from minutehand.oauth.redirect_uris import CALLBACK_PATH, callback_url
from minutehand.platforms.connectors import connecting_client
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.database_url import database
from minutehand.runtime.http import Endpoint, Response, success
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

if TYPE_CHECKING:
    import httpx

    from minutehand.connections.vault import Vault

logger = Logger()
clock = SystemClock()
endpoint = Endpoint(CALLBACK_PATH, page=pages.failed, headers=pages.PRIVATE_HEADERS)


@cache
def config() -> CallbackConfig:
    """Return the configuration."""
    return CallbackConfig.from_environ()


@cache
def vault() -> "Vault":
    """Return the vault. This Lambda function may seal tokens but not open them."""
    from minutehand.connections.vault import Vault
    from minutehand.runtime import aws

    return Vault(aws.client("kms"), config().token_key_id)


def seal(token: Mapping[str, str], connection_id: str, owner_id: str) -> bytes:
    """Seal a token; boto3 is imported only for this."""
    return vault().seal(token, connection_id, owner_id)


def http() -> "httpx.Client":
    """Return the HTTP client for platforms."""
    return connecting_client(private_networks=config().media_from_private_networks)


@cache
def callback() -> Callback:
    """Return the callback handler, shared by all invocations of this process."""
    return Callback(database(config()), Clients(config()), http, seal, clock.now)


@endpoint.on("GET")
def browser(request: Request) -> Response:
    """Respond to a browser that a platform has redirected here. There is no identity: the state decides."""
    form = parse(BrowserCallback, request.query(confidential=True), confidential=True)
    done = callback().from_browser(form, callback_url(config(), request.gateway))
    return _json(done) if request.wants_json else _logged(done, pages.connected(done))


@endpoint.on("POST")
def page(request: Request) -> Response:
    """Respond to a page that received the code, and sends it on behalf of its user."""
    writer, form = request.writer(), parse(PageCallback, request.json(), confidential=True)
    return _json(callback().from_page(form, callback_url(config(), request.gateway), writer))


def _json(done: CompletedAuthorization) -> Response:
    connections = [rendering.connection(connection) for connection in done.connections]
    return _logged(done, success(201 if done.added else 200, connections=connections))


def _logged(done: CompletedAuthorization, response: Response) -> Response:
    for connection in done.connections:
        logger.info("account connected", extra={"connection": connection.id, "platform": done.platform})
    return response


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request from API Gateway."""
    return endpoint.resolve(event, context)
