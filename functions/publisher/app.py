"""Publishes the publications that the messages of the publish queue name."""

from datetime import timedelta
from functools import cache, partial
from typing import Any

from aws_lambda_powertools.logging import Logger

from minutehand.connections.vault import Vault
from minutehand.oauth.clients import Clients, ClientsConfig
from minutehand.oauth.refresh import Refresher
from minutehand.oauth.refresh_call import RefreshCall
from minutehand.platforms.connectors import connecting_client
from minutehand.platforms.port import Adapter
from minutehand.platforms.registry import adapter_for
from minutehand.publishing.media_addresses import LibraryAddresses, signer
from minutehand.publishing.publisher import Publisher
from minutehand.publishing.telemetry import PublicationTelemetry, TracedAdapter, add_outcome_metrics
from minutehand.publishing.work import Work
from minutehand.queue.messages import PublishQueue, parse
from minutehand.queue.outbox import Outbox
from minutehand.queue.retry import RetryPolicy
from minutehand.runtime import aws
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.config import PublisherConfig
from minutehand.runtime.database_url import database
from minutehand.runtime.metrics import Metric, Metrics
from minutehand.runtime.tracing import Tracer

SPARE = timedelta(seconds=5)
"""Time left to record outcomes before Lambda ends the invocation."""

logger = Logger()
clock = SystemClock()
metrics = Metrics()
metrics.count_errors(logger, Metric.PUBLISHER_ERRORS)
tracer = Tracer(clock)
telemetry = PublicationTelemetry(logger, tracer, clock)


def refresher(config: PublisherConfig, vault: Vault) -> Refresher:
    """Build the refresher of expired tokens, which opens separate connections to Postgres."""
    clients = Clients(ClientsConfig.from_environ())
    http = partial(connecting_client, private_networks=config.media_from_private_networks)
    return Refresher(lambda: database(config), RefreshCall(vault, clients, http, clock.now), clock)


@cache
def parts() -> tuple[Publisher, PublishQueue]:
    """Return the publisher and its queue, shared by all invocations of this process."""
    config = PublisherConfig.from_environ()
    db, sqs, vault = database(config), aws.client("sqs"), Vault(aws.client("kms"), config.token_key_id)

    def adapter(work: Work) -> Adapter:
        found = adapter_for(
            work.platform,
            sandbox=work.sandbox,
            sandbox_url=config.sandbox_url,
            private_networks=config.media_from_private_networks,
        )
        return TracedAdapter(found, work.platform, tracer)

    publisher = Publisher(
        db,
        clock,
        Outbox(sqs, config.publish_queue_url, lead=config.send_lead, trace=telemetry.trace_of),
        adapter,
        vault.open,
        horizon=config.horizon,
        policy=RetryPolicy.of(config),
        refresh=refresher(config, vault).fresh,
        observe=telemetry.observe,
        resolve_media=LibraryAddresses(db, signer(config.media_bucket)),
    )
    return publisher, PublishQueue(sqs, config.publish_queue_url, lead=config.send_lead)


@logger.inject_lambda_context
@metrics.each_invocation
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Publish the batch, and return the messages to retry (ReportBatchItemFailures)."""
    publisher, queue = parts()
    remaining = timedelta(milliseconds=context.get_remaining_time_in_millis())
    batch = parse(event)
    telemetry.start_batch(batch)
    report = publisher.publish(batch.publication_ids, deadline=clock.now() + remaining - SPARE)
    add_outcome_metrics(metrics, report.outcomes)
    for work, outcome in report.outcomes:
        logger.info(outcome.event, extra=telemetry.outcome_fields(work, outcome))
    return queue.respond(batch, report.retry_at, now=clock.now())
