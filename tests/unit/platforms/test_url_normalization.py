"""Two spellings of one address have the same normal form, and two addresses never have."""

from itertools import combinations

import pytest

from minutehand.platforms.url_normalization import normal_form

SPELLINGS = [
    [
        "https://ex.am/a%20b.jpg",
        "https://ex.am/a b.jpg",
        "HTTPS://EX.AM/a%20b.jpg",
        "https://ex.am:443/a%20b.jpg",
        "https://ex.am/a%20b.jpg#",
        "https://ex.am/a%20b.jpg#top",
        " https://ex.am/a%20b.jpg ",
        "https://ex.am/%61%20b%2Ejpg",
    ],
    ["https://ex.am/A%20b.jpg"],
    ["https://ex.am/a%2520b.jpg"],
    ["https://ex.am/a+b.jpg"],
    ["http://ex.am/a%20b.jpg", "http://ex.am:80/a b.jpg"],
    ["https://ex.am:444/a%20b.jpg"],
    ["https://ex.am/a%20b.jpg?v=1", "https://Ex.Am/a%20b.jpg?%76=1#x"],
    ["https://ex.am/a%20b.jpg?v=2"],
    ["https://ex.am/a/b.jpg"],
    ["https://ex.am/a%2fb.jpg", "https://ex.am/a%2Fb.jpg"],
    ["https://ex.am", "https://ex.am/", "https://EX.am:443/#"],
    ["https://ex.am/T%C3%B6pferei.jpg", "https://ex.am/Töpferei.jpg", "https://ex.am/T%c3%b6pferei.jpg"],
    ["https://töpferei.example/a.jpg", "https://xn--tpferei-90a.example/a.jpg", "https://TÖPFEREI.example/a.jpg"],
    ["https://ex.am/100%.jpg", "https://ex.am/100%25.jpg"],
    ["https://ex.am/a%26b?c=%26"],
    ["https://ex.am/a&b?c=&"],
    ["https://ex.am/~ada/a.jpg", "https://ex.am/%7Eada/a.jpg", "https://ex.am/%7eada/a.jpg"],
    ["https://[2001:db8::1]/a.jpg", "https://[2001:DB8::1]:443/a.jpg"],
    ["media:0f8fad5b-d9cb-469f-a165-70867728950e", "media:0F8FAD5B-D9CB-469F-A165-70867728950E"],
    ["https://ex.am:many/a.jpg"],
    ["https://[half/a.jpg"],
    [""],
]


@pytest.mark.parametrize("spellings", SPELLINGS)
def test_spellings_of_one_address_have_one_form(spellings: list[str]) -> None:
    assert len({normal_form(url) for url in spellings}) == 1


def test_different_addresses_have_different_forms() -> None:
    for one, other in combinations(SPELLINGS, 2):
        assert normal_form(one[0]) != normal_form(other[0])


@pytest.mark.parametrize("url", [url for spellings in SPELLINGS for url in spellings])
def test_normal_form_of_a_normal_form_is_the_same(url: str) -> None:
    assert normal_form(normal_form(url)) == normal_form(url)
