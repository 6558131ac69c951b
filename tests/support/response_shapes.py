"""Responses of another shape: each field of a recorded response missing, or replaced by a value of another type.

`Recorder` records the responses of a simulated platform. `changed_responses` changes one field at a time. `Replay`
plays the recorded responses, with one of them changed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from tests.support.sweeps import is_chosen

MISSING = "missing"
DIGITS = "9" * 20
"""A number as text that is larger than any id or time."""
VALUES: Sequence[Any] = (MISSING, None, [], {}, 10**20, "text", DIGITS)
MAX_CALLS = 60
PLAIN_HEADERS = frozenset(["content-type", "content-length", "date", "server", "cache-control"])
"""The headers that no adapter reads."""

type Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Response:
    """A recorded response to the call ``name``."""

    name: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        """The decoded JSON, or None if the body is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def with_data(self, data: Any) -> "Response":
        """Return the response with another body."""
        return replace(self, body=json.dumps(data).encode())


@dataclass(frozen=True)
class Change:
    """The response at ``position`` of the recording is replaced by ``response``."""

    what: str
    position: int
    response: Response
    path: Path = ()
    value: Any = None

    @property
    def is_in_list(self) -> bool:
        """Whether an entry of a list, or a field of an entry, is changed."""
        return any(isinstance(name, int) for name in self.path)

    @property
    def is_empty_list(self) -> bool:
        """Whether a field is an empty list."""
        return bool(self.path) and self.value == []

    def __str__(self) -> str:
        return self.what


class Recorder(httpx.BaseTransport):
    """Sends requests with ``transport``, and records the responses."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport
        self.responses: list[Response] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._transport.handle_request(request)
        response.read()
        headers = {name: value for name, value in response.headers.items() if name not in PLAIN_HEADERS}
        self.responses.append(Response(_name(request), response.status_code, headers, response.content))
        return httpx.Response(response.status_code, headers=response.headers, content=response.content)

    def close(self) -> None:
        self._transport.close()


@dataclass
class Replay(httpx.BaseTransport):
    """Responds to each call with the recorded responses to this call, in order. The last one is repeated."""

    recorded: Sequence[Response]
    change: Change | None = None
    served: list[Response] = field(default_factory=list)

    def __post_init__(self) -> None:
        responses = list(self.recorded)
        if self.change is not None:
            responses[self.change.position] = self.change.response
        self._left: dict[str, list[Response]] = {}
        for response in responses:
            self._left.setdefault(response.name, []).append(response)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert len(self.served) < MAX_CALLS, f"endless calls, after: {self.change}"
        request.read()
        if request.url.scheme not in ("http", "https"):
            raise httpx.UnsupportedProtocol("no protocol", request=request)
        left = self._left.get(_name(request), [Response(_name(request), 404, {}, b"{}")])
        response = left.pop(0) if len(left) > 1 else left[0]
        self.served.append(response)
        return httpx.Response(response.status, headers=response.headers, content=response.body)


def changed_responses(recorded: Sequence[Response]) -> Iterator[Change]:
    """Yield every recorded response with one value of its body or one header missing or replaced.

    `make test` sets each value to null, and to a third of the other `VALUES`, which differs from value to value.
    """
    for position, response in enumerate(recorded):
        for row, path in enumerate(_paths(response.data)):
            for number, value in enumerate(VALUES):
                if value not in (MISSING, None) and not is_chosen(row + number):
                    continue
                data = _with(response.data, path, value)
                if data is not MISSING and (value == [] or _is_other(value, _at(response.data, path))):
                    what = f"{response.name} [{position}]: {'.'.join(map(str, path)) or 'the body'} is {value!r}"
                    yield Change(what, position, response.with_data(data), path, value)
        for name in response.headers:
            kept = {other: value for other, value in response.headers.items() if other != name}
            for headers in (kept, {**kept, name: "text"}, {**kept, name: DIGITS}):
                what = f"{response.name} [{position}]: the header {name} is {headers.get(name)!r}"
                yield Change(what, position, replace(response, headers=headers))


def spoiled_lists(recorded: Sequence[Response]) -> Iterator[Change]:
    """Yield every recorded response with an entry of another shape at the beginning and at the end of a list."""
    for position, response in enumerate(recorded):
        for path in _paths(response.data):
            entries = _at(response.data, path)
            if not isinstance(entries, list) or not entries or not isinstance(entries[0], dict):
                continue
            for spoiled in _spoiled(entries[0]):
                for several in ([spoiled, *entries], [*entries, spoiled]):
                    what = f"{response.name} [{position}]: {'.'.join(map(str, path))} has an entry {spoiled!r}"
                    yield Change(what, position, response.with_data(_with(response.data, path, several)))


def _spoiled(entry: Mapping[str, Any]) -> Iterator[Any]:
    """Yield values of other types, and ``entry`` with a field missing or of another type."""
    yield from VALUES[1:]
    for path in _paths(entry):
        if not path or any(isinstance(name, int) for name in path):
            continue
        for value in VALUES[:4]:
            if _is_other(value, _at(entry, path)):
                yield _with(entry, path, value)


def _is_other(value: Any, original: Any) -> bool:
    """Return whether ``value`` has another shape than ``original``."""
    is_number = isinstance(original, str) and original.isdecimal()
    return value is MISSING or type(value) is not type(original) or (value == DIGITS and is_number)


def _name(request: httpx.Request) -> str:
    return f"{request.method} {request.url.path}"


def _paths(data: Any, path: Path = ()) -> Iterator[Path]:
    if path or isinstance(data, dict | list):
        yield path
    children = data.items() if isinstance(data, dict) else enumerate(data[:1]) if isinstance(data, list) else ()
    for name, value in children:
        yield from _paths(value, (*path, name))


def _at(data: Any, path: Path) -> Any:
    for name in path:
        data = data[name]
    return data


def _with(data: Any, path: Path, value: Any) -> Any:
    """Return ``data`` with ``value`` at ``path``, or `MISSING` if there is no other value to set."""
    if not path:
        return value
    changed = deepcopy(data)
    parent = _at(changed, path[:-1])
    if value is MISSING:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return changed
