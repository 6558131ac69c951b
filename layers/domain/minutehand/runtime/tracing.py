"""Traces: what X-Ray is told by ourselves, beside what API Gateway and Lambda tell it.

Segments go by UDP to the X-Ray daemon that Lambda runs beside each traced function: nothing waits for them, and without
a daemon nothing is sent. Why this is not Powertools' Tracer stands in docs/adr/0018.
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
"""What the daemon wants to read before each document."""


@dataclass(frozen=True, slots=True)
class TraceHeader:
    """Which trace something belongs to: the header X-Amzn-Trace-Id, or the attribute AWSTraceHeader of a message."""

    root: str
    parent: str | None = None
    sampled: bool = False

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a header; None when it names no trace."""
        found = dict(_FIELDS.findall(text))
        root, parent = found.get("Root", ""), found.get("Parent", "")
        if not _ROOT.fullmatch(root):
            return None
        return cls(root, parent if _ID.fullmatch(parent) else None, found.get("Sampled") == "1")

    def __str__(self) -> str:
        """Return the header's text."""
        parts = [f"Root={self.root}", *([f"Parent={self.parent}"] if self.parent else [])]
        return ";".join([*parts, f"Sampled={int(self.sampled)}"])


def invocation_trace() -> TraceHeader | None:
    """Return the trace of this invocation, which Lambda names in the environment; None outside Lambda."""
    return TraceHeader.parse(os.environ.get("_X_AMZN_TRACE_ID", ""))


def job_trace(job_id: UUID) -> TraceHeader | None:
    """Return a trace of a job's own, as old as this invocation's and sampled when that is. None outside Lambda."""
    invocation = invocation_trace()
    if invocation is None:
        return None
    moment = invocation.root.split("-")[1]
    return TraceHeader(f"1-{moment}-{job_id.hex[:24]}", sampled=invocation.sampled)


@dataclass(slots=True)
class Segment:
    """A piece of work in a trace, while it is under way."""

    annotations: dict[str, str]
    """By these the trace is found."""
    subsegments: list[dict[str, Any]] = field(default_factory=list)


class Tracer:
    """Reports segments to the daemon."""

    def __init__(self, clock: Clock, environ: Mapping[str, str] = os.environ) -> None:
        """``environ``: where the daemon's address is (``AWS_XRAY_DAEMON_ADDRESS``), if there is one."""
        self._clock = clock
        self._daemon = _address(environ.get("AWS_XRAY_DAEMON_ADDRESS", ""))
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM) if self._daemon else None
        if self._socket is not None:
            self._socket.setblocking(False)

    def close(self) -> None:
        """Report nothing any more."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    @contextmanager
    def segment(self, name: str, header: TraceHeader | None, **annotations: str) -> Iterator[Segment]:
        """Report what is inside as a segment of the trace ``header``, when that is sampled."""
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
    def call(self, name: str, operation: str, *, harmless: tuple[type[Exception], ...] = ()) -> Iterator[None]:
        """Note what is inside as a call of another service, in the segment that this thread is in.

        ``harmless``: exceptions that are no fault of that service.
        """
        began, fault = self._now(), True
        try:
            yield
            fault = False
        except harmless:
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
        # A trace that gets lost must not cost a post.
        with suppress(OSError):
            self._socket.sendto(_PREAMBLE + json.dumps(document).encode(), self._daemon)


_current: ContextVar[Segment | None] = ContextVar("segment", default=None)


def _span(name: str, began: float, ended: float, *, fault: bool) -> dict[str, Any]:
    span = {"name": name, "id": secrets.token_hex(8), "start_time": began, "end_time": ended}
    return span | ({"fault": True} if fault else {})


def _address(text: str) -> tuple[str, int] | None:
    # "127.0.0.1:2000", or "tcp:127.0.0.1:2000 udp:127.0.0.1:2001" where the two differ.
    parts = text.split()
    chosen = next((part for part in parts if part.startswith("udp:")), parts[0] if parts else "")
    host, _, port = chosen.removeprefix("udp:").removeprefix("tcp:").rpartition(":")
    return (host, int(port)) if host and port.isdigit() else None
