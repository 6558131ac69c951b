"""Serves the OpenAPI document of the API, which `make openapi` has written.

The function uses the standard library only and reads no data, so that the document is there even without a database.
"""

from functools import cache
from pathlib import Path
from typing import Any

_DOCUMENT = Path(__file__).with_name("openapi.json")


def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the document. Pages of every origin may read it, because it is not secret."""
    return {
        "statusCode": 200,
        "headers": {
            "content-type": "application/json; charset=utf-8",
            "cache-control": "public, max-age=300",
            "access-control-allow-origin": "*",
            "x-content-type-options": "nosniff",
        },
        "body": _document(),
    }


@cache
def _document() -> str:
    return _DOCUMENT.read_text(encoding="utf-8")
