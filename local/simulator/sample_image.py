"""Small sample images of a sunset, drawn in code."""

import struct
import zlib
from functools import cache

WIDTH, HEIGHT = 480, 270


@cache
def png(width: int = WIDTH, height: int = HEIGHT) -> bytes:
    """Return a PNG of a sunset, with the sun in the middle."""
    left, top = (WIDTH - width) // 2, (HEIGHT - height) // 2
    rows = b"".join(b"\x00" + b"".join(_pixel(x + left, y + top) for x in range(width)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    )


def _pixel(x: int, y: int) -> bytes:
    if (x - WIDTH // 2) ** 2 + (y - 150) ** 2 < 45**2 and y < 190:
        return bytes((255, 226, 150))
    if y >= 190:
        return bytes((min(30 + (y - 190) // 2, 255), 58, 96))
    fraction = max(y, 0) / 190
    return bytes((int(70 + 175 * fraction), int(60 + 80 * fraction), int(130 - 40 * fraction)))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
