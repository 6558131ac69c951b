"""Shows and changes the settings of the caller's owner: time zone, required approval, and spacing of posts."""

from minutehand.owners import settings
from minutehand.owners.forms import SettingsChanges
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.permissions import READ, WRITE
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/settings", DatabaseConfig)


@function.on("GET", READ)
def get_settings(request: Request) -> settings.CurrentSettings:
    """Return the owner's settings."""
    return settings.read(function.db, request.reader())


@function.on("PATCH", WRITE)
def change_settings(request: Request) -> settings.ChangedSettings:
    """Change the owner's settings, and return them."""
    return settings.change(function.db, request.writer(), request.form(SettingsChanges), now=function.now())
