"""The sealed form of a token: what encrypts it, and the bytes in which it is stored.

A token is encrypted with a data key of its own (AES-256-GCM), and the data key by AWS KMS. Both stand in the blob:
a version byte, the length of the wrapped key (2 bytes, big-endian), the wrapped key, the nonce, the ciphertext with
its tag. Whatever stands in front of the nonce is authenticated too, and so is whose token it is: a blob that is cut,
changed, put together from two, or moved to another connection or owner does not open.
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
    """These bytes are no sealed token, or not one of this connection and owner."""


class Envelope(NamedTuple):
    """A sealed token in its parts."""

    wrapped_key: bytes
    nonce: bytes
    ciphertext: bytes

    @classmethod
    def parse(cls, blob: bytes) -> Self:
        """Take a stored blob apart.

        Raises:
            Damaged: it is none, or of a version that is not known.
        """
        if len(blob) < _HEAD_BYTES or blob[0] != VERSION:
            raise Damaged
        nonce_at = _HEAD_BYTES + int.from_bytes(blob[1:_HEAD_BYTES])
        text_at = nonce_at + NONCE_BYTES
        if len(blob) < text_at + TAG_BYTES:
            raise Damaged
        return cls(blob[_HEAD_BYTES:nonce_at], blob[nonce_at:text_at], blob[text_at:])

    def __bytes__(self) -> bytes:
        """Return the blob that is stored."""
        return _head(self.wrapped_key) + self.nonce + self.ciphertext


def encrypt(plaintext: bytes, key: bytes, wrapped_key: bytes, context: Mapping[str, str]) -> Envelope:
    """Encrypt ``plaintext`` with ``key`` for whom ``context`` names."""
    nonce = os.urandom(NONCE_BYTES)
    return Envelope(wrapped_key, nonce, AESGCM(key).encrypt(nonce, plaintext, _authenticated(wrapped_key, context)))


def decrypt(envelope: Envelope, key: bytes, context: Mapping[str, str]) -> bytes:
    """Return what was encrypted.

    Raises:
        Damaged: the key is another, or anything that is authenticated was changed.
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
