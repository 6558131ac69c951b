import io
import re

import pytest

from local.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_step_prints_one_line_with_its_duration() -> None:
    stream = io.StringIO()

    with Progress(stream).step("sam build"):
        pass

    assert re.fullmatch(r"  ok  sam build  \d+\.\d s\n", stream.getvalue())


def test_failed_step_is_marked_as_failed() -> None:
    stream = io.StringIO()

    with pytest.raises(KeyError), Progress(stream).step("sam build"):
        raise KeyError

    assert stream.getvalue().startswith("  failed  sam build")


def test_terminal_shows_the_running_step() -> None:
    stream = Terminal()

    with Progress(stream).step("sam build"):
        assert stream.getvalue() == "  ..  sam build"

    assert "\r" in stream.getvalue()
    assert stream.getvalue().endswith(" s\n")
