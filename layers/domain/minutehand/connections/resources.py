"""Resources that functions use to seal tokens (see `minutehand.runtime.function`)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minutehand.connections.config import ConnectionsConfig
    from minutehand.connections.store import Seal
    from minutehand.connections.vault import Vault
    from minutehand.runtime.function import Function


def open_vault(function: "Function[ConnectionsConfig]") -> "Vault":
    """Return the vault. The Lambda function's permissions determine whether the vault can open tokens or only seal
    them.
    """
    from minutehand.connections.vault import Vault
    from minutehand.runtime import aws

    return Vault(aws.client("kms"), function.config.token_key_id)


def open_seal(function: "Function[ConnectionsConfig]") -> "Seal":
    """Return a function that seals tokens. The vault is created when that function is first called."""
    return lambda token, connection_id, owner_id: function.resource(open_vault).seal(token, connection_id, owner_id)
