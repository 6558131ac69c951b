"""The default values of the template's parameters MaxConnections, MaxPendingAuthorizations and MaxMediaBytes."""

MAX_CONNECTIONS = 250
MAX_PENDING_AUTHORIZATIONS = 100
MAX_MEDIA_BYTES = 100 * 1024**3
