"""No request causes an internal error, an undocumented response, a stuck publication or a secret in the log."""

from tests.support.fuzzing import fuzz
from tests.support.postgres import Databases

REQUESTS = 1_500
SEED = 20_260_302


def test_odd_requests_are_answered(databases: Databases, broken_specifications: list[str]) -> None:
    with databases.lend() as url:
        findings = fuzz(url, seed=SEED, requests=REQUESTS)
    broken_specifications.clear()  # a client may name a server with any path

    assert not findings.problems, "\n\n".join(findings.problems[:20])
    assert findings.statuses.total() == REQUESTS
    assert sum(count for status, count in findings.statuses.items() if status < 300) > REQUESTS // 10
