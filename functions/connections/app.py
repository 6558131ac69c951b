"""Lists, connects and disconnects accounts, and sets the default connection of a platform."""

from minutehand.connections import management
from minutehand.connections.configs.connections import ConnectionsConfig
from minutehand.connections.reference import ConnectionReference, DefaultChange
from minutehand.connections.resources import open_sandbox_connections, open_seal
from minutehand.connections.store import Connections
from minutehand.platforms.resources import open_http_client
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.permissions import READ, WRITE, WRITE_LIVE
from minutehand.runtime.request import Request
from minutehand.runtime.response import Response, success

handler = function = ApiFunction("/api/social/connections", ConnectionsConfig)


@function.on("GET", READ)
def list_connections(request: Request) -> management.ConnectionList:
    """Return the owner's connections."""
    reader, now = request.reader(), function.now()
    if reader.is_test:
        function.resource(open_sandbox_connections).ensure(reader.owner_id, now=now)
    return management.list_connections(function.db, reader, now=now)


@function.on("POST", WRITE_LIVE)
def connect_account(request: Request) -> Response[management.OneConnection]:
    """Connect the account and return the connection, with status 201 if it is new and 200 otherwise."""
    writer, body = request.writer(), request.json()
    client, seal = function.counted(open_http_client)(), function.resource(open_seal)
    connections = Connections(function.db, function.config.max_connections)
    fields, added = management.connect_account(connections, writer, body, client=client, seal=seal, now=function.now)
    return success(fields, 201 if added else 200)


@function.on("PATCH", WRITE)
def set_default_connection(request: Request) -> management.OneConnection:
    """Make the connection the default of its platform, and return it."""
    return management.make_default(function.db, request.writer(), request.form(DefaultChange), now=function.now())


@function.on("DELETE", WRITE)
def disconnect_account(request: Request) -> management.Disconnected:
    """Disconnect the account, and return a confirmation."""
    return management.disconnect(function.db, request.writer(), request.form(ConnectionReference), now=function.now())
