"""Small media files of every format, made by code: real headers around meaningless bytes."""

import struct
import zlib
from collections.abc import Sequence

from tests.support.mp4_files import MATRIX, box

EXIF_PREFIX = b"Exif\0\0"
TURNED = (0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)


# Images.


def tiff(orientation: int | None, *, order: str = ">", kind: int = 3) -> bytes:
    """Return EXIF data with two entries: the name of the camera and, unless it is None, the orientation."""
    entries = [struct.pack(f"{order}HHI4s", 0x010F, 2, 4, b"Ada\0")]
    if orientation is not None:
        value = struct.pack(f"{order}{'HH' if kind == 3 else 'I'}", orientation, *([0] if kind == 3 else []))
        entries.append(struct.pack(f"{order}HHI", 0x0112, kind, 1) + value)
    beginning = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    return beginning + struct.pack(f"{order}H", len(entries)) + b"".join(entries) + bytes(4)


def jpeg(width: int, height: int, *, exif: bytes | None = None, before: bytes = b"") -> bytes:
    """Return a JPEG. ``before``: further segments before the frame."""
    segment = b"" if exif is None else b"\xff\xe1" + struct.pack(">H", len(exif) + 8) + EXIF_PREFIX + exif
    frame = b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", height, width)
    return b"\xff\xd8\xff\xe0\x00\x04ab" + segment + before + frame + bytes(10) + b"\xff\xd9"


def png(width: int, height: int, *, exif: bytes | None = None) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), *([] if exif is None else [(b"eXIf", exif)]), (b"IDAT", b"pixels"), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0\0\0\x3b"


def webp(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(
        struct.pack("<4sI", kind, len(content)) + content + bytes(len(content) % 2) for kind, content in chunks
    )
    return struct.pack("<4sI4s", b"RIFF", len(body) + 4, b"WEBP") + body


def lossy(width: int, height: int) -> tuple[bytes, bytes]:
    return b"VP8 ", b"\x10\x00\x00\x9d\x01\x2a" + struct.pack("<HH", width, height) + b"pixels!"


def lossless(width: int, height: int) -> tuple[bytes, bytes]:
    return b"VP8L", b"\x2f" + struct.pack("<I", width - 1 | height - 1 << 14) + b"pixels"


def canvas(width: int, height: int, *, flags: int = 0) -> tuple[bytes, bytes]:
    return b"VP8X", bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")


# Boxes.


def ftyp(major: bytes, *compatible: bytes) -> bytes:
    return box(b"ftyp", major + bytes(4) + b"".join(compatible))


def movie_header(duration: int, *, scale: int = 1000, wide: bool = False) -> bytes:
    if wide:
        return box(b"mvhd", b"\x01\0\0\0" + bytes(16) + struct.pack(">IQ", scale, duration) + bytes(80))
    return box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, scale, duration) + bytes(80))


def track(
    width: int, height: int, handler: bytes | None = None, *, matrix: Sequence[int] = MATRIX, wide: bool = False
) -> bytes:
    """Return a track. Without a ``handler``, its header alone shows what it is."""
    head = (b"\x01\0\0\3" + bytes(32 + 16)) if wide else (b"\0\0\0\3" + bytes(20 + 16))
    header = box(b"tkhd", head + struct.pack(">9i", *matrix) + struct.pack(">II", width << 16, height << 16))
    return box(b"trak", header + (b"" if handler is None else media_of(handler)))


def media_of(handler: bytes) -> bytes:
    return box(b"mdia", box(b"mdhd", bytes(24)) + box(b"hdlr", bytes(8) + handler + bytes(13)))


def fragmented(whole: int | None, *, first: int = 0, wide: bool = False) -> bytes:
    """Return the index of a fragmented video. ``whole``: the duration in ``mehd``, or None to omit it."""
    extends = b""
    if whole is not None:
        body = b"\x01\0\0\0" + struct.pack(">Q", whole) if wide else bytes(4) + struct.pack(">I", whole)
        extends = box(b"mehd", body)
    extends += box(b"trex", bytes(24))
    return box(b"moov", movie_header(first) + track(720, 1280, b"vide") + box(b"mvex", extends))


MP4 = ftyp(b"isom", b"isom", b"mp42")
VIDEO = box(b"moov", movie_header(4000) + track(0, 0, b"soun") + track(1280, 720, b"vide"))
AUDIO = box(b"moov", movie_header(4000) + track(0, 0, b"soun"))
FRAMES = box(b"mdat", b"frames")


def ebml(document: bytes) -> bytes:
    header = b"\x42\x86\x81\x01\x42\x82" + bytes([0x80 | len(document)]) + document
    return b"\x1a\x45\xdf\xa3" + bytes([0x80 | len(header)]) + header + b"\x18\x53\x80\x67"


