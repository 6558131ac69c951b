"""Images and a video that all platforms take, to be posted by people and tests: ``/samples/image.jpg`` and so on.

Drawn for this project: a clock above the sea, and five seconds of its minute hand on its way.
"""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

FOLDER = Path(__file__).parent
IMAGES = ("image.jpg", "image-2.jpg", "image-3.jpg")
PORTRAIT = "portrait.mp4"
TYPES = {".jpg": "image/jpeg", ".mp4": "video/mp4"}


def routes() -> list[Route]:
    """Return the addresses."""

    async def sample(request: Request) -> Response:
        file = FOLDER / request.url.path.rpartition("/")[2]
        return FileResponse(file, media_type=TYPES[file.suffix])

    return [Route(f"/samples/{name}", sample, methods=["GET"]) for name in (*IMAGES, PORTRAIT)]
