"""Telemetry of publications: the ids on each log line, the traces, and the metrics of a batch."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from aws_lambda_powertools.logging import Logger

from minutehand.platforms.port import (
    Account,
    Adapter,
    Attempt,
    Content,
    MediaInfo,
    NotPublished,
    Processing,
    Published,
    Unanswerable,
    Withdrawn,
)
from minutehand.publishing.work import Outcome, Work
from minutehand.queue.messages import Batch
from minutehand.runtime.clock import Clock
from minutehand.runtime.metrics import Metric, Metrics
from minutehand.runtime.tracing import TraceHeader, Tracer, of_job

_ENDS = {"published": Metric.PUBLISHED, "failed": Metric.FAILED, "unknown": Metric.UNKNOWN}


class Observer:
    """Watches the publications of one batch after the other, several of a batch at once."""

    def __init__(self, logger: Logger, tracer: Tracer, clock: Clock) -> None:
        """``logger``: the function's own, whose children write the lines."""
        self._logger = logger
        self._tracer = tracer
        self._clock = clock
        self._messages: Mapping[UUID, Sequence[Mapping[str, Any]]] = {}
        self._headers: dict[UUID, TraceHeader] = {}
        self._took: dict[UUID, timedelta] = {}

    def receive(self, batch: Batch) -> None:
        """Take note of the messages that are worked on next."""
        self._messages = batch.messages
        self._headers, self._took = {}, {}

    def line(self, work: Work, outcome: Outcome) -> dict[str, object]:
        """Return what is logged of ``outcome``. ``took_ms``: from the publish call, where there was one, to its end."""
        took = self._took.get(work.id)
        return {
            **self.ids(work),
            "code": outcome.code,
            "lateness_ms": lateness_ms(work, outcome),
            "took_ms": None if took is None else took / timedelta(milliseconds=1),
        }

    def ids(self, work: Work) -> dict[str, str]:
        """Return what a line of the log about ``work`` is found by."""
        ids = {
            "publication": str(work.id),
            "post": str(work.post_id),
            "job": str(work.job_id),
            "platform": work.platform,
        }
        for message in self._messages.get(work.id, ())[:1]:
            ids["message_id"] = str(message["messageId"])
        if header := self._header(work.id):
            ids["trace"] = header.root
        return ids

    def watch(self, work: Work, handle: Callable[[], Outcome | None]) -> Outcome | None:
        """Handle ``work`` in the trace of its message, with its ids on each line that this thread logs meanwhile."""
        ids, header = self.ids(work), self._header(work.id)
        if header is not None:
            self._headers[work.job_id] = header
        found_by = {
            "post_id": ids["post"],
            "publication_id": ids["publication"],
            "job_id": ids["job"],
            "platform": work.platform,
        }
        began = self._clock.now()
        self._logger.thread_safe_append_keys(**ids)
        try:
            with self._tracer.segment("publication", header, **found_by) as segment:
                outcome = handle()
                segment.annotations["outcome"] = outcome.event if outcome is not None else "left_alone"
                self._took[work.id] = self._clock.now() - ((outcome and outcome.called_at) or began)
                return outcome
        finally:
            self._logger.thread_safe_remove_keys(ids)

    def trace_of(self, job_id: UUID) -> TraceHeader | None:
        """Return the trace in which what is sent anew of a job goes on: the one that its message came in."""
        return self._headers.get(job_id) or of_job(job_id)

    def _header(self, publication_id: UUID) -> TraceHeader | None:
        for message in self._messages.get(publication_id, ()):
            return TraceHeader.parse(message.get("attributes", {}).get("AWSTraceHeader", ""))
        return None


class TracedAdapter:
    """An adapter whose calls are subsegments of the publication's segment."""

    def __init__(self, adapter: Adapter, platform: str, tracer: Tracer) -> None:
        """``platform``: the name of the subsegments."""
        self._adapter = adapter
        self._platform = platform
        self._tracer = tracer

    def validate(self, content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
        """Nothing is called for this."""
        return self._adapter.validate(content, media)

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """Publish; the wait for the post's time counts too."""
        with self._tracer.call(self._platform, "publish", harmless=(Withdrawn,)):
            return self._adapter.publish(content, account, attempt)

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """Go on after `Processing`."""
        with self._tracer.call(self._platform, "resume", harmless=(Withdrawn,)):
            return self._adapter.resume(content, account, attempt)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """Find out what came of an earlier call."""
        with self._tracer.call(self._platform, "reconcile", harmless=(Withdrawn,)):
            return self._adapter.reconcile(content, account, attempt)


def measure(metrics: Metrics, outcomes: Iterable[tuple[Work, Outcome]]) -> None:
    """Add what came of each: the attempt by its outcome, its end if it was that, and how late what is out began."""
    for work, outcome in outcomes:
        metrics.add(Metric.ATTEMPTS, Platform=work.platform, Outcome=outcome.event)
        if end := _ENDS.get(outcome.state):
            metrics.add(end, Platform=work.platform)
        if (late := lateness_ms(work, outcome)) is not None:
            metrics.add(Metric.LATENESS, late)


def lateness_ms(work: Work, outcome: Outcome) -> float | None:
    """Return how long after its time, in ms, the first publish call began of what is out now; None for others.

    The later parts of a thread have no time of their own: they wait for the part before.
    """
    first = work.started_at or outcome.called_at
    if outcome.state != "published" or first is None or work.part > 1:
        return None
    return (first - work.due_at) / timedelta(milliseconds=1)
