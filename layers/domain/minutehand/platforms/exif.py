"""The orientation in the EXIF data of a photo (CIPA DC-008, "Orientation"; the container is a TIFF file)."""

import struct

UPRIGHT = 1
"""The orientation of a photo that is shown as it is stored, and of a photo without EXIF data."""
TURNED = frozenset([5, 6, 7, 8])
"""The orientations that rotate a photo by 90 or 270 degrees, so that the width and the height are swapped."""
PREFIX = b"Exif\0\0"
"""The bytes before the TIFF file in a JPEG segment, and in the WebP chunks of some programs."""
MAX_ENTRIES = 512
ORIENTATION, SHORT = 0x0112, 3


def orientation(data: bytes) -> int:
    """Return the orientation in ``data``, from 1 to 8. The orientation is 1 if ``data`` contains no orientation or is
    damaged.
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None:
        return UPRIGHT
    try:
        (at,) = struct.unpack_from(f"{order}I", data, 4)
        (entries,) = struct.unpack_from(f"{order}H", data, at)
        for number in range(min(entries, MAX_ENTRIES)):
            tag, kind = struct.unpack_from(f"{order}HH", data, at + 2 + 12 * number)
            if tag == ORIENTATION:
                (value,) = struct.unpack_from(f"{order}{'H' if kind == SHORT else 'I'}", data, at + 10 + 12 * number)
                return value if 1 <= value <= 8 else UPRIGHT
    except struct.error:
        return UPRIGHT
    return UPRIGHT
