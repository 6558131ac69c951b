"""Exports posts as CSV or as JSON lines."""

from minutehand.posts.export import export
from minutehand.posts.forms.export import ExportQuery
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.permissions import READ
from minutehand.runtime.request import Request
from minutehand.runtime.response import Response

handler = function = ApiFunction("/api/social/posts/export", DatabaseConfig)


@function.on("GET", READ)
def export_posts(request: Request) -> Response:
    """Return a page of posts in the format of the query. The header Link names the next page, if there is one."""
    return export(function.db, request.reader(), request.form(ExportQuery))
