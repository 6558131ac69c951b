"""Reports trace segments to X-Ray, in addition to the segments of API Gateway and Lambda.

Segments are sent by UDP to the X-Ray daemon, which Lambda runs next to each traced function. The function does not wait
for a response. If there is no daemon, no segment is sent. docs/adr/0018 explains why this module does not use the
Tracer of Powertools.
"""

import json
import os
import re
import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from minutehand.runtime.clock import Clock

_FIELDS = re.compile(r"(Root|Parent|Sampled)=([0-9A-Fa-f-]+)")
_ROOT = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}")
_ID = re.compile(r"[0-9a-f]{16}")
_PREAMBLE = b'{"format":"json","version":1}\n'
"""The header that the daemon expects before each document."""


@dataclass(frozen=True, slots=True)
class TraceHeader:
    """The trace of a request or message. The trace comes from the header X-Amzn-Trace-Id or the attribute
    AWSTraceHeader.
    """

    root: str
    parent: str | None = None
    sampled: bool = False

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Parse a trace header and return its trace, or None if the header has no valid trace."""
        found = dict(_FIELDS.findall(text))
        root, parent = found.get("Root", ""), found.get("Parent", "")
        if not _ROOT.fullmatch(root):
            return None
        return cls(root, parent if _ID.fullmatch(parent) else None, found.get("Sampled") == "1")

    def __str__(self) -> str:
        """Return the trace as the text of a trace header."""
        parts = [f"Root={self.root}", *([f"Parent={self.parent}"] if self.parent else [])]
        return ";".join([*parts, f"Sampled={int(self.sampled)}"])


def invocation_trace() -> TraceHeader | None:
    """Return the trace of this invocation, which Lambda stores in an environment variable, or None outside Lambda."""
    return TraceHeader.parse(os.environ.get("_X_AMZN_TRACE_ID", ""))


def job_trace(job_id: UUID) -> TraceHeader | None:
    """Return a new trace for a job, or None outside Lambda. The time and the sampling decision are those of this
    invocation's trace.
    """
    invocation = invocation_trace()
    if invocation is None:
        return None
    moment = invocation.root.split("-")[1]
    return TraceHeader(f"1-{moment}-{job_id.hex[:24]}", sampled=invocation.sampled)


@dataclass(slots=True)
class Segment:
    """An open segment of a trace."""

    annotations: dict[str, str]
    """Names and values by which operators can find the segment in X-Ray."""
    subsegments: list[dict[str, Any]] = field(default_factory=list)


class Tracer:
    """Reports segments to the daemon."""

    def __init__(self, clock: Clock, environ: Mapping[str, str] = os.environ) -> None:
        """Create a tracer. ``environ``: the environment. ``AWS_XRAY_DAEMON_ADDRESS`` is the address of the daemon, if
        one runs.
        """
        self._clock = clock
        self._daemon = _address(environ.get("AWS_XRAY_DAEMON_ADDRESS", ""))
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM) if self._daemon else None
        if self._socket is not None:
            self._socket.setblocking(False)

    def close(self) -> None:
        """Close the socket, and report no more segments."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    @contextmanager
    def segment(self, name: str, header: TraceHeader | None, **annotations: str) -> Iterator[Segment]:
        """Report the block as a segment of the trace ``header``, if the trace is sampled."""
        segment, began = Segment(annotations), self._now()
        token = _current.set(segment)
        fault = True
        try:
            yield segment
            fault = False
        finally:
            _current.reset(token)
            if header is not None and header.sampled:
                self._send(
                    _span(name, began, self._now(), fault=fault)
                    | {"trace_id": header.root, "annotations": segment.annotations}
                    | ({"parent_id": header.parent} if header.parent else {})
                    | ({"subsegments": segment.subsegments} if segment.subsegments else {})
                )

    @contextmanager
    def call(self, name: str, operation: str, *, expected: tuple[type[Exception], ...] = ()) -> Iterator[None]:
        """Report the block as a call to the service ``name``, if this thread has a current segment.

        ``expected``: exceptions that do not count as faults of the service.
        """
        began, fault = self._now(), True
        try:
            yield
            fault = False
        except expected:
            fault = False
            raise
        finally:
            segment = _current.get()
            if segment is not None:
                span = _span(name, began, self._now(), fault=fault)
                segment.subsegments.append(
                    span | {"namespace": "remote", "annotations": segment.annotations | {"operation": operation}}
                )

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _send(self, document: dict[str, Any]) -> None:
        if self._socket is None or self._daemon is None:
            return
        # A lost trace must not make a publication fail.
        with suppress(OSError):
            self._socket.sendto(_PREAMBLE + json.dumps(document).encode(), self._daemon)


_current: ContextVar[Segment | None] = ContextVar("segment", default=None)


def _span(name: str, began: float, ended: float, *, fault: bool) -> dict[str, Any]:
    span = {"name": name, "id": secrets.token_hex(8), "start_time": began, "end_time": ended}
    return span | ({"fault": True} if fault else {})


def _address(text: str) -> tuple[str, int] | None:
    # "127.0.0.1:2000", or "tcp:127.0.0.1:2000 udp:127.0.0.1:2001" if the addresses differ.
    parts = text.split()
    chosen = next((part for part in parts if part.startswith("udp:")), parts[0] if parts else "")
    host, _, port = chosen.removeprefix("udp:").removeprefix("tcp:").rpartition(":")
    return (host, int(port)) if host and port.isdigit() else None
