from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutehand.posts.times import MAX_TIME_AHEAD, local, parse, resolve
from minutehand.queue.policy import LATE_TOLERANCE
from minutehand.runtime.errors import InvalidInput
from minutehand.runtime.timezones import time_zone
from minutehand.runtime.validation import Problem
from tests.support.clock import START

BERLIN = "Europe/Berlin"
ZONES = ["UTC", BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "Africa/Cairo"]
soon = st.datetimes(START.replace(tzinfo=None), (START + MAX_TIME_AHEAD).replace(tzinfo=None) - timedelta(days=3))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-05-04T09:30:00Z", "2026-05-04T09:30:00+00:00"),
        ("2026-05-04t09:30z", "2026-05-04T09:30:00+00:00"),
        ("2026-05-04T09:30:00+02:00", "2026-05-04T07:30:00+00:00"),
        ("2026-05-04T09:30-0330", "2026-05-04T13:00:00+00:00"),
        ("2026-05-04T09:30+02", "2026-05-04T07:30:00+00:00"),
        ("2026-05-04 09:30:15.250Z", "2026-05-04T09:30:15.250000+00:00"),
        ("2026-05-04T09:30:15,123456789Z", "2026-05-04T09:30:15.123456+00:00"),
        (" 2026-05-04T09:30 ", "2026-05-04T07:30:00+00:00"),
        ("2026-12-04T09:30:00", "2026-12-04T08:30:00+00:00"),
    ],
)
def test_a_time_without_an_offset_is_wall_clock_time(text: str, instant: str) -> None:
    assert resolve(parse(text), BERLIN, START).at.isoformat() == instant


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("2026-05-04", "has no time of day. Add one, such as 2026-05-04T09:30"),
        ("tomorrow", "not a date and time in ISO 8601"),
        ("", "not a date and time in ISO 8601"),
        ("2026-05-04T9:30", "not a date and time in ISO 8601"),
        ("20260504T093000Z", "not a date and time in ISO 8601"),
        ("2026-W19-1T09:30", "not a date and time in ISO 8601"),
        ("٢٠٢٦-05-04T09:30Z", "not a date and time in ISO 8601"),
        ("2026-02-29T09:30Z", "a date, a time of day or an offset that does not exist"),
        ("2026-05-04T24:30Z", "a date, a time of day or an offset that does not exist"),
        ("2026-05-04T23:59:60Z", "a date, a time of day or an offset that does not exist"),
        ("2026-05-04T09:30+25:00", "a date, a time of day or an offset that does not exist"),
        (1_777_887_000, "must be a string"),
        (None, "must be a string"),
    ],
)
def test_text_that_is_not_a_date_and_time_is_refused(text: object, part: str) -> None:
    with pytest.raises(Problem, match=part):
        parse(text)


