import pytest

from clearreel.recipes.rules import Rule
from clearreel.report.wording import bound, counted, day, lasting, number, size


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.04, "0.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 00 s"),
        (259, "4 min 19 s"),
        (3599.4, "59 min 59 s"),
        (3599.6, "1 h 00 min"),
        (7500, "2 h 05 min"),
        (3600 * 12345.4, "12,345 h"),
    ],
)
def test_lasting(seconds, words):
    assert lasting(seconds / 3600) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (4_510_000, "4.51 MB"),
        (999_600, "1 MB"),
        (2 * 10**15, "2.0 PB"),
    ],
)
def test_size(count, words):
    assert size(count) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0"), (240, "240"), (0.06327, "0.06327"), (1399441.8, "1,399,442"), (2e-6, "2e-06")],
)
def test_number(value, words):
    assert number(value) == words


def test_counted():
    assert [counted(n, "clip") for n in (0, 1, 2000)] == ["0 clips", "1 clip", "2,000 clips"]
    assert counted(2, "licence and holder", "licences and holders") == "2 licences and holders"


def test_day():
    assert day("2026-03-02T05:07:09Z") == "2 March 2026, 05:07 UTC"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule("a", min=1.5, max=20), "a at least 1.5 and at most 20"),
        (Rule("a", min_quantile=0.15), "a not among the lowest 0.15 of the data set"),
        (Rule("a", max=2, min_side=256, max_side=480), "a at most 2, for 256 to 480 lines"),
    ],
)
def test_bound(rule, words):
    assert bound(rule) == words
