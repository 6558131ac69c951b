"""The sealed form in which a token is stored.

Each token is encrypted with a separate data key (AES-256-GCM), and AWS KMS wraps the data key. The stored blob consists
of a version byte, the length of the wrapped key (2 bytes, big-endian), the wrapped key, the nonce, and the ciphertext
with its tag. The bytes before the nonce are authenticated too, together with the token's connection and owner. A blob
that was truncated, changed, assembled from two blobs, or moved to another connection or owner cannot be opened.
"""

import json
import os
from collections.abc import Mapping
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = 1
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
_LENGTH_BYTES = 2
_HEAD_BYTES = 1 + _LENGTH_BYTES


class Damaged(Exception):
    """The bytes are not a token that was sealed for this connection and owner."""


class Envelope(NamedTuple):
    """The fields of a sealed token."""

    wrapped_key: bytes
    nonce: bytes
    ciphertext: bytes

    @classmethod
    def parse(cls, blob: bytes) -> Self:
        """Return the fields of a stored blob.

        Raises:
            Damaged: the bytes are too short for a blob, or begin with an unknown version.
        """
        if len(blob) < _HEAD_BYTES or blob[0] != VERSION:
            raise Damaged
        nonce_at = _HEAD_BYTES + int.from_bytes(blob[1:_HEAD_BYTES])
        text_at = nonce_at + NONCE_BYTES
        if len(blob) < text_at + TAG_BYTES:
            raise Damaged
        return cls(blob[_HEAD_BYTES:nonce_at], blob[nonce_at:text_at], blob[text_at:])

    def __bytes__(self) -> bytes:
        """Return these fields as the blob to store."""
        return _head(self.wrapped_key) + self.nonce + self.ciphertext


def encrypt(plaintext: bytes, key: bytes, wrapped_key: bytes, context: Mapping[str, str]) -> Envelope:
    """Encrypt ``plaintext`` with ``key``, bound to ``context``, which names the connection and the owner."""
    nonce = os.urandom(NONCE_BYTES)
    return Envelope(wrapped_key, nonce, AESGCM(key).encrypt(nonce, plaintext, _authenticated(wrapped_key, context)))


def decrypt(envelope: Envelope, key: bytes, context: Mapping[str, str]) -> bytes:
    """Decrypt a sealed token and return the plaintext.

    Raises:
        Damaged: the key or the context is wrong, or the envelope was changed.
    """
    if len(key) != KEY_BYTES:
        raise Damaged
    authenticated = _authenticated(envelope.wrapped_key, context)
    try:
        return AESGCM(key).decrypt(envelope.nonce, envelope.ciphertext, authenticated)
    except InvalidTag:
        raise Damaged from None


def _head(wrapped_key: bytes) -> bytes:
    return bytes([VERSION]) + len(wrapped_key).to_bytes(_LENGTH_BYTES) + wrapped_key


def _authenticated(wrapped_key: bytes, context: Mapping[str, str]) -> bytes:
    return _head(wrapped_key) + json.dumps(dict(context), sort_keys=True, separators=(",", ":")).encode()
