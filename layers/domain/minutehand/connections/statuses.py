"""The statuses of connections."""

from typing import Literal

type ConnectionStatus = Literal["active", "reconnect_required"]
