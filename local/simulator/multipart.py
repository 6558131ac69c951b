"""Reading a multipart/form-data body with the standard library."""

from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form."""

    content: bytes
    content_type: str
    filename: str | None


def parse(content_type: str, body: bytes) -> dict[str, Part]:
    """Return the fields of a form by name; empty when ``body`` is no such form."""
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts: dict[str, Part] = {}
    if message.get_content_type() != "multipart/form-data" or not message.is_multipart():
        return parts
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            parts[name] = Part(content, part.get_content_type(), part.get_filename())
    return parts
