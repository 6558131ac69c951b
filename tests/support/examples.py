"""The example requests of docs/api.md."""

import json
from typing import Any

from local.openapi.reference import calls


def examples() -> dict[str, list[dict[str, Any]]]:
    """Return the queries and the JSON bodies of the examples, keyed by the call, such as ``GET posts/list``.

    PUT has the examples of PATCH.
    """
    return {
        f"{method} {path}": [
            request.query | json.loads(request.body or "{}")
            for request in section.requests()
            if request.route[1] == path and (request.body or "{").startswith("{")
        ]
        for (method, path), section in calls().items()
    }
