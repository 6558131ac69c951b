"""Pydantic types for credentials that people paste. No error message repeats the value, which may be a secret."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo
from pydantic.alias_generators import to_camel

from minutehand.platforms.server_address import without_format_characters
from minutehand.runtime.validation import Problem

MAX_NAME_CHARACTERS = 254
"""The maximum length of a handle or an e-mail address."""
MAX_PASSWORD_CHARACTERS = 256
MAX_TOKEN_CHARACTERS = 2_048
_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
"""The syntax of a bearer token (RFC 6750, section 2.1)."""


def _field(info: ValidationInfo) -> str:
    return to_camel(str(info.field_name))


def _printable(text: str, info: ValidationInfo) -> str:
    value = without_format_characters(text).strip()
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


AccountName = Annotated[str, StringConstraints(max_length=MAX_NAME_CHARACTERS), AfterValidator(_account_name)]
"""A handle, with or without a leading @, or an e-mail address."""
Password = Annotated[
    str, StringConstraints(max_length=MAX_PASSWORD_CHARACTERS), AfterValidator(_printable), Field(repr=False)
]
AccessToken = Annotated[
    str, StringConstraints(max_length=MAX_TOKEN_CHARACTERS), AfterValidator(_token), Field(repr=False)
]
