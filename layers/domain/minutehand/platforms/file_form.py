"""A multipart form with a large file, sent in chunks. The length of the form is known in advance, as S3 requires."""

from collections.abc import Callable, Iterator, Mapping

type Read = Callable[[int, int], bytes]
"""Returns bytes of the file, given the start and the length."""


class FileForm:
    """A form of type multipart/form-data: fields, followed by a file. Iterating over the form yields its bytes."""

    CHUNK_BYTES = 4 * 1024 * 1024

    def __init__(self, fields: Mapping[str, str], *, content_type: str, size: int, boundary: str, read: Read) -> None:
        """Create a form. The ``boundary`` must occur neither in the fields nor in the file."""
        head = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        head.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="video"\r\n'
            f"Content-Type: {content_type}\r\n\r\n"
        )
        self._head, self._tail = "".join(head).encode(), f"\r\n--{boundary}--\r\n".encode()
        self._size, self._read = size, read
        self.headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(self._head) + size + len(self._tail)),
        }

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        for start in range(0, self._size, self.CHUNK_BYTES):
            yield self._read(start, min(self.CHUNK_BYTES, self._size - start))
        yield self._tail


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
