"""The compilation of the tests, which the workers of pytest-xdist share."""

import pytest

from tests.support.shared_compilation import modules_of_tests, rotated


def test_workers_begin_with_different_modules_and_import_all() -> None:
    modules = ["a", "b", "c", "d", "e"]

    orders = [rotated(modules, number, count=2) for number in range(2)]

    assert orders == [["a", "b", "c", "d", "e"], ["c", "d", "e", "a", "b"]]


def test_modules_are_imported_under_the_names_that_pytest_uses(request: pytest.FixtureRequest) -> None:
    """Otherwise, pytest would import and compile them again."""
    collected = {item.module.__name__ for item in request.session.items if isinstance(item, pytest.Function)}

    assert __name__ in collected
    assert collected - set(modules_of_tests(request.config)) == set()
