"""The timeline, which shows all published posts as JSON and as a web page, with their images and videos."""

from importlib.resources import files
from secrets import token_hex
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from local.simulator import brands, sample_image, sample_video, samples
from local.simulator.state import State, TimelinePost

# The page loads no files from other servers. `nosniff` keeps browsers from running uploaded bytes as scripts or pages.
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
MEDIA_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; media-src 'self'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
ASSETS = {"css": "text/css", "js": "text/javascript"}


def routes(state: State) -> list[Route]:
    """Return the endpoints of the timeline."""
    run_id = token_hex(4)  # Each version includes this id, so that a version from an earlier run is never current.

    async def page(_request: Request) -> Response:
        return HTMLResponse(_file("timeline.html"), headers=PAGE_HEADERS)

    async def asset(request: Request) -> Response:
        name = request.url.path.removeprefix("/")
        return Response(_file(name), media_type=ASSETS[name.rpartition(".")[2]], headers=PAGE_HEADERS)

    async def platform_styles(_request: Request) -> Response:
        return Response(brands.stylesheet(), media_type=ASSETS["css"], headers=PAGE_HEADERS)

    async def layouts(_request: Request) -> Response:
        return JSONResponse(brands.brands())

    async def listing(request: Request) -> Response:
        """Return all posts or those of ``platform``, newest first, or no posts if ``since`` is the current version.

        ``media`` maps each image's or video's URL in a post to the properties of the stored file.
        """
        version = f"{run_id}-{state.version}"
        if request.query_params.get("since") == version:
            return JSONResponse({"version": version, "posts": None})
        platform = request.query_params.get("platform")
        posts = [post for post in reversed(state.timeline.values()) if platform in (None, post.platform)]
        listed = [post.as_json() for post in posts]
        return JSONResponse({"version": version, "count": len(posts), "posts": listed, "media": _media(state, posts)})

    async def clear(_request: Request) -> Response:
        state.clear()
        return Response(status_code=204)

    async def landscape_image(_request: Request) -> Response:
        return Response(sample_image.png(), media_type="image/png")

    async def portrait_image(_request: Request) -> Response:
        return Response(sample_image.png(sample_image.HEIGHT, sample_image.WIDTH), media_type="image/png")

    async def media(request: Request) -> Response:
        name = request.path_params["name"]
        found = state.media.get(name)
        if found is None or not found.kept or not found.content_type.startswith(("image/", "video/")):
            return Response(status_code=404)
        return FileResponse(state.media.path(name), media_type=found.content_type, headers=MEDIA_HEADERS)

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return [
        Route("/", page, methods=["GET"]),
        *(
            Route(f"/{name}", asset, methods=["GET"])
            for name in ("timeline.css", "timeline.js", "brands.js", "cards.js", "media.js", "dom.js")
        ),
        Route("/brands.css", platform_styles, methods=["GET"]),
        Route("/api/brands", layouts, methods=["GET"]),
        Route("/api/timeline", listing, methods=["GET"]),
        Route("/api/timeline", clear, methods=["DELETE"]),
        Route("/media/sample.png", landscape_image, methods=["GET"]),
        Route("/media/portrait.png", portrait_image, methods=["GET"]),
        *sample_video.routes(),
        *samples.routes(),
        Route("/media/{name}", media, methods=["GET"]),
        Route("/health", health, methods=["GET"]),
    ]


def _media(state: State, posts: list[TimelinePost]) -> dict[str, Any]:
    found = {}
    for url in {item["url"] for post in posts for item in post.media}:
        if (stored := state.find_media(url)) is None:
            continue
        name, media = stored
        found[url] = {
            "address": f"/media/{name}" if media.kept else None,
            "type": media.content_type,
            "bytes": media.size,
            "width": media.width,
            "height": media.height,
            "seconds": media.seconds,
        }
    return found


def _file(name: str) -> str:
    return files("local.simulator").joinpath(name).read_text(encoding="utf-8")
