"""The text of an API token: a prefix that names the mode, 43 random characters, and a checksum of six characters.

The checksum reveals a mistyped token without a look-up. The prefix and the checksum let secret scanners find tokens in
files. GitHub's tokens have a similar form (github.blog, "Behind GitHub's new authentication token formats").
"""

import hashlib
import re
import secrets
import string
import zlib

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM_CHARACTERS = 43
"""The number of random characters. 62 to the power of 43 is more than 2 to the power of 256."""
CHECKSUM_CHARACTERS = 6
SHOWN_RANDOM_CHARACTERS = 4
"""The number of random characters in the part of a secret that stays visible."""
_FORM = re.compile(f"mh_(?:live|test)_[0-9A-Za-z]{{{RANDOM_CHARACTERS + CHECKSUM_CHARACTERS}}}", re.ASCII)


def generate(mode: str) -> str:
    """Return a new secret. ``mode``: ``live`` or ``test``."""
    text = f"mh_{mode}_" + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return text + _checksum(text)


def is_well_formed(secret: str) -> bool:
    """Return whether ``secret`` has the form and the checksum of an API token."""
    text, checksum = secret[:-CHECKSUM_CHARACTERS], secret[-CHECKSUM_CHARACTERS:]
    return _FORM.fullmatch(secret) is not None and checksum == _checksum(text)


def digest(secret: str) -> bytes:
    """Return the hash under which a secret is stored.

    One round of SHA-256 is enough, because nobody can guess 256 random bits.
    """
    return hashlib.sha256(secret.encode()).digest()


def beginning(secret: str) -> str:
    """Return the visible part of a secret, by which a person recognises a token, such as ``mh_live_7Kd0``."""
    return secret[: len("mh_live_") + SHOWN_RANDOM_CHARACTERS]


def _checksum(text: str) -> str:
    """Return the CRC-32 of ``text`` in base 62."""
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(CHECKSUM_CHARACTERS):  # 62 to the power of six is more than 2 to the power of 32
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits
