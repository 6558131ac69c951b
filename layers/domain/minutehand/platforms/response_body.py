"""Read the body of a response within limits on size and time.

An owner can name the server of an account, and any server can be hostile. A few hundred bytes, compressed in several
layers, can expand to gigabytes. Before the caller can check the size, httpx decompresses every layer that the response
names. This module therefore reads the bytes as they were sent, and decompresses at most one layer itself.
"""

import time
import zlib
from collections.abc import Callable

import httpx

COMPRESSIONS = frozenset(["gzip", "x-gzip", "deflate", "br", "zstd", "compress", "x-compress", "dcb", "dcz"])
"""The values of Content-Encoding that name a compression (IANA HTTP Content Coding Registry)."""
INFLATABLE = frozenset(["gzip", "x-gzip", "deflate"])
"""The compressions that `read_body` supports. Some servers use them although the request does not ask for them."""
ANY_ZLIB_FORMAT = 32 + zlib.MAX_WBITS
"""The parameter that makes zlib recognise the formats of gzip and of deflate."""


class BadBody(httpx.DecodingError):
    """The body is larger than the limit or damaged, or its compression is not supported."""


def compressions(response: httpx.Response) -> list[str]:
    """Return the compressions that ``response`` names.

    Storage servers repeat the Content-Encoding with which a file was uploaded, such as an empty one, aws-chunked or
    base64. Such a value does not name a compression of the file, so it is ignored.
    """
    codings = response.headers.get("Content-Encoding", "").lower().split(",")
    return [coding for each in codings if (coding := each.strip()) in COMPRESSIONS]


def read_body(
    response: httpx.Response, *, max_bytes: int, seconds: float, monotonic: Callable[[], float] = time.monotonic
) -> bytes:
    """Return the decompressed body of ``response``.

    At most ``max_bytes`` plus one received block are read. A body that would exceed ``max_bytes`` after decompression
    is not decompressed completely.

    Raises:
        BadBody: the body is larger than ``max_bytes``, compressed more than once or in an unsupported way, or damaged.
        httpx.ReadTimeout: the body has not arrived after ``seconds``.
    """
    named = compressions(response)
    if len(named) > 1 or not INFLATABLE.issuperset(named):
        raise BadBody("the compression of the response is not supported")
    deadline = monotonic() + seconds
    sent = bytearray()
    assert isinstance(response.stream, httpx.SyncByteStream)
    for chunk in response.stream:  # the bytes as they were sent
        sent += chunk
        if len(sent) > max_bytes:
            raise BadBody("the response is too large")
        if monotonic() > deadline:
            raise httpx.ReadTimeout("the response body took too long")
    return _inflated(bytes(sent), max_bytes) if named and sent else bytes(sent)


def _inflated(sent: bytes, max_bytes: int) -> bytes:
    inflate = zlib.decompressobj(ANY_ZLIB_FORMAT)
    try:
        body = inflate.decompress(sent, max_bytes + 1)
    except zlib.error as error:
        raise BadBody("the response is damaged") from error
    if len(body) > max_bytes:
        raise BadBody("the response is too large")
    return body
