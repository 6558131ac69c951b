"""Warns about versions of the platforms' APIs that end soon or have ended: python -m local.api_versions.

A warning does not fail `make check`, because the end of a version should not block a change.
"""

import sys
from datetime import UTC, datetime

from minutehand.platforms.api_versions import api_versions
from minutehand.platforms.configs.api_versions import ApiVersionsConfig


def warnings(now: datetime) -> list[str]:
    """Return the warnings about the default versions at ``now``, which is in UTC."""
    return [warning for version in api_versions(ApiVersionsConfig()) if (warning := version.warning(now))]


if __name__ == "__main__":
    for warning in warnings(datetime.now(UTC)):
        print(f"Warning: {warning}", file=sys.stderr)
