"""The pydantic type for the address of a server that a person names. httpx is imported on first use."""

import re
import unicodedata
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints, ValidationInfo
from pydantic.alias_generators import to_camel

from minutehand.runtime.validation import Problem

MAX_ADDRESS_CHARACTERS = 300
_ACCOUNT = re.compile(r"^@?[\w.-]+@(?=[^@/]+$)")
"""The name of an account in front of its server, as in ``@ada@example.social``."""
_PAGE = re.compile(r"/(?:@.*|(?:home|explore|deck|public|settings|about|web)(?:/.*)?)$")
"""The path of a page for people, which is copied from a browser together with the address of the server."""
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]*:[0-9a-f:.]*")


def without_format_characters(text: str) -> str:
    """Return ``text`` without invisible characters such as U+202A, which are copied together with text from web pages.

    No valid handle, address, app password or token contains such a character. The characters are removed, not refused,
    because a person who copies the text again would copy them again.
    """
    return "".join(character for character in text if unicodedata.category(character) != "Cf")


def _server(text: str, info: ValidationInfo) -> str:
    import httpx

    address = _ACCOUNT.sub("", without_format_characters(text).strip())
    address = address if "://" in address else f"https://{address}"
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode().rstrip(".")
        port = f":{parts.port}" if parts.port else ""
        if parts.scheme not in ("https", "http") or not _HOST.fullmatch(host):
            raise ValueError
        if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
            raise ValueError
        shown = f"[{host}]" if ":" in host else host
        # httpx makes the calls, so its parser decides whether the URL is valid.
        url = httpx.URL(f"{parts.scheme}://{shown}{port}{_PAGE.sub('', parts.path)}")
        _ = url.host  # decodes the host name; raises UnicodeError if the name is not valid
        return str(url).rstrip("/")
    except (ValueError, httpx.InvalidURL):
        raise Problem(
            f"{to_camel(str(info.field_name))} must be the URL of a server, such as https://example.social, without a "
            "user name, a query or a fragment.",
            allowed="such as https://example.social",
        ) from None


ServerAddress = Annotated[str, StringConstraints(max_length=MAX_ADDRESS_CHARACTERS), AfterValidator(_server)]
"""The URL of a server, without a trailing slash. The default scheme is https. The name of an account in front of the
server, and the path of a page for people, are removed. The module `network` checks whether the server is public.
"""
