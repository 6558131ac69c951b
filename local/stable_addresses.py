"""Stable addresses of the local API, instead of the emulator's addresses, which contain a changing id.

The emulator serves an API at `/_aws/execute-api/<id>/<stage>`. The id changes when the API is deployed again.
Stable addresses keep bookmarks, the examples in the docs, and the redirect addresses of OAuth clients valid.
"""

from collections.abc import Callable

from local.cross_site_guard import Application, Receive, Scope, Send

_STAGE = "local"
_ROOTS = ("/api/social", "/planner")


class StableAddresses:
    """ASGI middleware that serves the API and the planner at the root of the emulator's address."""

    def __init__(self, application: Application, api_id: Callable[[], str | None]) -> None:
        """Wrap ``application``. ``api_id`` returns the id of the deployed API, or None before the first deployment."""
        self._application = application
        self._api_id = api_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward the request with the address that the emulator expects."""
        if scope["type"] == "http" and _is_ours(scope["path"]) and (api_id := self._api_id()):
            prefix = f"/_aws/execute-api/{api_id}/{_STAGE}"
            raw_path = scope.get("raw_path") or scope["path"].encode()
            scope = {**scope, "path": prefix + scope["path"], "raw_path": prefix.encode() + raw_path}
        await self._application(scope, receive, send)


def _is_ours(path: str) -> bool:
    return any(path == root or path.startswith(f"{root}/") for root in _ROOTS)
