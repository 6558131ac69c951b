"""Tokens at rest: envelope encryption with AWS KMS, bound to the connection and the owner they belong to.

Each token is encrypted here with a data key of its own, which KMS makes and wraps (`envelope` has the form). The
encryption context, which KMS authenticates with the data key and we with the token, names connection and owner: what is
moved to another does not open. Who may only GenerateDataKey can seal and not open; to open takes Decrypt.
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
"""More than any platform's tokens have; a row stays a row."""
KEPT_SECONDS = 300.0
MAX_KEPT = 1_000
WRONG_CIPHERTEXT = frozenset(["InvalidCiphertextException", "IncorrectKeyException"])

type PreparedSeal = Callable[[Mapping[str, str]], bytes]
"""Seals one token for the connection and the owner that it was prepared for. Needs nobody else for it."""


class VaultUnavailable(Exception):
    """KMS cannot be asked now, or does not let us: nothing is known about the token."""


class TokenUnreadable(Exception):
    """This ciphertext holds no token of this connection and owner, and never will."""


class TokenTooLarge(Exception):
    """The token is larger than what is stored."""


class Vault:
    """Seals and opens tokens. Safe to share between threads.

    The data keys of opened tokens are kept in memory for 5 minutes; those of sealed ones, and tokens, are not.
    """

    def __init__(self, kms: "KMSClient", key_id: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        """``key_id``: id, ARN or alias of a symmetric KMS key. ``monotonic`` counts seconds."""
        self._kms = kms
        self._key_id = key_id
        self._monotonic = monotonic
        self._turn = threading.Lock()
        self._keys: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()

    def seal(self, token: Mapping[str, str], connection_id: str, owner_id: str) -> bytes:
        """Return ``token`` as a ciphertext that opens for this connection and owner only.

        Raises:
            TokenTooLarge: it has more than 64 KiB as JSON.
            VaultUnavailable: KMS gave no key for it.
        """
        _plaintext(token)  # before KMS is asked for nothing
        return self.prepare(connection_id, owner_id)(token)

    def prepare(self, connection_id: str, owner_id: str) -> PreparedSeal:
        """Return what seals one token later, whether KMS is there by then or not.

        To be called before a refresh token is spent: then its successor can be sealed for certain.

        Raises:
            VaultUnavailable: KMS gave no key.
        """
        from minutehand.connections import envelope  # brings cryptography

        context = _context(connection_id, owner_id)
        try:
            answer = self._kms.generate_data_key(KeyId=self._key_id, KeySpec="AES_256", EncryptionContext=context)
        except (ClientError, BotoCoreError) as error:
            raise VaultUnavailable(f"The token could not be sealed: {_name(error)}.") from error
        key, wrapped_key = answer["Plaintext"], answer["CiphertextBlob"]

        def seal(token: Mapping[str, str]) -> bytes:
            """Raises `TokenTooLarge`, as `Vault.seal` does."""
            return bytes(envelope.encrypt(_plaintext(token), key, wrapped_key, context))

        return seal

    def open(self, ciphertext: bytes, connection_id: str, owner_id: str) -> dict[str, str]:
        """Return the token in ``ciphertext``.

        Raises:
            TokenUnreadable: it was not sealed for this connection and owner with this key, or is damaged.
            VaultUnavailable: KMS did not open its data key, and may do so later.
        """
        from minutehand.connections import envelope

        context = _context(connection_id, owner_id)
        try:
            sealed = envelope.Envelope.parse(bytes(ciphertext))
            return _token(envelope.decrypt(sealed, self._key(sealed.wrapped_key, context), context))
        except envelope.Damaged:
            # Also what an emulated KMS makes of a changed data key: other bytes, where AWS refuses.
            raise TokenUnreadable("The stored token does not open for this connection.") from None

    def _key(self, wrapped_key: bytes, context: dict[str, str]) -> bytes:
        name = _kept_under(wrapped_key, context)
        if (kept := self._kept(name)) is not None:
            return kept
        try:
            answer = self._kms.decrypt(KeyId=self._key_id, CiphertextBlob=wrapped_key, EncryptionContext=context)
        except (ClientError, BotoCoreError) as error:
            code = _name(error)
            if code in WRONG_CIPHERTEXT:
                raise TokenUnreadable("The stored token does not open for this connection.") from error
            raise VaultUnavailable(f"The token could not be opened: {code}.") from error
        self._keep(name, answer["Plaintext"])
        return answer["Plaintext"]

    def _kept(self, name: bytes) -> bytes | None:
        with self._turn:
            until, key = self._keys.get(name, (0.0, b""))
            if self._monotonic() < until:
                return key
            self._keys.pop(name, None)
            return None

    def _keep(self, name: bytes, key: bytes) -> None:
        now = self._monotonic()
        with self._turn:
            self._keys[name] = (now + KEPT_SECONDS, key)
            self._keys.move_to_end(name)
            # The oldest stand in front: what has had its time goes, whether or not anybody asks for it again.
            while len(self._keys) > MAX_KEPT or next(iter(self._keys.values()))[0] <= now:
                self._keys.popitem(last=False)


def _context(connection_id: str, owner_id: str) -> dict[str, str]:
    return {"connection_id": connection_id, "owner_id": owner_id}


def _kept_under(wrapped_key: bytes, context: Mapping[str, str]) -> bytes:
    # Holds what KMS checks: a kept key opens for nobody else either.
    return sha256(json.dumps(dict(context), sort_keys=True).encode() + b"\0" + wrapped_key).digest()


def _name(error: ClientError | BotoCoreError) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__


def _plaintext(token: Mapping[str, str]) -> bytes:
    plaintext = json.dumps(dict(token), ensure_ascii=False, separators=(",", ":")).encode()
    if len(plaintext) > MAX_PLAINTEXT_BYTES:
        raise TokenTooLarge(f"The token has {len(plaintext)} bytes; {MAX_PLAINTEXT_BYTES} can be sealed.")
    return plaintext


def _token(plaintext: bytes) -> dict[str, str]:
    try:
        token = json.loads(plaintext)
    except ValueError:
        raise TokenUnreadable("The stored token is damaged.") from None
    if not isinstance(token, dict) or not all(isinstance(value, str) for value in token.values()):
        raise TokenUnreadable("The stored token is damaged.")
    return token
