"""Returns the headers that allow web pages of configured origins to call the API.

Source: https://fetch.spec.whatwg.org/#http-cors-protocol
"""

_METHODS = "GET, POST, PUT, PATCH, DELETE"
_REQUEST_HEADERS = "authorization, content-type, idempotency-key, x-owner-id, x-user-id, x-user-roles"
"""The headers that pages may send. The headers x-user-id and x-user-roles are used only on the stage local."""
_RESPONSE_HEADERS = "idempotent-replayed, link, ratelimit, ratelimit-policy, retry-after, x-request-id"
"""The headers that pages may read, in addition to those that every page may read."""
_MAX_AGE_SECONDS = 7_200
"""The time for which a browser may cache the response: two hours, which is the maximum in Chromium."""


def cors_headers(origins: str, origin: str | None) -> dict[str, str]:
    """Return the CORS headers of a response to a page of ``origin``, or to a request without an origin.

    ``origins``: the origins whose pages may call the API, separated by commas.
    """
    if not origins:
        return {}
    shared = {"vary": "origin"}  # tells caches that the response depends on the origin
    if origin is None or origin not in origins.split(","):
        return shared
    return shared | {"access-control-allow-origin": origin, "access-control-expose-headers": _RESPONSE_HEADERS}


def preflight_headers(origins: str, origin: str | None) -> dict[str, str]:
    """Return the headers of the response to a preflight request; see `cors_headers`."""
    headers = cors_headers(origins, origin)
    if "access-control-allow-origin" not in headers:
        return headers
    del headers["access-control-expose-headers"]
    return headers | {
        "access-control-allow-methods": _METHODS,
        "access-control-allow-headers": _REQUEST_HEADERS,
        "access-control-max-age": str(_MAX_AGE_SECONDS),
    }
