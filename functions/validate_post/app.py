"""Validates a post against the rules of its platforms, and writes nothing."""

from typing import Any

from minutehand.platforms.resources import open_prober
from minutehand.posts.config import ProbingConfig
from minutehand.posts.dry_run import validate_new, validate_saved
from minutehand.posts.forms.base import PostReference
from minutehand.posts.forms.validate import PostToValidate
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

handler = function = ApiFunction("/api/social/posts/validate", ProbingConfig)


@function.on("POST")
def validate_post(request: Request) -> dict[str, Any]:
    """Respond with a report for each platform, on a saved post or on the post in the body."""
    writer, body, prober = request.writer(), request.json(), function.lazy(open_prober)
    if "postId" in body:
        return validate_saved(function.db, writer, parse(PostReference, body).id(), prober=prober)
    new = parse(PostToValidate, body)
    return validate_new(function.db, writer, new, prober=prober, now=function.clock.now())
