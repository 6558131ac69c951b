"""The timeline: every post that landed, as JSON for tests, as cards for people, and the images in it."""

from importlib.resources import files
from secrets import token_hex

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from local.simulator import sample, sample_video
from local.simulator.state import State

# The page loads nothing from anywhere else; `nosniff` keeps uploaded bytes from being anything but images.
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
MEDIA_HEADERS = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}


def routes(state: State) -> list[Route]:
    """Return the timeline's endpoints."""
    started = token_hex(4)  # versions of one run mean nothing in the next

    async def page(_request: Request) -> Response:
        return HTMLResponse(_file("timeline.html"), headers=PAGE_HEADERS)

    async def style(_request: Request) -> Response:
        return Response(_file("timeline.css"), media_type="text/css", headers=PAGE_HEADERS)

    async def script(_request: Request) -> Response:
        return Response(_file("timeline.js"), media_type="text/javascript", headers=PAGE_HEADERS)

    async def listing(request: Request) -> Response:
        """Return what landed, newest first; with ``since`` equal to ``version``, only say that nothing is new."""
        version = f"{started}-{state.version}"
        if request.query_params.get("since") == version:
            return JSONResponse({"version": version, "posts": None})
        platform = request.query_params.get("platform")
        posts = [post.as_json() for post in reversed(state.timeline.values()) if platform in (None, post.platform)]
        return JSONResponse({"version": version, "count": len(posts), "posts": posts})

    async def clear(_request: Request) -> Response:
        state.clear()
        return Response(status_code=204)

    async def sample_image(_request: Request) -> Response:
        return Response(sample.png(), media_type="image/png")

    async def portrait_image(_request: Request) -> Response:
        return Response(sample.png(sample.HEIGHT, sample.WIDTH), media_type="image/png")

    async def media(request: Request) -> Response:
        found = state.media.get(request.path_params["name"])
        if found is None or not found.content_type.startswith("image/"):
            return Response(status_code=404)
        return Response(found.content, media_type=found.content_type, headers=MEDIA_HEADERS)

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return [
        Route("/", page, methods=["GET"]),
        Route("/timeline.css", style, methods=["GET"]),
        Route("/timeline.js", script, methods=["GET"]),
        Route("/api/timeline", listing, methods=["GET"]),
        Route("/api/timeline", clear, methods=["DELETE"]),
        Route("/media/sample.png", sample_image, methods=["GET"]),
        Route("/media/portrait.png", portrait_image, methods=["GET"]),
        *sample_video.routes(),
        Route("/media/{name}", media, methods=["GET"]),
        Route("/health", health, methods=["GET"]),
    ]


def _file(name: str) -> str:
    return files("local.simulator").joinpath(name).read_text(encoding="utf-8")
