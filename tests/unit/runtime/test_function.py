"""Functions: their configuration, the resources that they open once, and the replacement of openers."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from minutehand.runtime.config import BadConfiguration, Config
from minutehand.runtime.function import Function
from tests.support.clock import START, FakeClock


class KettleConfig(Config):
    water: int


class Kettle:
    def __init__(self, water: int) -> None:
        self.water = water


def open_kettle(function: Function[KettleConfig]) -> Kettle:
    return Kettle(function.config.water)


def test_configuration_is_read_once_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WATER", raising=False)
    function = Function(KettleConfig)

    with pytest.raises(BadConfiguration, match="WATER"):
        _ = function.config
    monkeypatch.setenv("WATER", "2")
    assert function.config.water == 2
    monkeypatch.setenv("WATER", "3")
    assert function.config.water == 2


def test_resource_is_opened_once(monkeypatch: pytest.MonkeyPatch) -> None:
    function = Function(KettleConfig)
    lazy = function.lazy(open_kettle)
    monkeypatch.setenv("WATER", "2")

    kettle = lazy()

    assert kettle.water == 2
    assert lazy() is function.resource(open_kettle) is kettle


def test_opener_that_fails_is_called_again() -> None:
    function, failures = Function(KettleConfig), [ConnectionError()]

    def fail_once(_: object) -> Kettle:
        for error in failures:
            failures.clear()
            raise error
        return Kettle(1)

    function.replace(open_kettle, fail_once)

    with pytest.raises(ConnectionError):
        function.resource(open_kettle)
    assert function.resource(open_kettle).water == 1


def test_replaced_opener_is_used_instead_of_an_opened_resource(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATER", "2")
    function = Function(KettleConfig)
    function.resource(open_kettle)

    function.replace(open_kettle, lambda _: Kettle(5))

    assert function.resource(open_kettle).water == 5


def test_deadline_leaves_the_spare_time() -> None:
    function = Function(KettleConfig)
    function.clock = FakeClock(START)
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)

    assert function.deadline(context, spare=timedelta(seconds=5)) == START + timedelta(seconds=55)
