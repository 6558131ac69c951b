"""The versions of Meta's APIs that the adapters call."""

GRAPH_VERSION = "v25.0"
"""The version for Instagram and Facebook. Meta serves it until 2028-07-29."""
THREADS_VERSION = "v1.0"
"""The only version of the Threads API."""
