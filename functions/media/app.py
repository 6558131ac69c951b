"""Begins and finishes uploads to the media library, and shows and deletes media items."""

from minutehand.media.forms import CompletedUpload, MediaReference, MediaSelection, NewMediaItem
from minutehand.media.library import AnnouncedMediaItem, MediaConfig, MediaItemFound, MediaPage, MediaSelected
from minutehand.media.resources import open_library
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.page_query import PageQuery
from minutehand.runtime.permissions import READ, WRITE
from minutehand.runtime.request import Request
from minutehand.runtime.response_types import Confirmation

handler = function = ApiFunction("/api/social/media", MediaConfig)


@function.on("POST", WRITE, status=201, idempotent="media.begin")
def create_media_item(request: Request) -> AnnouncedMediaItem:
    """Create a media item, and return it with instructions for uploading its file."""
    return function.resource(open_library).begin(request.writer(), request.form(NewMediaItem), now=function.now())


@function.on("PATCH", WRITE)
def complete_upload(request: Request) -> MediaItemFound:
    """Finish the upload of a file, store its thumbnail if one is given, and return the media item."""
    writer, form, library = request.writer(), request.form(CompletedUpload), function.resource(open_library)
    return library.finish(writer, form.id(), thumbnail=form.image(), now=function.now())


@function.on("GET", READ)
def get_media(request: Request) -> MediaItemFound | MediaSelected | MediaPage:
    """Return the media item or the media items that the query names, or a page of media items."""
    reader, library = request.reader(), function.resource(open_library)
    if "mediaId" in request.query():
        return library.get(reader, request.form(MediaReference).id(), now=function.now())
    if "mediaIds" in request.query():
        return library.select(reader, request.form(MediaSelection).media_ids, now=function.now())
    return library.page(reader, request.form(PageQuery), now=function.now())


@function.on("DELETE", WRITE)
def delete_media_item(request: Request) -> Confirmation:
    """Delete the media item and its file, and return a confirmation."""
    writer, media_id = request.writer(), request.form(MediaReference).id()
    function.resource(open_library).remove(writer, media_id, now=function.now())
    return {"message": "Media item deleted successfully"}
