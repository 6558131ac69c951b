"""An archive is unpacked once for all workers that need its files."""

import io
import shutil
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local.shared_archives import SharedArchive

FILES = {"app.py": "handler = print", "minutehand/runtime/db.py": "x = 1", "empty.py": ""}


@pytest.fixture(autouse=True)
def unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the unpacked archives."""
    folder = tmp_path / "unpacked"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def unpack(folder: Path, files: dict[str, str]) -> Path:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    folder.mkdir()
    with SharedArchive(content) as archive:
        archive.extractall(folder)
    return folder


def texts(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_workers_with_the_same_archive_share_its_files(tmp_path: Path) -> None:
    first, second = unpack(tmp_path / "first", FILES), unpack(tmp_path / "second", FILES)

    assert texts(first.resolve()) == texts(second.resolve()) == FILES
    assert first.resolve() == second.resolve()


@pytest.mark.parametrize(
    "other", [FILES | {"app.py": "handler = input"}, FILES | {"new.py": ""}, {"app.py": FILES["app.py"]}]
)
def test_other_archive_has_its_own_files(tmp_path: Path, other: dict[str, str]) -> None:
    first, second = unpack(tmp_path / "first", FILES), unpack(tmp_path / "second", other)

    assert texts(first.resolve()) == FILES
    assert texts(second.resolve()) == other


def test_removal_of_a_worker_leaves_the_files_to_the_others(tmp_path: Path) -> None:
    worker = tmp_path / "worker"
    worker.mkdir()
    unpack(worker / "code", FILES)
    other = unpack(tmp_path / "other", FILES)

    shutil.rmtree(worker)

    assert texts(other.resolve()) == FILES


def test_concurrent_workers_unpack_an_archive_once(tmp_path: Path, unpacked: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        folders = list(threads.map(lambda number: unpack(tmp_path / str(number), FILES), range(8)))

    assert {folder.resolve() for folder in folders} == set(unpacked.iterdir())
    assert len(list(unpacked.iterdir())) == 1


def test_failed_unpacking_is_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "extractall", fail)
        with pytest.raises(OSError, match="disk"):
            unpack(tmp_path / "first", FILES)

    assert texts(unpack(tmp_path / "second", FILES).resolve()) == FILES


def fail(*_: object) -> None:
    raise OSError("disk full")
