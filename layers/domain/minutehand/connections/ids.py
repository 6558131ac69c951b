"""The id of a connection. It follows from the account, so an account that is connected again gets its earlier id."""

import json
from uuid import UUID, uuid5

NAMESPACE = UUID("bd9c26da-8464-4de4-9a6c-534f540d9f25")
"""A random namespace (RFC 9562, section 5.5). With another namespace, accounts that are connected again get new ids."""


def connection_id(owner_id: str, platform: str, account_id: str) -> UUID:
    """Return the id of an owner's connection of an account.

    Posts, publications and metrics name the connection by this id. After the account was disconnected and connected
    again, they therefore name it again. Another owner's connection of the same account has another id.
    """
    return uuid5(NAMESPACE, json.dumps([owner_id, platform, account_id]))