@pytest.mark.parametrize(
    ("wall", "zone", "before", "after"),
    [
        ("2026-03-29T02:30", BERLIN, "2026-03-29T01:59:00+01:00", "2026-03-29T03:00:00+02:00"),
        ("2026-03-29T02:00", BERLIN, "2026-03-29T01:59:00+01:00", "2026-03-29T03:00:00+02:00"),
        ("2026-03-29T02:59:59", BERLIN, "2026-03-29T01:59:59+01:00", "2026-03-29T03:00:00+02:00"),
        ("2026-03-08T02:15", "America/New_York", "2026-03-08T01:59:00-05:00", "2026-03-08T03:00:00-04:00"),
        ("2026-10-04T02:10", "Australia/Lord_Howe", "2026-10-04T01:59:00+10:30", "2026-10-04T02:30:00+11:00"),
        ("2026-04-24T00:30", "Africa/Cairo", "2026-04-23T23:59:00+02:00", "2026-04-24T01:00:00+03:00"),
    ],
)
def test_a_skipped_time_is_refused_with_the_nearest_valid_times(wall: str, zone: str, before: str, after: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve(parse(wall), zone, START)

    assert refused.value.code == "time_does_not_exist"
    assert refused.value.details[0]["allowed"] == [before, after]
    assert before[:19] in refused.value.message
    assert after[:19] in refused.value.message


@pytest.mark.parametrize("edge", ["2026-03-29T01:59:59", "2026-03-29T03:00"])
def test_the_edges_of_a_skipped_hour_exist(edge: str) -> None:
    assert resolve(parse(edge), BERLIN, START).notices == ()


def test_an_ambiguous_time_means_the_first_occurrence_with_a_notice() -> None:
    resolved = resolve(parse("2026-10-25T02:30"), BERLIN, START)

    (notice,) = resolved.notices
    assert resolved.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert (notice.field, notice.code) == ("scheduledAt", "ambiguous_time")
    assert resolve(parse("2026-10-25T02:30:00+01:00"), BERLIN, START).at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("edge", ["2026-10-25T01:59:59", "2026-10-25T03:00"])
def test_the_edges_of_an_ambiguous_hour_are_unique(edge: str) -> None:
    assert resolve(parse(edge), BERLIN, START).notices == ()


@pytest.mark.parametrize(
    ("off", "possible"), [(-LATE_TOLERANCE, True), (-LATE_TOLERANCE - timedelta(microseconds=1), False)]
)
def test_a_time_may_be_up_to_a_minute_in_the_past(off: timedelta, possible: bool) -> None:
    assert _possible(START + off) is possible


@pytest.mark.parametrize(("off", "possible"), [(timedelta(), True), (timedelta(microseconds=1), False)])
def test_a_time_may_be_up_to_ten_years_ahead(off: timedelta, possible: bool) -> None:
    assert _possible(START + MAX_TIME_AHEAD + off) is possible


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00"])
def test_the_ends_of_the_calendar_are_out_of_range(text: str) -> None:
    with pytest.raises(InvalidInput, match="scheduledAt"):
        resolve(parse(text), "Asia/Tokyo", START)


@given(soon, st.sampled_from(ZONES))
def test_a_resolved_instant_has_the_given_wall_clock_time(wall: datetime, zone: str) -> None:
    try:
        resolved = resolve(wall, zone, START - timedelta(days=2))
    except InvalidInput as refused:
        assert refused.code == "time_does_not_exist"  # noqa: PT017 either outcome has its own property
        first, second = (datetime.fromisoformat(str(text)) for text in refused.details[0]["allowed"])  # type: ignore[attr-defined]
        assert first.replace(tzinfo=None) < wall < second.replace(tzinfo=None) or second.replace(tzinfo=None) == wall
        assert second - first <= timedelta(minutes=1)
        for neighbour in (first, second):
            assert local(neighbour, zone).replace(tzinfo=None) == neighbour.replace(tzinfo=None)
    else:
        assert local(resolved.at, zone).replace(tzinfo=None) == wall
        again = [at for at in _readings(wall, zone) if at != resolved.at]
        assert bool(resolved.notices) is bool(again)
        assert all(resolved.at < at for at in again)


@given(soon, st.sampled_from(ZONES), st.integers(-14 * 60, 14 * 60))
def test_an_offset_overrides_the_time_zone(wall: datetime, zone: str, minutes: int) -> None:
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    text = f"{wall.isoformat()}{sign}{hours:02}:{rest:02}"

    resolved = resolve(parse(text), zone, START - timedelta(days=2))

    assert resolved.at == wall.replace(tzinfo=UTC) - timedelta(minutes=minutes)
    assert resolved.notices == ()


@given(st.text(max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        written = parse(text)
    except Problem as problem:
        assert problem.sentence.startswith("scheduledAt")  # noqa: PT017 either outcome has its own property
    else:
        assert written.isoformat()[:10] == text.strip()[:10]


def _possible(at: datetime) -> bool:
    try:
        return resolve(at, "UTC", START).at == at
    except InvalidInput:
        return False


def _readings(wall: datetime, zone: str) -> set[datetime]:
    both = {wall.replace(tzinfo=time_zone(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    return {at for at in both if local(at, zone).replace(tzinfo=None) == wall}
