"""The versions of Meta's APIs that the adapters are written for."""

GRAPH_VERSION = "v25.0"
"""Instagram and Facebook; served until 2028-07-29."""
THREADS_VERSION = "v1.0"
"""The only one there is."""
