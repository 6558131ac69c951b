"""Parses a multipart/form-data body (RFC 7578) with the standard library."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form: its content with its type, and its filename if the field is a file."""

    content: bytes
    content_type: str
    filename: str | None


def parse(content_type: str, body: bytes) -> dict[str, Part]:
    """Return the fields of a form, keyed by name, or no fields if ``body`` is not a multipart form."""
    form = _headers(b"Content-Type: " + content_type.encode())
    boundary = form.get_boundary()
    parts: dict[str, Part] = {}
    if form.get_content_type() != "multipart/form-data" or not boundary:
        return parts
    delimiter = b"\r\n--" + boundary.encode()
    # The first delimiter may be the beginning of the body. The body is not split, because it may contain a large file.
    end = -2 if body.startswith(delimiter[2:]) else body.find(delimiter)
    while end != -1 and not body.startswith(b"--", begin := end + len(delimiter)):
        end = body.find(delimiter, begin)
        limit = len(body) if end == -1 else end
        head_end = body.find(b"\r\n\r\n", begin, limit)
        part = _headers(body[begin : limit if head_end == -1 else head_end].removeprefix(b"\r\n"))
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            content = b"" if head_end == -1 else body[head_end + 4 : limit]
            parts[name] = Part(content, part.get_content_type(), part.get_filename())
    return parts


def _headers(lines: bytes) -> EmailMessage:
    """Parse the headers only, because the standard parser is slow on large files."""
    message = BytesParser(policy=HTTP).parsebytes(lines + b"\r\n\r\n", headersonly=True)
    assert isinstance(message, EmailMessage)
    return message
