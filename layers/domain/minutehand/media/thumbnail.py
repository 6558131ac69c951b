"""Thumbnails of media items: small WebP images that clients make and send when an upload is complete."""

import base64
import binascii

from minutehand.platforms import media_format
from minutehand.runtime.validation import Problem

CONTENT_TYPE = "image/webp"
MAX_THUMBNAIL_BYTES = 20_000
MAX_BASE64_CHARACTERS = -(-MAX_THUMBNAIL_BYTES // 3) * 4
MAX_SIDE = 512
_RIFF_HEADER_BYTES = 8
"""The number of bytes at the beginning that the size in a RIFF header does not include. Source: WebP container
specification.
"""


def parse(text: str) -> bytes:
    """Return the image in ``text``, which is base64.

    Raises:
        Problem: the text is not base64, or not one complete WebP image within the limits.
    """
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Problem("thumbnail must be a WebP image in base64.") from None
    if len(content) > MAX_THUMBNAIL_BYTES:
        allowed = f"at most {MAX_THUMBNAIL_BYTES:,} bytes"
        raise Problem(f"thumbnail has {len(content):,} bytes; {allowed} are allowed.", allowed=allowed)
    announced = int.from_bytes(content[4:_RIFF_HEADER_BYTES], "little") + _RIFF_HEADER_BYTES
    if media_format.content_type(content) != CONTENT_TYPE or announced != len(content):
        raise Problem("thumbnail must be one complete WebP image, without further data.")
    size = media_format.dimensions(content)
    if not size.width or not size.height:
        raise Problem("thumbnail must be one complete WebP image, without further data.")
    if max(size.width, size.height) > MAX_SIDE:
        allowed = f"at most {MAX_SIDE} x {MAX_SIDE} pixels"
        raise Problem(f"thumbnail has {size.width} x {size.height} pixels; {allowed} are allowed.", allowed=allowed)
    return content
