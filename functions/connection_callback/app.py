"""Receives people when they come back from a platform, and connects the accounts that they allowed."""

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
endpoint = Endpoint(CALLBACK_PATH, page=pages.failed, headers=pages.DISCREET)


@cache
def config() -> CallbackConfig:
    """Return the configuration."""
    return CallbackConfig.from_environ()


@cache
def vault() -> "Vault":
    """Return the vault. This function may seal tokens, and cannot read what it has sealed."""
    from minutehand.connections.vault import Vault
    from minutehand.runtime import aws

    return Vault(aws.client("kms"), config().token_key_id)


def seal(token: Mapping[str, str], connection_id: str, owner_id: str) -> bytes:
    """Seal a token; boto3 is imported only then."""
    return vault().seal(token, connection_id, owner_id)


def http() -> "httpx.Client":
    """Return the client to call platforms with."""
    return connecting_client(private_networks=config().media_from_private_networks)


@cache
def answers() -> Callback:
    """Return what takes the answers, with what is shared by all invocations of this process."""
    return Callback(database(config()), Clients(config()), http, seal, clock.now)


@endpoint.on("GET")
def browser(request: Request) -> Response:
    """Answer a browser that a platform has sent here. Nobody says who they are: the state alone decides."""
    answer = parse(BrowserCallback, request.query(confidential=True), confidential=True)
    done = answers().from_browser(answer, callback_url(config(), request.gateway))
    return _json(done) if request.wants_json else _noted(done, pages.connected(done))


@endpoint.on("POST")
def page(request: Request) -> Response:
    """Answer a page that received the code itself, in the name of its user."""
    writer, answer = request.writer(), parse(PageCallback, request.json(), confidential=True)
    return _json(answers().from_page(answer, callback_url(config(), request.gateway), writer))


def _json(done: CompletedAuthorization) -> Response:
    connections = [rendering.connection(connection) for connection in done.connections]
    return _noted(done, success(201 if done.added else 200, connections=connections))


def _noted(done: CompletedAuthorization, answer: Response) -> Response:
    for connection in done.connections:
        logger.info("account connected", extra={"connection": connection.id, "platform": done.platform})
    return answer


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request from API Gateway."""
    return endpoint.resolve(event, context)
