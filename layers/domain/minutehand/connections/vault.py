"""Tokens at rest: encrypted by AWS KMS, bound to the connection and the owner they belong to.

A ciphertext that is moved to another connection or another owner does not open: the encryption context, which KMS
authenticates, names both. Only who may call Decrypt with the key, the publisher, can read a token.
"""

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

MAX_PLAINTEXT_BYTES = 4096
"""What KMS encrypts at most: https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html"""
KEPT_SECONDS = 300.0
MOST_KEPT = 1_000
WRONG_CIPHERTEXT = frozenset(["InvalidCiphertextException", "IncorrectKeyException"])


class VaultUnavailable(Exception):
    """KMS cannot be asked now, or does not let us: nothing is known about the token."""


class TokenUnreadable(Exception):
    """This ciphertext holds no token of this connection and owner, and never will."""


class TokenTooLarge(Exception):
    """The token is larger than what can be sealed."""


class Vault:
    """Seals and opens tokens. Opened ones are kept in memory for 5 minutes. Safe to share between threads."""

    def __init__(self, kms: "KMSClient", key_id: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        """``key_id``: id, ARN or alias of a symmetric KMS key. ``monotonic`` counts seconds."""
        self._kms = kms
        self._key_id = key_id
        self._monotonic = monotonic
        self._turn = threading.Lock()
        self._opened: OrderedDict[bytes, tuple[float, dict[str, str]]] = OrderedDict()

    def seal(self, token: Mapping[str, str], connection_id: str, owner_id: str) -> bytes:
        """Return ``token`` as a ciphertext that opens for this connection and owner only.

        Raises:
            TokenTooLarge: it has more than 4096 bytes as JSON.
            VaultUnavailable: KMS did not encrypt it.
        """
        plaintext = json.dumps(dict(token), ensure_ascii=False, separators=(",", ":")).encode()
        if len(plaintext) > MAX_PLAINTEXT_BYTES:
            raise TokenTooLarge(f"The token has {len(plaintext)} bytes; {MAX_PLAINTEXT_BYTES} can be sealed.")
        try:
            answer = self._kms.encrypt(
                KeyId=self._key_id, Plaintext=plaintext, EncryptionContext=_context(connection_id, owner_id)
            )
        except (ClientError, BotoCoreError) as error:
            raise VaultUnavailable(f"The token could not be sealed: {_name(error)}.") from error
        return answer["CiphertextBlob"]

    def open(self, ciphertext: bytes, connection_id: str, owner_id: str) -> dict[str, str]:
        """Return the token in ``ciphertext``.

        Raises:
            TokenUnreadable: it was not sealed for this connection and owner with this key, or is damaged.
            VaultUnavailable: KMS did not decrypt it, and may do so later.
        """
        # The key of the memory holds what KMS checks: a kept token opens for nobody else either.
        key = sha256(b"\0".join((connection_id.encode(), owner_id.encode(), bytes(ciphertext)))).digest()
        if (kept := self._kept(key)) is not None:
            return kept
        try:
            answer = self._kms.decrypt(
                KeyId=self._key_id,
                CiphertextBlob=bytes(ciphertext),
                EncryptionContext=_context(connection_id, owner_id),
            )
        except (ClientError, BotoCoreError) as error:
            name = _name(error)
            if name in WRONG_CIPHERTEXT:
                raise TokenUnreadable("The stored token does not open for this connection.") from error
            raise VaultUnavailable(f"The token could not be opened: {name}.") from error
        token = _token(answer["Plaintext"])
        self._keep(key, token)
        return dict(token)

    def _kept(self, key: bytes) -> dict[str, str] | None:
        with self._turn:
            until, token = self._opened.get(key, (0.0, {}))
            if self._monotonic() < until:
                return dict(token)
            self._opened.pop(key, None)
            return None

    def _keep(self, key: bytes, token: dict[str, str]) -> None:
        with self._turn:
            self._opened[key] = (self._monotonic() + KEPT_SECONDS, token)
            if len(self._opened) > MOST_KEPT:
                self._opened.popitem(last=False)


def _context(connection_id: str, owner_id: str) -> dict[str, str]:
    return {"connection_id": connection_id, "owner_id": owner_id}


def _name(error: ClientError | BotoCoreError) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__


def _token(plaintext: bytes) -> dict[str, str]:
    try:
        token = json.loads(plaintext)
    except ValueError:
        raise TokenUnreadable("The stored token is damaged.") from None
    if not isinstance(token, dict) or not all(isinstance(value, str) for value in token.values()):
        raise TokenUnreadable("The stored token is damaged.")
    return token
