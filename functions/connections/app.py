"""Lists, connects, changes and disconnects the accounts that posts go to."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.connections import rendering
from minutehand.connections.config import ConnectionsConfig
from minutehand.connections.connect import connect
from minutehand.connections.forms import ConnectionReference, DefaultChange, connection_id, not_found
from minutehand.connections.store import Connections
from minutehand.platforms.connectors import connecting_client
from minutehand.platforms.oauth2.provider import REVOCABLE
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.database_url import database
from minutehand.runtime.http import Endpoint, Response, success
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

if TYPE_CHECKING:
    from minutehand.connections.vault import Vault

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/connections")


@cache
def config() -> ConnectionsConfig:
    """Return the configuration."""
    return ConnectionsConfig.from_environ()


@cache
def connected() -> Connections:
    """Return the connections in the database, shared by all invocations of this process."""
    return Connections(database(config()))


@cache
def vault() -> "Vault":
    """Return the vault; boto3 is imported only to seal a token."""
    from minutehand.connections.vault import Vault
    from minutehand.runtime import aws

    return Vault(aws.client("kms"), config().token_key_id)


def seal(token: Mapping[str, str], connection_id: str, owner_id: str) -> bytes:
    """Seal a token. This Lambda function may encrypt with the key but not decrypt."""
    return vault().seal(token, connection_id, owner_id)


@endpoint.on("GET")
def list_connections(request: Request) -> Response:
    """Respond with the owner's connections."""
    reader = request.reader()
    found = connected().list_all(reader.owner_id)
    return success(connections=[rendering.connection(connection) for connection in found])


@endpoint.on("POST")
def connect_account(request: Request) -> Response:
    """Respond with the connection: 201 if it is new, 200 if the account was connected before."""
    writer, body, connections = request.writer(), request.json(), connected()
    client = connecting_client(private_networks=config().media_from_private_networks)
    made = connect(connections, writer, body, client=client, seal=seal, now=clock.now)
    connection = connections.find(made.id, writer.owner_id)
    if connection is None:  # another call has disconnected it in the meantime
        raise not_found()
    logger.info(
        "account connected", extra={"connection": made.id, "platform": connection.platform, "added": made.added}
    )
    return success(201 if made.added else 200, connection=rendering.connection(connection))


@endpoint.on("PATCH")
def change_account(request: Request) -> Response:
    """Respond with the connection, which is now the default of its platform."""
    writer, given = request.writer(), parse(DefaultChange, request.json())
    connection = connected().make_default(connection_id(given.connection_id), writer.owner_id, now=clock.now())
    if connection is None:
        raise not_found()
    return success(connection=rendering.connection(connection))


@endpoint.on("DELETE")
def disconnect_account(request: Request) -> Response:
    """Respond that the account is disconnected. Its token is revoked later, if the platform supports that."""
    writer, reference = request.writer(), parse(ConnectionReference, request.json())
    removed = connected().disconnect(reference.id(), writer.owner_id, now=clock.now(), revocable=REVOCABLE)
    if removed is None:
        raise not_found()
    logger.info("account disconnected", extra={"connection": removed.id, "platform": removed.platform})
    return success(message="Account disconnected successfully")


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request from API Gateway."""
    return endpoint.resolve(event, context)
