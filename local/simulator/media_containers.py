"""Media containers of Instagram and Threads. A container can be published once and expires after a day."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from local.simulator.faults import Faults
from local.simulator.graph_api import GraphError
from local.simulator.state import State

LIFETIME = timedelta(hours=24)


class MediaContainers:
    """The containers of one platform."""

    def __init__(self, state: State, faults: Faults, platform: str, step: str) -> None:
        """Create the store of ``platform``. ``step`` is the name of the call that creates a container."""
        self._state = state
        self._faults = faults
        self._platform, self._step = platform, step

    def create(self, account: Mapping[str, str], fields: Mapping[str, str]) -> str:
        """Create a container and return its id."""
        kinds = frozenset({"processing", "media_error", "fetch_error"})
        fault = self._faults.take(self._platform, self._step, publishing=False, kinds=kinds)
        if fault and fault.kind == "fetch_error":
            raise GraphError(9004, "Only photo or video can be accepted as media type.", 2_207_052)
        container_id = f"17{self._state.next_id()}"
        self._all()[container_id] = {
            "account": account["id"],
            "fields": {name: value for name, value in fields.items() if name != "access_token"},
            "polls_left": fault.polls if fault and fault.kind == "processing" else 0,
            "failed": fault is not None and fault.kind == "media_error",
            "disowned": False,
            "published": None,
            "expires_at": (self._state.now() + LIFETIME).timestamp(),
        }
        self._state.mark_changed()
        return container_id

    def exists(self, container_id: str) -> bool:
        """Return whether the container exists."""
        return container_id in self._all()

    def status(self, container_id: str, account: Mapping[str, str]) -> str:
        """Return the status of a container. If the container is processing, each call advances the processing."""
        container = self._find(container_id, account)
        status = self._status(container)
        if status == "IN_PROGRESS":
            container["polls_left"] -= 1
        return status

    def publish(self, container_id: str, account: Mapping[str, str], media_id: str) -> Mapping[str, Any]:
        """Mark a container as published with the id ``media_id`` and return its fields. Reject a second call."""
        container = self._find(container_id, account)
        if self._faults.take(self._platform, "publish", publishing=True, kinds=frozenset({"disowned"})):
            container["disowned"] = True
        match self._status(container):
            case "FINISHED" if container["disowned"]:
                raise GraphError(24, "The requested resource does not exist", 4_279_009)
            case "FINISHED":
                container["published"] = media_id
                self._state.mark_changed()
                fields: Mapping[str, Any] = container["fields"]
                return fields
            case "IN_PROGRESS":
                raise GraphError(9007, "Media ID is not available", 2_207_027)
            case "ERROR":
                raise GraphError(-1, "Media upload has failed", 2_207_053)
        raise GraphError(24, "The requested resource does not exist", 2_207_006)

    def fields(self, container_id: str, account: Mapping[str, str]) -> Mapping[str, str]:
        """Return the fields with which a container was created. Raise `GraphError` if the account has no
        container with this id.
        """
        fields: Mapping[str, str] = self._find(container_id, account)["fields"]
        return fields

    def _status(self, container: Mapping[str, Any]) -> str:
        if container["published"]:
            return "PUBLISHED"
        if container["failed"]:
            return "ERROR"
        if container["expires_at"] <= self._state.now().timestamp():
            return "EXPIRED"
        return "IN_PROGRESS" if container["polls_left"] else "FINISHED"

    def _find(self, container_id: str, account: Mapping[str, str]) -> dict[str, Any]:
        container: dict[str, Any] | None = self._all().get(container_id)
        if container is None or container["account"] != account["id"]:
            raise GraphError(100, f"Unsupported request. Object with ID '{container_id}' does not exist", 33)
        return container

    def _all(self) -> dict[str, Any]:
        return self._state.collection(self._platform, "containers")
