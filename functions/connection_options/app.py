"""Returns the values that a platform lists for the options of a connected account."""

from minutehand.connections.configs.choices import ChoicesConfig
from minutehand.connections.option_values import OptionValues
from minutehand.connections.reference import ConnectionReference
from minutehand.connections.resources import open_choices
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.permissions import READ
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/connections/options", ChoicesConfig)


@function.on("GET", READ)
def get_connection_options(request: Request) -> OptionValues:
    """Return the values that the platform lists for the options of the connection."""
    return function.resource(open_choices).options(request.reader(), request.form(ConnectionReference))
