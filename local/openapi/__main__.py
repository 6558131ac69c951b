"""Writes the OpenAPI document: python -m local.openapi."""

from local.openapi.document import render
from local.openapi.stored import write

if __name__ == "__main__":
    write(render())
