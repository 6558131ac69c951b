"""Sample images and a sample video that all platforms accept: ``/samples/image.jpg`` and others.

The samples were drawn for this project. The images show a clock above the sea, and the video shows five seconds of
the clock's moving minute hand.
"""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

FOLDER = Path(__file__).parent
IMAGES = ("image.jpg", "image-2.jpg", "image-3.jpg")
PORTRAIT = "portrait.mp4"
CONTENT_TYPES = {".jpg": "image/jpeg", ".mp4": "video/mp4"}


def routes() -> list[Route]:
    """Return the routes of the samples."""

    async def sample(request: Request) -> Response:
        file = FOLDER / request.url.path.rpartition("/")[2]
        return FileResponse(file, media_type=CONTENT_TYPES[file.suffix])

    return [Route(f"/samples/{name}", sample, methods=["GET"]) for name in (*IMAGES, PORTRAIT)]
