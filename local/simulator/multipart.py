"""Parse a multipart/form-data body (RFC 7578) with the standard library."""

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
    for section in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:]:
        if section.startswith(b"--"):
            break
        head, _, content = section.partition(b"\r\n\r\n")
        part = _headers(head.removeprefix(b"\r\n"))
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            parts[name] = Part(content, part.get_content_type(), part.get_filename())
    return parts


def _headers(lines: bytes) -> EmailMessage:
    """Parse the headers only, because the standard parser is slow on large files."""
    message = BytesParser(policy=HTTP).parsebytes(lines + b"\r\n\r\n", headersonly=True)
    assert isinstance(message, EmailMessage)
    return message
