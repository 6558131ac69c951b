"""Thumbnails, which clients make and which may be anything."""

import base64
import os

import pytest

from local.simulator import sample_image
from minutehand.media.thumbnail import MAX_BASE64_CHARACTERS, MAX_SIDE, MAX_THUMBNAIL_BYTES, parse
from minutehand.runtime.validation import Problem
from tests.support.media_samples import canvas, lossless, lossy, webp

WHOLE = webp(lossy(320, 200))


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def padded(size: int) -> bytes:
    """Return a WebP image with ``size`` bytes."""
    image = webp(lossy(320, 200))
    return webp(lossy(320, 200), (b"XMP ", bytes(size - len(image) - 8)))


@pytest.mark.parametrize(
    "content",
    [WHOLE, webp(lossless(MAX_SIDE, MAX_SIDE)), webp(canvas(1, 1, flags=2), (b"ANIM", bytes(6))), padded(20_000)],
    ids=["lossy", "largest side", "smallest", "largest size"],
)
def test_webp_image_within_the_limits_is_accepted(content: bytes) -> None:
    assert parse(encoded(content)) == content
    assert len(encoded(content)) <= MAX_BASE64_CHARACTERS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not base64!", "base64"),
        ("é", "base64"),
        (encoded(WHOLE)[:-1], "base64"),
        (encoded(b""), "one complete WebP image, without further data"),
        (encoded(sample_image.png()), "one complete WebP image, without further data"),
        (encoded(b"<svg onload=alert(1)>"), "one complete WebP image, without further data"),
        (encoded(WHOLE[:-1]), "one complete WebP image, without further data"),
        (encoded(WHOLE + b"<script>"), "one complete WebP image, without further data"),
        (encoded(b"RIFF\x04\x00\x00\x00WEBP"), "one complete WebP image, without further data"),
        (encoded(webp(lossy(MAX_SIDE + 1, 10))), "513 x 10 pixels"),
        (encoded(webp(lossless(10, MAX_SIDE + 1))), "10 x 513 pixels"),
        (encoded(webp(canvas(9_000, 9_000))), "9000 x 9000 pixels"),
        (encoded(padded(MAX_THUMBNAIL_BYTES + 2)), "20,002 bytes"),
        (encoded(os.urandom(16)), "one complete WebP image, without further data"),
    ],
    ids=[
        *("words", "accent", "cut base64", "nothing", "png", "svg", "cut", "appended", "no image"),
        *("wide", "high", "canvas", "too large", "noise"),
    ],
)
def test_anything_else_is_refused(text: str, words: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(text)

    assert words in str(caught.value)
