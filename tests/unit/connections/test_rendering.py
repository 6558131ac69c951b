"""The fields of a connection that the API shows."""

from uuid import UUID

import pytest

from minutehand.connections.rendering import connection as rendered
from minutehand.connections.store import Connection
from tests.support.clock import START as NOW


@pytest.mark.parametrize(
    ("platform", "server", "page"),
    [
        ("x", "https://api.x.com", "https://x.com/tide"),
        ("mastodon", "https://kaffee.example", None),
        ("x", "http://127.0.0.1:8801/x", None),
        ("orkut", "https://api.orkut.example", None),
    ],
    ids=["known", "unknown", "simulated", "removed-platform"],
)
def test_connection_has_the_public_page_of_its_account(platform: str, server: str, page: str | None) -> None:
    stored = Connection(
        UUID(int=1), "ada", platform, "1", "@tide", server, "active", None, True, NOW, None, None, None, 0
    )

    assert rendered(stored, NOW)["profileUrl"] == page
