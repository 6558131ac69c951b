"""Reading a form whose last field is a large file, without holding the file."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass

from local.simulator import multipart

MAX_FIELDS_BYTES = 64 * 1024
FILE_BEGINS = b'name="file"'

type Keep = Callable[[int, bytes], None]
"""Takes a piece of the file that begins at an offset. What comes last may be more than the file: see the size."""


@dataclass(frozen=True, slots=True)
class StreamedForm:
    """The fields before the file, and the file's size; None when the form has no file, or does not end."""

    fields: Mapping[str, multipart.Part]
    file_size: int | None


async def read(content_type: str, stream: AsyncIterator[bytes], keep: Keep) -> StreamedForm:
    """Read a form piece by piece."""
    closing = b"\r\n--" + content_type.partition("boundary=")[2].encode() + b"--\r\n"
    beginning, end, total, start = b"", b"", 0, 0
    async for piece in stream:
        if start:
            keep(total - start, piece)
        elif len(beginning) < MAX_FIELDS_BYTES:
            beginning += piece
            if start := _file_start(beginning):
                keep(0, beginning[start:])
        end = (end + piece)[-len(closing) :]
        total += len(piece)
    if not start or end != closing:
        return StreamedForm({}, None)
    fields = multipart.parse(content_type, beginning[:start] + closing)
    return StreamedForm(fields, total - start - len(closing))


def _file_start(beginning: bytes) -> int:
    """Return where the file begins; 0 when that has not come yet."""
    header = beginning.find(FILE_BEGINS)
    end = beginning.find(b"\r\n\r\n", header)
    return 0 if header < 0 or end < 0 else end + 4
