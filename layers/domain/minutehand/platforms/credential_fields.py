"""Fields of credentials, as people paste them. No sentence here repeats what was given: it may be a secret."""

import re
from typing import Annotated
from urllib.parse import urlsplit

import httpx
from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo
from pydantic.alias_generators import to_camel

from minutehand.runtime.validation import Problem

MAX_NAME_CHARACTERS = 254
"""As long as an e-mail address may be."""
MAX_PASSWORD_CHARACTERS = 256
MAX_TOKEN_CHARACTERS = 2_048
MAX_ADDRESS_CHARACTERS = 300
_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
"""RFC 6750, section 2.1."""
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]*:[0-9a-f:.]*")


def _field(info: ValidationInfo) -> str:
    return to_camel(str(info.field_name))


def _word(text: str, info: ValidationInfo) -> str:
    word = text.strip()
    if not word:
        raise Problem(f"{_field(info)} may not be empty.")
    if not word.isprintable():
        raise Problem(f"{_field(info)} contains characters that cannot be seen. Copy or type it again.")
    return word


def _account_name(text: str, info: ValidationInfo) -> str:
    return _word(_word(text, info).removeprefix("@"), info)


def _token(text: str, info: ValidationInfo) -> str:
    token = _word(text, info)
    if not _TOKEN.fullmatch(token):
        raise Problem(f"{_field(info)} contains characters that no access token has. Copy it again.")
    return token


def _server(text: str, info: ValidationInfo) -> str:
    address = text.strip()
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
        # httpx has the last word on what an address is, as it is the one to call it.
        return str(httpx.URL(f"{parts.scheme}://{shown}{port}{parts.path}")).rstrip("/")
    except (ValueError, httpx.InvalidURL):
        raise Problem(
            f"{_field(info)} must be the address of a server, such as https://example.social.",
            allowed="such as https://example.social",
        ) from None


AccountName = Annotated[str, StringConstraints(max_length=MAX_NAME_CHARACTERS), AfterValidator(_account_name)]
"""A handle, with or without @, or an e-mail address."""
Password = Annotated[
    str, StringConstraints(max_length=MAX_PASSWORD_CHARACTERS), AfterValidator(_word), Field(repr=False)
]
AccessToken = Annotated[
    str, StringConstraints(max_length=MAX_TOKEN_CHARACTERS), AfterValidator(_token), Field(repr=False)
]
ServerAddress = Annotated[str, StringConstraints(max_length=MAX_ADDRESS_CHARACTERS), AfterValidator(_server)]
"""An address without a slash at its end; https where none is named. Whether it may be called, the client decides."""
