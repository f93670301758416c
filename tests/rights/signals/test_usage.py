import pytest

from clearreel.rights.signals.aipref import AIPREF
from clearreel.rights.signals.content_signal import CONTENT_SIGNAL
from clearreel.testing.signal_contract import evidence_with, verdict

ACTIVITIES = ("genai-training", "other-training", "evaluation", "redistribution")


def stances(reader, *values, robots=""):
    headers = tuple((reader.name.title(), value) for value in values)
    evidence = evidence_with("/robots.txt", robots.encode(), headers=headers)
    return [verdict(reader, evidence, activity).stance for activity in ACTIVITIES]


NO, YES, SILENT, DOUBT = "denies", "allows", "absent", "unknown"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["train-ai=n"], [NO, NO, SILENT, SILENT]),
        (["train-ai=y"], [YES, SILENT, SILENT, SILENT]),
        (["ai=y"], [YES, YES, SILENT, SILENT]),
        (["genai=n"], [NO, SILENT, SILENT, SILENT]),
        (["train-genai=n, ai=y"], [NO, YES, SILENT, SILENT]),
        (["tdm=n"], [NO, NO, NO, SILENT]),
        (["bots=n;x=1"], [NO, NO, NO, SILENT]),
        (["search=n"], [SILENT] * 4),
        (["train-ai=y", "train-ai=n"], [NO, NO, SILENT, SILENT]),
        (["train-ai=n, train-ai=y"], [NO, NO, SILENT, SILENT]),
        (["train-ai=y, train-ai=n"], [NO, NO, SILENT, SILENT]),
        (['train-ai="n"'], [DOUBT] * 4),
        (["train-ai"], [DOUBT] * 4),
        (["train-ai=?0"], [DOUBT] * 4),
        (["train-ai=yes"], [DOUBT] * 4),
        (["train-ai=(n)"], [DOUBT] * 4),
        (["train-robots=n"], [DOUBT] * 4),
        (["train-ai=y,"], [DOUBT] * 4),
        ([""], [DOUBT] * 4),
        ([], [SILENT] * 4),
    ],
)
def test_content_usage(values, expected):
    assert stances(AIPREF, *values) == expected


@pytest.mark.parametrize(
    ("robots", "expected"),
    [
        # The example of the draft, for addresses below /v/.
        ("User-Agent: *\nAllow: /\nContent-Usage: train-ai=n\nContent-Usage: /v/ train-ai=y", YES),
        ("User-Agent: *\nContent-Usage: /v/ train-ai=n\nContent-Usage: train-ai=y", NO),
        ("User-Agent: *\nContent-Usage: /w/ train-ai=n", SILENT),
        ("User-Agent: *\nContent-Usage: /v/\ttrain-ai=n # by letter", NO),
        ("User-Agent: *\nContent-Usage: /v/ train-ai=y\nContent-Usage: /v/ train-ai=n", NO),
        # A nearer rule about something else leaves the farther one standing.
        ("User-Agent: *\nContent-Usage: /v/ search=y\nContent-Usage: train-ai=n", NO),
        ("User-Agent: *\nContent-Usage: /v/", DOUBT),
        ("content-usage : train-ai=n\nUser-Agent: *\nAllow: /", NO),
        # Both of the groups that concern us count; those of others, as far as they deny.
        ("User-Agent: clearreel\nContent-Usage: train-ai=y\n\nUser-Agent: *\n", YES),
        (
            "User-Agent: clearreel\nContent-Usage: train-ai=y\n\n"
            "User-Agent: *\nContent-Usage: train-ai=n",
            NO,
        ),
        ("User-Agent: GPTBot\nUser-Agent: CCBot\nContent-Usage: train-ai=n", NO),
        ("User-Agent: GPTBot\nContent-Usage: train-ai=y", SILENT),
        ("User-Agent: SomeSearch\nContent-Usage: train-ai=n", SILENT),
        ("User-Agent: *\nSitemap: /s\nUser-Agent: SomeSearch\nContent-Usage: train-ai=n", NO),
        ("<html>", DOUBT),
    ],
)
def test_content_usage_in_robots_txt(robots, expected):
    assert stances(AIPREF, robots=robots)[0] == expected


def test_the_header_and_robots_txt_meet():
    allowing = "User-Agent: *\nContent-Usage: train-ai=y"
    assert stances(AIPREF, "train-ai=n", robots=allowing)[0] == NO
    assert stances(AIPREF, "train-ai=y", robots=allowing.replace("=y", "=n"))[0] == NO


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("search=yes,ai-train=no", [NO, NO, SILENT, SILENT]),
        ("ai-train=yes, search=yes, ai-input=yes", [YES, YES, YES, SILENT]),
        ("AI-Train=No", [NO, NO, SILENT, SILENT]),
        ("ai-input=no", [SILENT, SILENT, NO, SILENT]),
        ("search=yes", [SILENT] * 4),
        ("ai-train=n", [DOUBT] * 4),
        ("search-ai=yes", [DOUBT] * 4),
    ],
)
def test_content_signal(value, expected):
    assert stances(CONTENT_SIGNAL, value) == expected
    robots = f"User-Agent: *\nContent-Signal: {value}\nAllow: /"
    assert stances(CONTENT_SIGNAL, robots=robots) == expected
