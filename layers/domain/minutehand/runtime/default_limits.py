"""The default limits of each owner. The template's parameters of the same names replace them."""

MAX_CONNECTIONS = 250
MAX_PENDING_AUTHORIZATIONS = 100
MAX_MEDIA_BYTES = 100 * 1024**3
