"""The document is written again exactly when its sources have changed."""

import subprocess
from pathlib import Path

import pytest

from local.errors import LocalStackError
from local.openapi import stored


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The generated documents, which replace the one of the project during the test."""
    written: list[str] = []

    def generate() -> None:
        written.append(f"document {len(written) + 1}")
        stored.write(written[-1])

    monkeypatch.setattr(stored, "DOCUMENT", tmp_path / "openapi.json")
    monkeypatch.setattr(stored, "_FINGERPRINT_FILE", tmp_path / "fingerprint")
    monkeypatch.setattr(stored, "_SOURCES", ("Makefile",))
    monkeypatch.setattr(stored, "_generate", generate)
    return written


def test_document_is_written_once_from_the_same_sources(generated: list[str]) -> None:
    assert [stored.current_document().read_text() for _ in range(3)] == ["document 1"] * 3
    assert generated == ["document 1"]


def test_document_is_written_again_after_a_change_of_the_sources(
    generated: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stored.current_document()
    monkeypatch.setattr(stored, "_SOURCES", ("Makefile", "README.md"))

    assert stored.current_document().read_text() == "document 2"


def test_deleted_document_is_written_again(generated: list[str]) -> None:
    stored.current_document().unlink()

    assert stored.current_document().read_text() == "document 2"


def test_failed_generation_is_reported_and_tried_again(generated: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise LocalStackError("No.")

    with monkeypatch.context() as patch:
        patch.setattr(stored, "_generate", fail)
        with pytest.raises(LocalStackError):
            stored.current_document()

    assert stored.current_document().read_text() == "document 1"


def test_error_of_the_generator_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess(["python"], 1, "", "TypeError: list_posts must declare that it returns")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)

    with pytest.raises(LocalStackError, match=r"cannot be generated\.\nTypeError: list_posts must declare"):
        stored._generate()
