"""Insights, which are Meta's metrics of a post.

If one metric of a call is unknown, for example because Meta has renamed it, Meta refuses the whole call. After a
refusal, each metric is therefore requested alone, and the accepted metrics are returned.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from minutehand.platforms.error_table import REFUSED
from minutehand.platforms.meta.containers import account_node
from minutehand.platforms.meta.graph import GraphClient
from minutehand.platforms.meta.listing import rows
from minutehand.platforms.metrics import Metric, number
from minutehand.platforms.port import Account, Rejected
from minutehand.runtime.clock import Clock


def follower_count(graph: GraphClient, account: Account, clock: Clock) -> Metric | None:
    """Return the number of followers of an account, or None if Meta does not return it.

    Raises:
        PublishError: the number cannot be read.
    """
    answer = graph.get(account_node(account), account, clock, fields="followers_count")
    followers = number(answer.get("followers_count"))
    return None if followers is None else Metric(followers, "followers_count")


class Insights:
    """Reads the insights of an account's posts, and remembers the metrics that Meta has refused."""

    def __init__(self, graph: GraphClient) -> None:
        self._graph = graph
        self._refused: set[str] = set()

    def read(self, node: str, names: Sequence[str], account: Account, clock: Clock) -> dict[str, int | float]:
        """Return the insights of the post ``node``. A metric that Meta does not return is left out.

        A metric with several numbers, such as one for each reaction, is returned as the sum of these numbers, under its
        own name. Each number is also returned under ``<name>.<key>``.

        Raises:
            Rejected: Meta refuses every metric of the post.
            PublishError: any other error.
        """
        wanted = [name for name in names if name not in self._refused]
        try:
            return self._read(node, wanted, account, clock) if wanted else {}
        except Rejected as error:
            if not _is_refusal(error):
                raise
            refusal = error
        found: dict[str, int | float] = {}
        refused = set()
        for name in wanted:
            try:
                found |= self._read(node, [name], account, clock)
            except Rejected as error:
                if not _is_refusal(error):
                    raise
                refused.add(name)
        if len(refused) == len(wanted):
            raise refusal  # Meta refuses the post, not its metrics
        self._refused |= refused
        return found

    def _read(self, node: str, names: Sequence[str], account: Account, clock: Clock) -> dict[str, int | float]:
        answer = self._graph.get(f"{node}/insights", account, clock, metric=",".join(names))
        found: dict[str, int | float] = {}
        for row in rows(answer):
            if isinstance(name := row.get("name"), str):
                found |= _numbers(name, _value(row))
        return found


def metric_in(answer: Mapping[str, Any], name: str) -> Metric | None:
    """Return the metric ``name`` in a response, or None if the response does not contain it."""
    values = (number(_value(row)) for row in rows(answer) if row.get("name") == name)
    return next((Metric(value, name) for value in values if value is not None), None)


def _is_refusal(error: Rejected) -> bool:
    """Return whether Meta has refused the call's parameters rather than the account."""
    return type(error) is Rejected and error.code == REFUSED.code


def _value(row: Mapping[str, Any]) -> Any:
    """Return the value of a metric. A metric with a breakdown has ``total_value``. Any other metric has ``values``."""
    total, values = row.get("total_value"), row.get("values")
    if isinstance(total, Mapping):
        return total.get("value")
    first = values[0] if isinstance(values, list) and values else None
    return first.get("value") if isinstance(first, Mapping) else None


def _numbers(name: str, value: Any) -> dict[str, int | float]:
    if isinstance(value, Mapping):
        parts = {f"{name}.{key}": valid for key, each in value.items() if (valid := number(each)) is not None}
        return {name: sum(parts.values()), **parts} if parts else {}
    valid = number(value)
    return {} if valid is None else {name: valid}
