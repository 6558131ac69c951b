"""Reading a form whose last field is a large file, without keeping the file."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from local.simulator import multipart

MOST_FIELDS_BYTES = 64 * 1024
FILE_BEGINS = b'name="file"'


@dataclass(frozen=True, slots=True)
class LargeForm:
    """The fields before the file, and the file's size; None when the form has no file, or does not end."""

    fields: Mapping[str, multipart.Part]
    file_size: int | None


async def read(content_type: str, stream: AsyncIterator[bytes]) -> LargeForm:
    """Read a form piece by piece."""
    closing = b"\r\n--" + content_type.partition("boundary=")[2].encode() + b"--\r\n"
    beginning, end, total = b"", b"", 0
    async for piece in stream:
        beginning += piece[: MOST_FIELDS_BYTES - len(beginning)]
        end = (end + piece)[-len(closing) :]
        total += len(piece)
    header = beginning.find(FILE_BEGINS)
    start = beginning.find(b"\r\n\r\n", header) + 4
    if header < 0 or start < 4 or end != closing:
        return LargeForm({}, None)
    fields = multipart.parse(content_type, beginning[:start] + closing)
    return LargeForm(fields, total - start - len(closing))
