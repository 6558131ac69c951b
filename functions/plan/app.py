"""Lists the posts that are to be published in a period, with warnings."""

from minutehand.platforms.configs.platforms import PlatformsConfig
from minutehand.posts.forms.plan import PlanQuery
from minutehand.posts.plan import PlanPage, plan
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.permissions import READ
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/posts/plan", PlatformsConfig)


@function.on("GET", READ)
def get_plan(request: Request) -> PlanPage:
    """Return a page of the posts that are to be published in a period, with warnings."""
    query, unconnected = request.form(PlanQuery), function.config.unconnected_platforms
    return plan(function.db, request.reader(), query, unconnected=unconnected, now=function.now())
