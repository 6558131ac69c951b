"""The statuses of connections. A connection is active until its account must be connected again."""

from typing import Literal

type ConnectionStatus = Literal["active", "reconnect_required"]
