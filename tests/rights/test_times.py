from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from clearreel.rights.times import begins, expires


def test_a_date_begins_last_in_the_west_and_is_over_first_in_the_east():
    assert begins(date(2026, 3, 1)) == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert expires(date(2026, 3, 1)) == datetime(2026, 2, 28, 10, tzinfo=UTC)


def test_an_instant_is_what_it_says():
    instant = datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=2)))
    assert begins(instant) == expires(instant) == datetime(2026, 3, 1, 7, 30, tzinfo=UTC)


def test_a_time_without_an_offset_is_no_instant():
    with pytest.raises(ValueError, match="no offset"):
        begins(datetime(2026, 3, 1, 9))
