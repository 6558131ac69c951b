"""The sealed form of an OAuth client that Minutehand registered for one authorization.

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

    fields = {"id": client.client_id, "secret": client.client_secret, "server": client.server}
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_key(state, salt)).encrypt(nonce, json.dumps(fields).encode(), None)


def unseal(sealed: bytes, state: str, salt: bytes) -> "OAuthClient":
    """Return the client that was sealed with the same ``state`` and ``salt``.

    Raises:
        cryptography.exceptions.InvalidTag: the bytes were changed, or sealed with another state or salt.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from minutehand.platforms.oauth2.provider import OAuthClient

    nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    fields = json.loads(AESGCM(_key(state, salt)).decrypt(nonce, ciphertext, None))
    return OAuthClient(fields["id"], fields["secret"], fields["server"])


def _key(state: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, salt, b"sealed client").derive(state.encode())
