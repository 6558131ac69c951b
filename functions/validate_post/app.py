"""Validates a post against the rules of its platforms, without storing the post."""

from minutehand.platforms.resources import open_prober
from minutehand.posts.configs.probing import ProbingConfig
from minutehand.posts.dry_run import Validation, validate_new, validate_saved
from minutehand.posts.forms.base import PostReference
from minutehand.posts.forms.validate import PostToValidate
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.permissions import WRITE
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/posts/validate", ProbingConfig)


@function.on("POST", WRITE)
def validate_post(request: Request) -> Validation:
    """Validate a saved post or the post in the body, and return a report for each platform."""
    writer, prober = request.writer(), function.lazy(open_prober)
    function.count_request()  # the validation may be expensive, and end before a statement counts the request
    if "postId" in request.json():
        return validate_saved(function.db, writer, request.form(PostReference).id(), prober=prober)
    return validate_new(function.db, writer, request.form(PostToValidate), prober=prober, now=function.now())