IMAGES = {
    "JPEG": (jpeg(1600, 900), "image/jpeg"),
    "JPEG with EXIF": (jpeg(1600, 900, exif=tiff(6)), "image/jpeg"),
    "PNG": (png(400, 300), "image/png"),
    "GIF": (gif(320, 200), "image/gif"),
    "old GIF": (gif(320, 200).replace(b"89a", b"87a"), "image/gif"),
    "lossy WebP": (webp(lossy(550, 368)), "image/webp"),
    "lossless WebP": (webp(lossless(400, 300)), "image/webp"),
    "animated WebP": (webp(canvas(400, 300, flags=2), (b"ANIM", bytes(6))), "image/webp"),
    "AVIF": (ftyp(b"avif", b"mif1", b"miaf"), "image/avif"),
    "animated AVIF": (ftyp(b"avis", b"avif", b"msf1", b"iso8"), "image/avif"),
    "AVIF with a generic brand": (ftyp(b"mif1", b"mif1", b"avif"), "image/avif"),
    "HEIC": (ftyp(b"heic", b"mif1", b"heic"), "image/heic"),
    "10-bit HEIC": (ftyp(b"heix", b"mif1"), "image/heic"),
    "HEIC with a generic brand": (ftyp(b"mif1", b"mif1", b"heic"), "image/heic"),
    "HEIC sequence": (ftyp(b"msf1", b"msf1", b"hevc"), "image/heic-sequence"),
    "HEIF": (ftyp(b"mif1", b"mif1"), "image/heif"),
    "BMP": (b"BM" + struct.pack("<IHHII", 70, 0, 0, 54, 40) + bytes(52), "image/bmp"),
    "little-endian TIFF": (tiff(1, order="<"), "image/tiff"),
    "big-endian TIFF": (tiff(1), "image/tiff"),
    "SVG": (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
}
VIDEOS = {
    "MP4": (MP4 + VIDEO + FRAMES, "video/mp4"),
    "MP4 with its index at the end": (MP4 + FRAMES + VIDEO, "video/mp4"),
    "fragmented MP4": (MP4 + fragmented(None) + FRAMES, "video/mp4"),
    "M4V": (ftyp(b"M4V ", b"M4V ", b"M4A ", b"mp42") + VIDEO, "video/mp4"),
    "MP4 of an old phone": (ftyp(b"3gp4", b"isom", b"3gp4") + VIDEO, "video/mp4"),
    "3GP": (ftyp(b"3gp5", b"3gp5") + VIDEO, "video/3gpp"),
    "3G2": (ftyp(b"3g2a", b"3g2a") + VIDEO, "video/3gpp2"),
    "MOV": (ftyp(b"qt  ", b"qt  ") + VIDEO, "video/quicktime"),
    "MOV without a brand": (VIDEO + FRAMES, "video/quicktime"),
    "MOV without a brand, index at the end": (box(b"wide", b"") + FRAMES + VIDEO, "video/quicktime"),
    "WebM": (ebml(b"webm"), "video/webm"),
    "MKV": (ebml(b"matroska"), "video/x-matroska"),
    "AVI": (b"RIFF\0\0\0\0AVI LIST", "video/x-msvideo"),
    "FLV": (b"FLV\x01\x05", "video/x-flv"),
    "WMV": (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9", "video/x-ms-wmv"),
    "MPEG": (b"\x00\x00\x01\xba\x44", "video/mpeg"),
    "MPEG-TS": ((b"G" + bytes(187)) * 4, "video/mp2t"),
    "Ogg video": (b"OggS" + bytes(24) + b"\x80theora", "video/ogg"),
}
OTHER = {
    "web page": (b"\n<!DOCTYPE html>\n<html><body>Not found</body></html>", "text/html"),
    "web page without a declaration": (b"<html>", "text/html"),
    "PDF": (b"%PDF-1.7", "application/pdf"),
    "compressed file": (b"\x1f\x8b\x08\x00", "application/gzip"),
    "M4A": (ftyp(b"M4A ", b"M4A ", b"mp42", b"isom") + AUDIO, "audio/mp4"),
    "MP4 without a video": (MP4 + AUDIO, "audio/mp4"),
    "MOV without a video": (ftyp(b"qt  ", b"qt  ") + AUDIO, "audio/quicktime"),
    "Ogg audio": (b"OggS" + bytes(24) + b"\x01vorbis", "audio/ogg"),
    "WAV": (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
}
UNKNOWN = {
    "JSON": b'{"error": "expired"}',
    "text": b"BMW and GIF and RIFF",
    "base64 of a JPEG": b"/9j/4AAQSkZJRgABAQAAAQABAAD",
    "zeros": bytes(500),
}
FORMATS = IMAGES | VIDEOS | OTHER
