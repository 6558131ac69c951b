"""The schema revision that this release was built for."""

SCHEMA_REVISION = "0007"
"""The newest revision that adds to the schema. Later revisions may only remove what this release does not use."""
