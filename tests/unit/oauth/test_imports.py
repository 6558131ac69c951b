"""The imports of the function connections: its cold start loads no platform and no AWS client."""

import subprocess
import sys

from local.settings import ROOT

LATER = {
    *("boto3", "botocore.session", "httpx", "regex", "minutehand.platforms.bluesky", "minutehand.platforms.mastodon"),
    *("minutehand.connections.connect", "minutehand.platforms.connectors", "minutehand.platforms.oauth2.provider"),
}
NEVER = {"sqlalchemy", "alembic", "jwt", "minutehand.queue.jobs", "minutehand.publishing.publisher"}


def test_the_connections_function_imports_few_modules_at_its_cold_start() -> None:
    script = "import sys, functions.connections.app; print(*sys.modules)"
    environ = {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'domain'}", "POWERTOOLS_SERVICE_NAME": "connections"}
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())

    assert "minutehand.connections.management" in imported
    assert imported & (LATER | NEVER) == set()
