"""Type, dimensions and duration of an image or a video, read from its first bytes.

Only the content of a file decides its type. The name of the file and the headers of its server are ignored.
"""

import re
import struct

from minutehand.platforms import mp4, still_images
from minutehand.platforms.dimensions import UNKNOWN, Dimensions

IMAGE_TYPES = frozenset(
    ["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic", "image/heif"]
)
"""The types of the images that Minutehand uploads to platforms."""
IMAGE_TYPE_NAMES = "JPEG, PNG, GIF, WebP, AVIF, HEIC and HEIF"
"""The names of `IMAGE_TYPES`, for use in sentences."""
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
SIGNATURES = (
    (PNG, "image/png"),
    (JPEG, "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-wmv"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\x00\x00\x01\xb3", "video/mpeg"),
    (b"\x1f\x8b", "application/gzip"),
    (b"%PDF-", "application/pdf"),
)
"""The first bytes of a file, and the type that they indicate."""
RIFF_TYPES = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/wav"}
BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"hevc": "image/heic-sequence",
    b"hevx": "image/heic-sequence",
    b"mif1": "image/heif",
    b"msf1": "image/heif-sequence",
    b"crx ": "image/x-canon-cr3",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"M4P ": "audio/mp4",
    b"F4A ": "audio/mp4",
}
"""The types of files with an ``ftyp`` box, keyed by brand. A file with any other major brand is a 3GPP or MP4 file."""
GENERIC_BRANDS = frozenset([b"mif1", b"msf1"])
"""The major brands that do not name a codec. A compatible brand of the file may name the codec."""
MPEG4 = frozenset(["video/mp4", "video/quicktime"])
TRANSPORT_PACKETS = (0, 188, 376)
"""The offsets of the first packets of an MPEG transport stream. Each packet begins with the letter G."""
BITMAP_HEADERS = frozenset([12, 40, 52, 56, 64, 108, 124])
"""The possible sizes of the header of a BMP image. The size is checked because any text may begin with the signature of
a BMP image, BM.
"""
_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype html|html|head|body)\b", re.I | re.S)
_SVG = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml.{0,200}?\?>\s*)?(?:<![^>]{0,500}>\s*)*<svg\b", re.I | re.S)
_MARKUP_BYTES = 2048


def content_type(beginning: bytes) -> str | None:
    """Return the MIME type that the first bytes of a file indicate, or None if the format is unknown.

    Types that are neither images nor videos are recognised so that a message can name them.
    """
    for signature, kind in SIGNATURES:
        if beginning.startswith(signature):
            return kind
    if beginning.startswith(b"RIFF"):
        return RIFF_TYPES.get(beginning[8:12])
    if beginning.startswith(b"\x1a\x45\xdf\xa3"):  # EBML, whose header contains the document type
        return "video/webm" if b"webm" in beginning[:64] else "video/x-matroska"
    if beginning.startswith(b"OggS"):
        return "video/ogg" if beginning[28:35] == b"\x80theora" else "audio/ogg"
    if beginning[4:8] in mp4.STARTS:
        return _mp4_type(beginning)
    if beginning.startswith(b"BM") and int.from_bytes(beginning[14:18], "little") in BITMAP_HEADERS:
        return "image/bmp"
    if all(beginning[at : at + 1] == b"G" for at in TRANSPORT_PACKETS):
        return "video/mp2t"
    markup = beginning[:_MARKUP_BYTES]
    if _HTML.match(markup):
        return "text/html"
    return "image/svg+xml" if _SVG.match(markup) else None


def dimensions(beginning: bytes) -> Dimensions:
    """Return the dimensions and the duration that the first bytes of a file state. A value is None if the bytes do not
    contain it, if the file is damaged, or if its format is not supported.
    """
    read = {
        "image/png": still_images.png,
        "image/gif": still_images.gif,
        "image/jpeg": still_images.jpeg,
        "image/webp": still_images.webp,
    }.get(content_type(beginning) or "")
    try:
        return read(beginning) if read else mp4.movie(beginning).dimensions
    except (struct.error, IndexError):
        return UNKNOWN


def audio_type(video_type: str) -> str:
    """Return the type of a file that has the format ``video_type`` but contains no video track."""
    return video_type.replace("video/", "audio/")


def _mp4_type(beginning: bytes) -> str:
    """Return the type of a file that consists of boxes. An MP4 or MOV file without a video track is audio."""
    kind = "video/quicktime" if beginning[4:8] in mp4.QUICKTIME_STARTS else _type_of_brands(beginning)
    if kind in MPEG4 and mp4.movie(beginning).has_video is False:
        return audio_type(kind)
    return kind


def _type_of_brands(beginning: bytes) -> str:
    (length,) = struct.unpack_from(">I", beginning)
    end = min(length, len(beginning), 256)
    major, compatible = beginning[8:12], {beginning[at : at + 4] for at in range(16, end - 3, 4)}
    if major in GENERIC_BRANDS:
        specific = sorted(BRANDS[brand] for brand in compatible & set(BRANDS) - GENERIC_BRANDS)
        return next((kind for kind in specific if kind.startswith("image/")), BRANDS[major])
    if major[:2] == b"3g" and not any(brand[:3] in (b"iso", b"mp4") for brand in compatible):
        return "video/3gpp2" if major[:3] == b"3g2" else "video/3gpp"
    return BRANDS.get(major, "video/mp4")
