"""The normal form of a URL, which is the same for equivalent spellings of the URL (RFC 3986, section 6.2)."""

import re
import string
from functools import lru_cache
from urllib.parse import quote, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")
RESERVED = "!$&'()*+,/:;=?@[]"
"""The characters that have a meaning in a path or a query, and therefore differ from their escapes."""
_ESCAPE, _STRAY_PERCENT = re.compile("%[0-9A-Fa-f]{2}"), re.compile("%(?![0-9A-Fa-f]{2})")


@lru_cache(maxsize=2_048)  # the same URLs are compared for each part, platform and check of a post
def normal_form(url: str) -> str:
    """Return the normal form of ``url``. Equivalent spellings of a URL have the same normal form.

    The host is in lower case and in ASCII. The user name, the password, the default port and the fragment are
    removed. A character is escaped only if it needs an escape. Use the form only to compare URLs.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url
    if parts.scheme not in DEFAULT_PORTS:
        return url.strip().lower()
    shown_port = "" if port is None or port == DEFAULT_PORTS[parts.scheme] else f":{port}"
    query = f"?{_escaped(parts.query)}" if parts.query else ""
    return f"{parts.scheme}://{_ascii(parts.hostname or '')}{shown_port}{_escaped(parts.path) or '/'}{query}"


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _escaped(text: str) -> str:
    unescaped = _ESCAPE.sub(_normal_escape, _STRAY_PERCENT.sub("%25", text))
    return quote(unescaped, safe=f"%{RESERVED}")


def _normal_escape(escape: re.Match[str]) -> str:
    character = chr(int(escape[0][1:], 16))
    return character if character in UNRESERVED else escape[0].upper()
