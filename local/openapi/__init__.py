"""Generates the OpenAPI document of the API from its functions, forms and responses, and from docs/api.md."""
