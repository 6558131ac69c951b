"""Reports the posts, publications, uploads and paid reads of an owner in a period."""

from minutehand.owners.forms import UsageQuery
from minutehand.owners.usage import UsageReport, report
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.permissions import READ
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/usage", DatabaseConfig)


@function.on("GET", READ)
def get_usage(request: Request) -> UsageReport:
    """Return the usage of the caller's owner in the period that the query names."""
    return report(function.db, request.reader(), request.form(UsageQuery))
