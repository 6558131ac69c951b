"""The identity of a Mastodon account."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx

from minutehand.platforms.connectors import require_identifier
from minutehand.platforms.port import Transient

PATH = "/api/v1/accounts/verify_credentials"
"""The call that returns the account to which a token belongs."""


class Identity(NamedTuple):
    """The id and the name of an account, each with the name of its server."""

    account_id: str
    handle: str


def identity(account: Mapping[str, Any], server: str) -> Identity:
    """Return the identity of ``account``, an account in a response of ``server``.

    Each server numbers its own accounts, so an id is unique only together with the server's name.

    Raises:
        Transient: the account has no usable id or name.
    """
    host = httpx.URL(server).netloc.decode()
    account_id, username = (require_identifier(account.get(name), "mastodon") for name in ("id", "username"))
    if re.search(r"[@/\s]", username):  # the name could otherwise look like that of an account on another server
        raise Transient("unexpected_answer", "Mastodon returned an unexpected response.")
    return Identity(f"{account_id}@{host}", f"@{username}@{host}")
