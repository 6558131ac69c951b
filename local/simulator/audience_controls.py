"""The API that tests and developers use to age posts, to rename metrics, and to list the readings of metrics."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulator.controls import BadRequestError, json_object, text, with_errors
from local.simulator.state import State


def routes(state: State) -> list[Route]:
    """Return the endpoints of this API."""

    async def readings(_request: Request) -> Response:
        """Return the readings since the simulator started, oldest first."""
        return JSONResponse({"readings": [reading.as_json() for reading in state.readings]})

    async def age(request: Request) -> Response:
        """Make ``posts`` of the timeline older by ``seconds``."""
        body = await json_object(request)
        posts, seconds = body.get("posts"), body.get("seconds")
        if not isinstance(posts, list) or not all(isinstance(post, str) for post in posts):
            raise BadRequestError(f"posts is {posts!r}; it must be a list of ids of posts on the timeline.")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise BadRequestError(f"seconds is {seconds!r}; it must be a number.")
        for post in posts:
            state.age(post, timedelta(seconds=seconds))
        return Response(status_code=204)

    async def rename(request: Request) -> Response:
        """Rename the metric ``name`` of ``platform`` to ``newName``."""
        body = await json_object(request)
        state.collection(text(body, "platform"), "renamed")[text(body, "name")] = text(body, "newName")
        state.mark_changed()
        return Response(status_code=204)

    async def restore(request: Request) -> Response:
        """Restore the original names of the metrics of ``platform``."""
        state.collection(request.query_params.get("platform", ""), "renamed").clear()
        state.mark_changed()
        return Response(status_code=204)

    return [
        Route("/metrics/readings", readings, methods=["GET"]),
        Route("/metrics/age", with_errors(age), methods=["POST"]),
        Route("/metrics/names", with_errors(rename), methods=["POST"]),
        Route("/metrics/names", restore, methods=["DELETE"]),
    ]
