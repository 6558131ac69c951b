"""Resources for the publisher; see `minutehand.runtime.function`.

Every batch needs all of these resources. Unlike other ``resources`` modules, this module therefore imports the modules
of all of them at the cold start.
"""

from collections.abc import Callable

from minutehand.connections.resources import open_vault
from minutehand.link_cards.cards import with_card
from minutehand.oauth.resources import open_refresher
from minutehand.platforms.port import Adapter
from minutehand.platforms.registry import adapter_for
from minutehand.publishing.config import PublisherConfig
from minutehand.publishing.media_addresses import LibraryAddresses, signer
from minutehand.publishing.publisher import Publisher
from minutehand.publishing.telemetry import PublicationTelemetry, TracedAdapter
from minutehand.publishing.work import Work
from minutehand.queue.messages import PublishQueue
from minutehand.queue.outbox import Outbox
from minutehand.queue.resources import open_sqs
from minutehand.queue.retry import RetryPolicy
from minutehand.runtime import aws  # noqa: F401 slow to import
from minutehand.runtime.config import Config
from minutehand.runtime.function import Function
from minutehand.runtime.tracing import Tracer


def open_tracer(function: Function[Config]) -> Tracer:
    """Return the tracer, which reports the segments of publications to X-Ray."""
    return Tracer(function.clock)


def open_telemetry(function: Function[Config]) -> PublicationTelemetry:
    """Return the telemetry of publications."""
    return PublicationTelemetry(function.logger, function.resource(open_tracer), function.clock)


def open_adapters(function: Function[PublisherConfig]) -> Callable[[Work], Adapter]:
    """Return the function that selects the adapter of a publication."""
    config = function.config
    return lambda work: adapter_for(
        work.platform,
        sandbox=work.sandbox,
        sandbox_url=config.sandbox_url,
        private_networks=config.media_from_private_networks,
    )


def open_publisher(function: Function[PublisherConfig]) -> Publisher:
    """Return the publisher, with the clients and the settings of ``function``."""
    db, config, telemetry = function.db, function.config, function.resource(open_telemetry)
    sqs, tracer, adapters = (function.resource(open_sqs), function.resource(open_tracer), function.lazy(open_adapters))
    return Publisher(
        db,
        function.clock,
        Outbox(sqs, config.publish_queue_url, lead=config.send_lead, trace=telemetry.trace_of),
        lambda work: TracedAdapter(adapters()(work), work.platform, tracer),
        function.resource(open_vault).open,
        horizon=config.horizon,
        lead=config.send_lead,
        policy=RetryPolicy.of(config),
        refresh=function.resource(open_refresher).fresh,
        observe=telemetry.observe,
        resolve_media=LibraryAddresses(db, signer(config.media_bucket)),
        with_card=lambda content, work: with_card(db, content, work.platform, work.post_id, work.owner_id),
    )


def open_publish_queue(function: Function[PublisherConfig]) -> PublishQueue:
    """Return the publish queue, whose messages the publisher receives."""
    config = function.config
    return PublishQueue(
        function.resource(open_sqs), config.publish_queue_url, lead=config.send_lead, max_receives=config.attempts
    )
