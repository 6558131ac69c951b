"""Shows the metrics of one post, or sums of metrics over a period."""

from minutehand.analytics.forms import PostMetricsQuery, SumsQuery
from minutehand.analytics.post_metrics import PostMetrics, post_metrics
from minutehand.analytics.sums import SumsReport, report
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.permissions import READ
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/posts/analytics", DatabaseConfig)


@function.on("GET", READ)
def get_analytics(request: Request) -> PostMetrics | SumsReport:
    """Return the metrics of one post if the query names a post, and otherwise sums of metrics over a period."""
    if "postId" in request.query():
        return post_metrics(function.db, request.reader(), request.form(PostMetricsQuery).id())
    return report(function.db, request.reader(), request.form(SumsQuery))
