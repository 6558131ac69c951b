"""Reads a multipart form whose last field is a large file, without holding the file in memory."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass

from local.simulator import multipart

MAX_FIELDS_BYTES = 64 * 1024
FILE_HEADER = b'name="file"'

type StoreChunk = Callable[[int, bytes], None]
"""Stores a chunk of the file at an offset. The last two chunks may contain the closing delimiter, so truncate
the file to `StreamedForm.file_size` afterwards.
"""


@dataclass(frozen=True, slots=True)
class StreamedForm:
    """The fields before the file, and the file's size. The size is None if the form has no file or is incomplete."""

    fields: Mapping[str, multipart.Part]
    file_size: int | None


async def read(content_type: str, stream: AsyncIterator[bytes], store: StoreChunk) -> StreamedForm:
    """Read a form chunk by chunk and pass the chunks of its file to ``store``."""
    closing = b"\r\n--" + content_type.partition("boundary=")[2].encode() + b"--\r\n"
    beginning, end, total, start = b"", b"", 0, 0
    async for chunk in stream:
        if start:
            store(total - start, chunk)
        elif len(beginning) < MAX_FIELDS_BYTES:
            beginning += chunk
            if start := _file_start(beginning):
                store(0, beginning[start:])
        end = (end + chunk)[-len(closing) :]
        total += len(chunk)
    if not start or end != closing:
        return StreamedForm({}, None)
    fields = multipart.parse(content_type, beginning[:start] + closing)
    return StreamedForm(fields, total - start - len(closing))


def _file_start(beginning: bytes) -> int:
    """Return the offset at which the file begins, or 0 if ``beginning`` ends before the file."""
    header = beginning.find(FILE_HEADER)
    end = beginning.find(b"\r\n\r\n", header)
    return 0 if header < 0 or end < 0 else end + 4
