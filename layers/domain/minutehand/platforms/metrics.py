"""The metrics that platforms provide for posts and accounts.

A platform's module ``metrics`` has a `MetricReader` named ``reader``. The reader changes nothing on the platform. A
metric that a platform does not provide is absent, not zero.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from minutehand.platforms.catalog import load_attribute
from minutehand.platforms.error_table import RECONNECT
from minutehand.platforms.errors import PermissionMissing, Rejected, Transient
from minutehand.platforms.identifiers import identifier
from minutehand.platforms.json_values import MAX_INTEGER
from minutehand.runtime.clock import Clock

if TYPE_CHECKING:
    import httpx

    from minutehand.platforms.port import Account

COUNT, FRACTION, MILLISECONDS = "count", "fraction", "milliseconds"
MAX_METRICS = 50
"""The maximum number of values that `normalised` reads from a response. Further values are left out."""
MAX_NAME_CHARACTERS = 100


class Metric(NamedTuple):
    """The value of one metric. ``name``: the platform's own name. The name of a sum consists of the added names, joined
    by ``+``.

    ``unit``: `COUNT`, `FRACTION` or `MILLISECONDS`.
    """

    value: int | float
    name: str
    unit: str = COUNT


type Metrics = Mapping[str, Metric]
"""The metrics of a post, keyed by the normalised name or, if there is none, by the platform's own name."""


@dataclass(frozen=True, slots=True)
class PublishedPost:
    """A published post whose metrics are to be read. ``options``: the author's options for the platform."""

    remote_id: str
    published_at: datetime
    options: Mapping[str, Any] = field(default_factory=dict)


type Found = tuple[str, Metrics | None]
"""The remote id of a post, and its metrics. None: the platform has no such post, or does not show it."""
type ReadPosts = Callable[["httpx.Client", "Account", Sequence[PublishedPost], Clock], Iterator[Found]]
"""Yields the platform's result for each post, in any order. A post without a result is left out.

Raises:
    PermissionMissing: the owner has not granted the permission to read some or all metrics.
    PublishError: any other failure; see `port`. The results that were yielded before the failure are valid.
"""
type ReadFollowers = Callable[["httpx.Client", "Account", Clock], Metric | None]
"""Returns the account's number of followers, or None if the platform does not provide it. Raises the errors of
`ReadPosts`.
"""


def _unlimited(options: Mapping[str, Any]) -> timedelta | None:  # noqa: ARG001
    return None


@dataclass(frozen=True, slots=True)
class MetricReader:
    """Reads the metrics of one platform. ``read_posts`` accepts at most `Platform.metrics_batch` posts."""

    read_posts: ReadPosts
    read_followers: ReadFollowers
    lifetime: Callable[[Mapping[str, Any]], timedelta | None] = _unlimited
    """Return the time for which the platform shows a post with these options, or None if there is no limit."""


def reader_for(platform: str) -> MetricReader:
    """Return the reader of ``platform``, a key of `PLATFORMS`."""
    reader: MetricReader = load_attribute(platform, "metrics", "reader")
    return reader


def normalised(
    given: Mapping[Any, object],
    names: Mapping[str, str | Sequence[str]],
    units: Mapping[str, str] | None = None,
) -> dict[str, Metric]:
    """Return the metrics in ``given``, a JSON object in a response.

    ``names``: the platform's own name for each normalised name, or the names whose numbers are added. ``units``: the
    units of metrics that are not counts, keyed by the platform's own names. A number that has no normalised name, or
    that is part of a sum, appears under its own name, so a metric that a platform has renamed is not lost. A value that
    is not a valid number is left out.
    """
    units = units or {}
    numbers: dict[str, int | float] = {}
    for own, value in given.items():
        own_name, valid = identifier(own), number(value)
        if own_name is not None and len(own_name) <= MAX_NAME_CHARACTERS and valid is not None:
            numbers[own_name] = valid
        if len(numbers) == MAX_METRICS:
            break
    metrics: dict[str, Metric] = {}
    alone: set[str] = set()
    for name, own_names in names.items():
        parts = [own for own in ([own_names] if isinstance(own_names, str) else own_names) if own in numbers]
        if parts:
            unit = units.get(parts[0], COUNT)
            total = sum(numbers[own] for own in parts)
            if total <= MAX_INTEGER:
                metrics[name] = Metric(total, "+".join(parts), unit)
        if len(parts) == 1:
            alone.add(parts[0])
    for own, value in numbers.items():
        if own not in alone:
            metrics.setdefault(own, Metric(value, own, units.get(own, COUNT)))
    return metrics


def number(value: object) -> int | float | None:
    """Return ``value`` if it is a number from 0 to `MAX_INTEGER`, and None otherwise. A string is not a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if 0 <= value <= MAX_INTEGER else None


def listed(
    remote_ids: Sequence[str],
    entries: object,
    key: str,
    metrics_of: Callable[[Mapping[str, Any]], Metrics],
    *,
    platform: str,
) -> Iterator[Found]:
    """Yield the result for each of ``remote_ids`` from ``entries``, the list in a response. ``key``: the field that
    contains the id of an entry.

    The result of a post that is not listed is None. If an entry has no usable id, however, this entry may be the post,
    so no result is yielded for the post.

    Raises:
        Transient: ``entries`` is not a list.
    """
    if not isinstance(entries, list):
        raise Transient("unexpected_answer", f"{platform} returned an unexpected list of posts.")
    ids = [identifier(entry.get(key)) if isinstance(entry, Mapping) else None for entry in entries]
    by_id = dict(zip(ids, entries, strict=True))
    for remote_id in remote_ids:
        if remote_id in by_id:
            yield remote_id, metrics_of(by_id[remote_id])
        elif None not in by_id:
            yield remote_id, None


def one_by_one(posts: Sequence[PublishedPost], read: Callable[[PublishedPost], Metrics | None]) -> Iterator[Found]:
    """Yield the metrics of ``posts``, each of which needs its own call. A refusal of one post does not affect the other
    posts.

    Raises:
        PublishError: ``read`` raised an error that concerns the account or the platform.
    """
    for post in posts:
        try:
            yield post.remote_id, read(post)
        except Rejected as error:
            if isinstance(error, PermissionMissing) or error.code == RECONNECT.code:
                raise
