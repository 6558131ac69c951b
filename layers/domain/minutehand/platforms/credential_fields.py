"""Pydantic types for credentials that people paste. No error message repeats the value, which may be a secret."""

import re
import unicodedata
from typing import Annotated
from urllib.parse import urlsplit

import httpx
from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo
from pydantic.alias_generators import to_camel

from minutehand.runtime.validation import Problem

MAX_NAME_CHARACTERS = 254
"""The maximum length of a handle or an e-mail address."""
MAX_PASSWORD_CHARACTERS = 256
MAX_TOKEN_CHARACTERS = 2_048
MAX_ADDRESS_CHARACTERS = 300
_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
"""The syntax of a bearer token (RFC 6750, section 2.1)."""
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]*:[0-9a-f:.]*")


def _field(info: ValidationInfo) -> str:
    return to_camel(str(info.field_name))


def _without_format_characters(text: str) -> str:
    """Return ``text`` without invisible characters such as U+202A, which are copied together with text from web pages.

    No valid handle, address, app password or token contains such a character. The characters are removed, not refused,
    because a person who copies the text again would copy them again.
    """
    return "".join(character for character in text if unicodedata.category(character) != "Cf")


def _printable(text: str, info: ValidationInfo) -> str:
    value = _without_format_characters(text).strip()
    if not value:
        raise Problem(f"{_field(info)} may not be blank.")
    if not value.isprintable():
        raise Problem(f"{_field(info)} contains invisible characters. Copy or type it again.")
    return value


def _account_name(text: str, info: ValidationInfo) -> str:
    return _printable(_printable(text, info).removeprefix("@"), info)


def _token(text: str, info: ValidationInfo) -> str:
    token = _printable(text, info)
    if not _TOKEN.fullmatch(token):
        raise Problem(f"{_field(info)} contains characters that are not allowed in an access token. Copy it again.")
    return token


def _server(text: str, info: ValidationInfo) -> str:
    address = _without_format_characters(text).strip()
    address = address if "://" in address else f"https://{address}"
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
        if parts.scheme not in ("https", "http") or not _HOST.fullmatch(host):
            raise ValueError
        if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
            raise ValueError
        shown = f"[{host}]" if ":" in host else host
        # httpx makes the calls, so its parser decides whether the URL is valid.
        url = httpx.URL(f"{parts.scheme}://{shown}{port}{parts.path}")
        _ = url.host  # decodes the host name; raises UnicodeError if the name is not valid
        return str(url).rstrip("/")
    except (ValueError, httpx.InvalidURL):
        raise Problem(
            f"{_field(info)} must be the URL of a server, such as https://example.social, without a user name, a query "
            "or a fragment.",
            allowed="such as https://example.social",
        ) from None


AccountName = Annotated[str, StringConstraints(max_length=MAX_NAME_CHARACTERS), AfterValidator(_account_name)]
"""A handle, with or without a leading @, or an e-mail address."""
Password = Annotated[
    str, StringConstraints(max_length=MAX_PASSWORD_CHARACTERS), AfterValidator(_printable), Field(repr=False)
]
AccessToken = Annotated[
    str, StringConstraints(max_length=MAX_TOKEN_CHARACTERS), AfterValidator(_token), Field(repr=False)
]
ServerAddress = Annotated[str, StringConstraints(max_length=MAX_ADDRESS_CHARACTERS), AfterValidator(_server)]
"""The URL of a server, without a trailing slash. The default scheme is https. The module `network` checks whether the
server is public.
"""
