"""The sealed form of an OAuth client during one authorization.

The key is derived from the state, which only the browser has, and from a salt, which only the database has. Neither of
them alone reveals the client, and no other key is needed.
"""

import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minutehand.platforms.oauth2.provider import OAuthClient

NONCE_BYTES = 12
KEY_BYTES = 32


def seal(client: "OAuthClient", state: str, salt: bytes) -> bytes:
    """Encrypt the id, the secret and the server of ``client``, and return the bytes to store (AES-256-GCM)."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from minutehand.platforms.oauth2.provider import client_text

    plaintext, nonce = json.dumps([client.server, client_text(client)]).encode(), os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_key(state, salt)).encrypt(nonce, plaintext, None)


def unseal(sealed: bytes, state: str, salt: bytes) -> "OAuthClient":
    """Return the client that was sealed with the same ``state`` and ``salt``.

    Raises:
        cryptography.exceptions.InvalidTag: the bytes were changed, or sealed with another state or salt.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from minutehand.platforms.oauth2.provider import parse_client

    nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    server, text = json.loads(AESGCM(_key(state, salt)).decrypt(nonce, ciphertext, None))
    return parse_client(text, server)


def _key(state: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, salt, b"sealed client").derive(state.encode())
