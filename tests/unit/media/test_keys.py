"""Object keys of media items."""

import re
from uuid import UUID

import pytest

from minutehand.media.keys import MAX_NAME_CHARACTERS, object_key, thumbnail_key
from minutehand.media.types import MEDIA_TYPES

ID = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("kiln.jpg", "kiln"),
        ("Töpferei (3).PNG", "Topferei-3"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\My Kiln.jpeg", "My-Kiln"),
        ("窯.jpg", "file"),
        (".jpg", "jpg"),
        ("a?b#c%d&e+f.jpg", "a-b-c-d-e-f"),
        ("x" * 255, "x" * MAX_NAME_CHARACTERS),
    ],
)
def test_a_filename_becomes_safe_for_every_address(filename: str, name: str) -> None:
    assert object_key("ada", ID, filename, "image/jpeg").split("/")[1:] == [str(ID), f"{name}.jpg"]


@pytest.mark.parametrize("content_type", MEDIA_TYPES)
def test_the_extension_follows_the_content_type(content_type: str) -> None:
    assert object_key("ada", ID, "a.exe", content_type).endswith(f"/a{MEDIA_TYPES[content_type].extension}")


def test_a_key_holds_a_digest_of_the_owner() -> None:
    digests = {object_key(owner, ID, "a", "image/png").split("/")[0] for owner in ("ada", "bob", "Ada", "a/d/a")}

    assert len(digests) == 4
    assert all(re.fullmatch(r"[0-9a-f]{32}", digest) for digest in digests)


@pytest.mark.parametrize("filename", ["_thumbnail.webp", "thumbnail.webp", "%5Fthumbnail.webp", "\uff3fthumbnail.webp"])
def test_no_file_has_the_key_of_a_thumbnail(filename: str) -> None:
    key = object_key("ada", ID, filename, "image/webp")

    assert thumbnail_key(key).rpartition("/")[0] == key.rpartition("/")[0]
    assert thumbnail_key(key) != key
