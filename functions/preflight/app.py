"""Responds to CORS preflight requests, with which browsers check whether a web page may call the API."""

import os
from typing import Any

from minutehand.runtime.cors import preflight_headers


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the methods and headers that a page may use, or none if the origin of the page is not configured."""
    given = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    headers = preflight_headers(os.environ.get("CORS_ORIGINS", ""), given.get("origin"))
    return {"statusCode": 204, "headers": headers, "body": ""}
