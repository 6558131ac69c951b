import io
import re

import pytest

from local.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_step_is_one_plain_line_with_its_time() -> None:
    stream = io.StringIO()

    with Progress(stream).step("sam build"):
        pass

    assert re.fullmatch(r"  ok  sam build  \d+\.\d s\n", stream.getvalue())


def test_a_step_that_fails_says_so() -> None:
    stream = io.StringIO()

    with pytest.raises(KeyError), Progress(stream).step("sam build"):
        raise KeyError

    assert stream.getvalue().startswith("  failed  sam build")


def test_a_terminal_shows_the_step_while_it_runs() -> None:
    stream = Terminal()

    with Progress(stream).step("sam build"):
        assert stream.getvalue() == "  ..  sam build"

    assert "\r" in stream.getvalue()
    assert stream.getvalue().endswith(" s\n")
