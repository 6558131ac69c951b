"""Opens the vault and other resources for connections; see `minutehand.runtime.function`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minutehand.connections.choices import AccountChoices
    from minutehand.connections.configs.choices import ChoicesConfig
    from minutehand.connections.configs.connections import ConnectionsConfig
    from minutehand.connections.configs.vault import VaultConfig
    from minutehand.connections.sandbox_connections import SandboxConnections
    from minutehand.connections.store import Seal
    from minutehand.connections.vault import Vault
    from minutehand.runtime.config import DatabaseConfig
    from minutehand.runtime.function import Function


def open_vault(function: "Function[VaultConfig]") -> "Vault":
    """Return the vault. The Lambda function's permissions determine whether the vault can seal tokens, open tokens, or
    both.
    """
    from minutehand.connections.vault import Vault
    from minutehand.runtime import aws

    return Vault(aws.client("kms"), function.config.token_key_id)


def open_seal(function: "Function[ConnectionsConfig]") -> "Seal":
    """Return a function that seals tokens. The vault is created when that function is first called."""
    return lambda token, connection_id, owner_id: function.resource(open_vault).seal(token, connection_id, owner_id)


def open_choices(function: "Function[ChoicesConfig]") -> "AccountChoices":
    """Return the reader of the values that platforms list for accounts."""
    from minutehand.connections.choices import AccountChoices
    from minutehand.platforms.resources import open_http_client

    http, vault = function.lazy(open_http_client), function.lazy(open_vault)
    return AccountChoices(function.db, vault, http, function.clock)


def open_sandbox_connections(function: "Function[DatabaseConfig]") -> "SandboxConnections":
    """Return the connections of test mode."""
    from minutehand.connections.sandbox_connections import SandboxConnections

    return SandboxConnections(function.db)
