"""Telemetry of publications: the ids on every log line, the traces, and the metrics of a batch."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from aws_lambda_powertools.logging import Logger

from minutehand.platforms.errors import Withdrawn
from minutehand.platforms.port import (
    Account,
    Adapter,
    Attempt,
    Content,
    NotPublished,
    Processing,
    Published,
    Unanswerable,
)
from minutehand.publishing.work import Outcome, Work
from minutehand.queue.messages import Batch
from minutehand.runtime.clock import Clock
from minutehand.runtime.identity import is_test_owner
from minutehand.runtime.metrics import Metric, Metrics
from minutehand.runtime.tracing import TraceHeader, Tracer, job_trace

_ENDS = {"published": Metric.PUBLISHED, "failed": Metric.FAILED, "unknown": Metric.UNKNOWN}


class PublicationTelemetry:
    """Logs and traces the publications of one batch at a time. Its methods may be called from several threads."""

    def __init__(self, logger: Logger, tracer: Tracer, clock: Clock) -> None:
        """Create the telemetry of a function. ``logger``: the function's logger, whose children write the log lines."""
        self._logger = logger
        self._tracer = tracer
        self._clock = clock
        self._messages: Mapping[UUID, Sequence[Mapping[str, Any]]] = {}
        self._metrics = Metrics()
        self._headers: dict[UUID, TraceHeader] = {}

    def start_batch(self, batch: Batch, metrics: Metrics) -> None:
        """Begin a batch. Its messages provide ids and traces for log lines, and ``metrics`` collects its metrics."""
        self._messages = batch.messages
        self._metrics = metrics
        self._headers = {}

    def id_fields(self, work: Work) -> dict[str, str]:
        """Return the log fields that identify the lines about ``work``."""
        ids = {
            "publication": str(work.id),
            "post": str(work.post_id),
            "job": str(work.job_id),
            "platform": work.platform,
        }
        if is_test_owner(work.owner_id):
            ids["mode"] = "test"
        for message in self._messages.get(work.id, ())[:1]:
            ids["message_id"] = str(message["messageId"])
        if header := self._header(work.id):
            ids["trace"] = header.root
        return ids

    def observe(self, work: Work, attempt: Callable[[], Outcome | None]) -> Outcome | None:
        """Run ``attempt`` in the trace of the message, and log and count its outcome. Each line that ``attempt`` logs,
        and the line of the outcome, contain the ids of ``work``.
        """
        ids, header = self.id_fields(work), self._header(work.id)
        if header is not None:
            self._headers[work.job_id] = header
        annotations = {
            "post_id": ids["post"],
            "publication_id": ids["publication"],
            "job_id": ids["job"],
            "platform": work.platform,
        }
        began = self._clock.now()
        self._logger.thread_safe_append_keys(**ids)
        try:
            with self._tracer.segment("publication", header, **annotations) as segment:
                outcome = attempt()
                segment.annotations["outcome"] = outcome.event if outcome is not None else "left_alone"
            if outcome is not None:
                self._logger.info(outcome.event, extra=outcome_fields(work, outcome, began, self._clock.now()))
                add_outcome_metrics(self._metrics, work, outcome)
            return outcome
        finally:
            self._logger.thread_safe_remove_keys(ids)

    def trace_of(self, job_id: UUID) -> TraceHeader | None:
        """Return the trace for new messages of a job: the received message's trace, or a new one (`job_trace`)."""
        return self._headers.get(job_id) or job_trace(job_id)

    def _header(self, publication_id: UUID) -> TraceHeader | None:
        for message in self._messages.get(publication_id, ()):
            return TraceHeader.parse(message.get("attributes", {}).get("AWSTraceHeader", ""))
        return None


class TracedAdapter(Adapter):
    """An adapter that reports its calls as subsegments of the publication's segment."""

    def __init__(self, adapter: Adapter, platform: str, tracer: Tracer) -> None:
        """Wrap ``adapter``. ``platform``: the name of the subsegments."""
        self._adapter = adapter
        self._platform = platform
        self._tracer = tracer

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """Publish ``content``, traced as a subsegment. The subsegment includes the wait for the post's time."""
        with self._tracer.call(self._platform, "publish", expected=(Withdrawn,)):
            return self._adapter.publish(content, account, attempt)

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """Resume the publication, traced as a subsegment."""
        with self._tracer.call(self._platform, "resume", expected=(Withdrawn,)):
            return self._adapter.resume(content, account, attempt)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """Reconcile the publish call, traced as a subsegment."""
        with self._tracer.call(self._platform, "reconcile", expected=(Withdrawn,)):
            return self._adapter.reconcile(content, account, attempt)


def outcome_fields(work: Work, outcome: Outcome, began: datetime, ended: datetime) -> dict[str, object]:
    """Return the log fields of the ``outcome`` of an attempt that ``began`` and ``ended`` at these times.

    ``took_ms``: the time from the beginning of the publish call to the end of the attempt. Without a publish call, the
    time begins with the attempt.
    """
    took = ended - (outcome.called_at or began)
    return {
        "code": outcome.code,
        "lateness_ms": lateness_ms(work, outcome),
        "took_ms": took / timedelta(milliseconds=1),
    }


def add_outcome_metrics(metrics: Metrics, work: Work, outcome: Outcome) -> None:
    """Count the attempt by its outcome, count a publication that ended, and add the lateness of a published
    publication. Omit publications of test data.
    """
    if is_test_owner(work.owner_id):
        return
    metrics.add(Metric.ATTEMPTS, Platform=work.platform, Outcome=outcome.event)
    if end := _ENDS.get(outcome.state):
        metrics.add(end, Platform=work.platform)
    if (lateness := lateness_ms(work, outcome)) is not None:
        metrics.add(Metric.LATENESS, lateness)


def lateness_ms(work: Work, outcome: Outcome) -> float | None:
    """Return the time from a post's time to the start of its first publish call, in milliseconds.

    Returns None if the publication is not published. Also returns None for later parts, because they wait for the
    previous part.
    """
    first = work.started_at or outcome.called_at
    if outcome.state != "published" or first is None or work.part > 1:
        return None
    return (first - work.due_at) / timedelta(milliseconds=1)
