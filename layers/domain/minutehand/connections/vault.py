"""Envelope encryption of stored tokens with AWS KMS. Each token is bound to a connection and its owner.

KMS generates and wraps a data key for each token, and this module encrypts the token with that key (see `envelope` for
the stored form). The encryption context names the connection and the owner. KMS authenticates the context together with
the data key, and this module authenticates the context together with the token. Therefore a token that was moved to
another connection cannot be opened. A function that seals tokens needs the permission kms:GenerateDataKey. A function
that opens tokens needs the permission kms:Decrypt.
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

MAX_PLAINTEXT_BYTES = 64 * 1024
"""The maximum size of a token as JSON. A larger token cannot be sealed."""
KEY_CACHE_SECONDS = 300.0
MAX_CACHED_KEYS = 1_000
WRONG_CIPHERTEXT = frozenset(["InvalidCiphertextException", "IncorrectKeyException"])

type PreparedSeal = Callable[[Mapping[str, str]], bytes]
"""A function that seals one token, for one connection and its owner, without a call to KMS."""


class VaultUnavailable(Exception):
    """KMS is unavailable or denies access. This error does not mean that the token is invalid."""


class TokenUnreadable(Exception):
    """The ciphertext is not a token that was sealed for this connection and owner. Another attempt also fails."""


class TokenTooLarge(Exception):
    """The token exceeds the maximum size."""


class Vault:
    """Seals and opens tokens. A vault is thread-safe.

    When a token is opened, its data key is cached in memory for up to 5 minutes. Sealing a token caches no key. Tokens
    are never cached.
    """

    def __init__(self, kms: "KMSClient", key_id: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Create a vault. ``key_id`` is the id, ARN or alias of a symmetric KMS key. ``monotonic`` returns
        the time of a monotonic clock in seconds.
        """
        self._kms = kms
        self._key_id = key_id
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._keys: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()

    def seal(self, token: Mapping[str, str], connection_id: str, owner_id: str) -> bytes:
        """Encrypt ``token`` and return a ciphertext that can be opened only for this connection and owner.

        Raises:
            TokenTooLarge: the token is larger than 64 KiB as JSON.
            VaultUnavailable: KMS returned no data key.
        """
        _plaintext(token)  # checks the size before the call to KMS
        return self.prepare(connection_id, owner_id)(token)

    def prepare(self, connection_id: str, owner_id: str) -> PreparedSeal:
        """Return a function that can seal one token later, even if KMS is unavailable by then.

        Call this method before using a refresh token that is valid only once. The new token can then be sealed without
        KMS.

        Raises:
            VaultUnavailable: KMS returned no data key.
        """
        from minutehand.connections import envelope  # imported late, because it imports cryptography

        context = _context(connection_id, owner_id)
        try:
            answer = self._kms.generate_data_key(KeyId=self._key_id, KeySpec="AES_256", EncryptionContext=context)
        except (ClientError, BotoCoreError) as error:
            raise VaultUnavailable(f"The token could not be sealed: {_name(error)}.") from error
        key, wrapped_key = answer["Plaintext"], answer["CiphertextBlob"]

        def seal(token: Mapping[str, str]) -> bytes:
            """Seal ``token``. Raise `TokenTooLarge` as `Vault.seal` does."""
            return bytes(envelope.encrypt(_plaintext(token), key, wrapped_key, context))

        return seal

    def open(self, ciphertext: bytes, connection_id: str, owner_id: str) -> dict[str, str]:
        """Decrypt ``ciphertext`` and return the token.

        Raises:
            TokenUnreadable: the token was not sealed with this key for this connection and owner, or it is damaged.
            VaultUnavailable: KMS could not decrypt the token's data key, but may do so later.
        """
        from minutehand.connections import envelope

        context = _context(connection_id, owner_id)
        try:
            sealed = envelope.Envelope.parse(bytes(ciphertext))
            return _token(envelope.decrypt(sealed, self._key(sealed.wrapped_key, context), context))
        except envelope.Damaged:
            # AWS KMS rejects a changed data key. An emulated KMS decrypts a changed key to wrong bytes, which fail
            # here.
            raise TokenUnreadable("The stored token is damaged, or was not sealed for this connection.") from None

    def _key(self, wrapped_key: bytes, context: dict[str, str]) -> bytes:
        name = _cache_key(wrapped_key, context)
        if (key := self._cached(name)) is not None:
            return key
        try:
            answer = self._kms.decrypt(KeyId=self._key_id, CiphertextBlob=wrapped_key, EncryptionContext=context)
        except (ClientError, BotoCoreError) as error:
            code = _name(error)
            if code in WRONG_CIPHERTEXT:
                raise TokenUnreadable("The stored token is damaged, or was not sealed for this connection.") from error
            raise VaultUnavailable(f"The token could not be decrypted: {code}.") from error
        self._cache(name, answer["Plaintext"])
        return answer["Plaintext"]

    def _cached(self, name: bytes) -> bytes | None:
        with self._lock:
            until, key = self._keys.get(name, (0.0, b""))
            if self._monotonic() < until:
                return key
            self._keys.pop(name, None)
            return None

    def _cache(self, name: bytes, key: bytes) -> None:
        now = self._monotonic()
        with self._lock:
            self._keys[name] = (now + KEY_CACHE_SECONDS, key)
            self._keys.move_to_end(name)
            # The oldest keys come first. Every new key removes the expired keys, even if no caller requests them again.
            while len(self._keys) > MAX_CACHED_KEYS or next(iter(self._keys.values()))[0] <= now:
                self._keys.popitem(last=False)


def _context(connection_id: str, owner_id: str) -> dict[str, str]:
    return {"connection_id": connection_id, "owner_id": owner_id}


def _cache_key(wrapped_key: bytes, context: Mapping[str, str]) -> bytes:
    # KMS checks the context. The cache key includes the context, so that a cached key does not bypass this check.
    return sha256(json.dumps(dict(context), sort_keys=True).encode() + b"\0" + wrapped_key).digest()


def _name(error: ClientError | BotoCoreError) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__


def _plaintext(token: Mapping[str, str]) -> bytes:
    plaintext = json.dumps(dict(token), ensure_ascii=False, separators=(",", ":")).encode()
    if len(plaintext) > MAX_PLAINTEXT_BYTES:
        raise TokenTooLarge(f"The token has {len(plaintext)} bytes; at most {MAX_PLAINTEXT_BYTES} can be sealed.")
    return plaintext


def _token(plaintext: bytes) -> dict[str, str]:
    try:
        token = json.loads(plaintext)
    except ValueError:
        raise TokenUnreadable("The stored token is damaged.") from None
    if not isinstance(token, dict) or not all(isinstance(value, str) for value in token.values()):
        raise TokenUnreadable("The stored token is damaged.")
    return token
