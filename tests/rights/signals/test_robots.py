from dataclasses import replace
from datetime import timedelta

import pytest

from clearreel.rights.signals.evidence import Evidence, Exchange
from clearreel.rights.signals.meet import meet
from clearreel.rights.signals.robots import Robots
from clearreel.rights.signals.robots_file import matches
from clearreel.testing.signal_contract import READ_AT, WORK, evidence_with, verdict

ROBOTS = "https://example.org/robots.txt"


def stance(text, activity="genai-training", **answer):
    body = text if isinstance(text, bytes) else text.encode()
    return verdict(Robots(), evidence_with("/robots.txt", body, **answer), activity).stance


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("User-agent: *\nAllow: /\n", "absent"),
        ("User-agent: *\nDisallow:\n", "absent"),
        ("User-agent: *\nDisallow: /private/\n", "absent"),
        ("# only a remark\n", "absent"),
        ("", "absent"),
        ("Sitemap: https://example.org/map.xml\n", "absent"),
        ("User-agent: *\nDisallow: /\n", "denies"),
        ("User-agent: *\nDisallow: /*.mp4$\n", "denies"),
        ("User-agent: *\nAllow: /\nDisallow: /v/\n", "denies"),
        ("User-agent: clearreel\nDisallow: /\n", "denies"),
        ("User-agent: ClearReel\nDisallow: /v/\n\nUser-agent: *\nAllow: /\n", "denies"),
        # Not to be got around by being named.
        ("User-agent: clearreel\nAllow: /\n\nUser-agent: *\nDisallow: /\n", "denies"),
        ("User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n", "denies"),
        ("User-agent: Google-Extended\nDisallow: /\n", "denies"),
        ("User-agent: GPTBot\nDisallow: /private/\n", "absent"),
        ("User-agent: reel\nDisallow: /\n", "absent"),
        ("User-agent: SomeSearch\nDisallow: /\n", "absent"),
        ("<!DOCTYPE html><title>Please log in</title>", "unknown"),
        ("  \n<html>User-agent: *\nAllow: /</html>", "unknown"),
        ("User-agent: *\nAllow: /\n<html>", "unknown"),
        ("Please log in\n", "unknown"),
        (b"User-agent: *\nAllow: /\n\xff", "unknown"),
        (b"User-agent: *\nAllow: /\n\0", "unknown"),
        ("User-agent: *\nAllow: /\n".encode("utf-16"), "unknown"),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n", "denies"),
        (b"User-agent: *\rDisallow: /\r", "denies"),
    ],
)
def test_what_a_robots_txt_says(text, expected):
    assert stance(text) == expected


def test_a_file_that_is_too_long_is_not_understood():
    start = b"User-agent: *\nAllow: /\n"
    assert stance(start + b"#" * (500 * 1024 - len(start))) == "absent"
    assert stance(start + b"#" * (500 * 1024 - len(start) + 1)) == "unknown"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        *[(status, "absent") for status in (404, 410)],
        *[(status, "denies") for status in (401, 403, 429, 500, 503, 599)],
        *[(status, "unknown") for status in (204, 206, 301, 304, 400, 418, 451)],
    ],
)
def test_what_a_status_means(status, expected):
    assert stance("User-agent: *\nAllow: /\n", status=status) == expected


@pytest.mark.parametrize(
    ("kind", "expected"), [("text/plain; charset=utf-8", "absent"), ("text/html", "unknown")]
)
def test_the_type_has_to_be_plain_text(kind, expected):
    robots = Exchange(ROBOTS, 200, READ_AT, (("content-type", kind),), b"User-agent: *\nAllow: /")
    evidence = Evidence(WORK, exchanges=(robots,))
    assert verdict(Robots(), evidence, "evaluation").stance == expected


def test_redirects_are_followed_five_times():
    robots = Exchange(ROBOTS, 200, READ_AT, body=b"User-agent: *\nAllow: /")
    for count, expected in ((5, "absent"), (6, "unknown")):
        passed = tuple(f"https://example.org/{n}" for n in range(count))
        evidence = Evidence(WORK, exchanges=(replace(robots, redirects=passed),))
        assert verdict(Robots(), evidence, "evaluation").stance == expected


def test_shutting_out_training_crawlers_is_no_word_on_passing_on():
    named = "User-agent: GPTBot\nDisallow: /\n"
    assert stance(named, "redistribution") == "absent"
    assert stance("User-agent: *\nDisallow: /\n", "redistribution") == "denies"
    named = "User-agent: clearreel\nAllow: /\n\nUser-agent: *\nDisallow: /\n"
    assert stance(named, "redistribution") == "denies"


def test_every_server_on_the_way_is_asked():
    """The work is redirected to another host, whose own robots.txt says no."""
    there = "https://cdn.example.net/clip.mp4"
    work = Exchange(WORK, 200, READ_AT, redirects=(there,))
    here = Exchange(ROBOTS, 404, READ_AT)
    its = Exchange("https://cdn.example.net/robots.txt", 200, READ_AT, body=b"")
    found = {
        "unknown": (work, here),
        "absent": (work, here, its),
        "denies": (work, here, replace(its, body=b"User-agent: *\nDisallow: /clip.mp4\n")),
    }
    for expected, exchanges in found.items():
        evidence = Evidence(WORK, exchanges=exchanges)
        assert verdict(Robots(), evidence, "evaluation").stance == expected


def test_another_port_is_another_server():
    robots = Exchange("https://example.org:8443/robots.txt", 404, READ_AT)
    assert verdict(Robots(), Evidence(WORK, exchanges=(robots,)), "evaluation").stance == "unknown"


def test_an_answer_counts_for_a_day():
    signals = Robots().read(evidence_with("/robots.txt", b""))
    ends = READ_AT + timedelta(hours=24)
    assert meet(signals, "evaluation", ends - timedelta(seconds=1)).permitted
    assert not meet(signals, "evaluation", ends).permitted


@pytest.mark.parametrize(
    ("pattern", "address", "expected"),
    [
        ("/", WORK, True),
        ("/v", WORK, True),
        ("/V/", WORK, False),
        ("/*.mp4$", WORK, True),
        ("/*.mp4$", WORK + "?x=1", False),
        ("/v/%63lip.mp4", WORK, True),
        ("/v/clip.mp4?id=2", "https://example.org/v/clip.mp4?id=2", True),
        ("", WORK, False),
        ("/\nDisallow: /", WORK, False),
        ("/v#", WORK, False),
    ],
)
def test_path_patterns(pattern, address, expected):
    assert matches(pattern, address) is expected
