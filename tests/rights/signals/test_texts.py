"""trust.txt, ai.txt and noai."""

import pytest

from clearreel.rights.signals.ai_txt import AiTxt
from clearreel.rights.signals.evidence import Evidence, Exchange
from clearreel.rights.signals.noai import NoAi
from clearreel.rights.signals.trust_txt import TrustTxt
from clearreel.testing.signal_contract import READ_AT, WORK, evidence_with, verdict

NO, YES, SILENT, DOUBT = "denies", "allows", "absent", "unknown"
TRAIN = "genai-training"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("datatrainingallowed=yes", YES),
        ("DataTrainingAllowed = No  # thanks", NO),
        ("data-training-allowed=no", NO),
        ("datatrainingallowed=yes\ndatatrainingallowed=no", NO),
        ("datatrainingallowed=", DOUBT),
        ("datatrainingallowed", DOUBT),
        ("# datatrainingallowed=no\nmember=https://example.com/", SILENT),
        ("<html>soft 404</html>", DOUBT),
    ],
)
def test_trust_txt(text, expected):
    for path in ("/trust.txt", "/.well-known/trust.txt"):
        evidence = evidence_with(path, text.encode())
        assert verdict(TrustTxt(), evidence, TRAIN).stance == expected
    assert verdict(TrustTxt(), evidence, "evaluation").permitted == (expected != DOUBT)


def test_trust_txt_may_lie_in_two_places():
    here, there = "https://example.org/trust.txt", "https://example.org/.well-known/trust.txt"
    text = b"datatrainingallowed=yes"
    alone = Evidence(WORK, exchanges=(Exchange(here, 200, READ_AT, body=text),))
    assert verdict(TrustTxt(), alone, TRAIN).stance == YES
    missing = Evidence(WORK, exchanges=(Exchange(there, 404, READ_AT),))
    assert verdict(TrustTxt(), missing, TRAIN).stance == DOUBT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("User-Agent: *\nDisallow: /", NO),
        ("User-Agent: *\nDisallow: *.mp4", NO),
        ("User-Agent: *\nDisallow: *.webm", NO),  # footage, whatever this address ends in
        ("User-Agent: *\nDisallow: *.txt\nAllow: *.mp4", YES),
        ("User-Agent: *\nAllow: /", YES),
        ("User-Agent: *\nAllow: /v/\nDisallow: /", YES),
        ("User-Agent: *\nAllow: /v/\nDisallow: /v/", NO),
        ("User-Agent: AnyBot\nDisallow: /", NO),
        ("User-Agent: AnyBot\nAllow: /", SILENT),
        ("User-Agent: *\nDisallow: *.png", SILENT),
        ("User-Agent: *\nDisallow:", SILENT),
        ("# Spawning AI", SILENT),
        ("Training: no", DOUBT),
        ("no training", DOUBT),
        ("<html>", DOUBT),
    ],
)
def test_ai_txt(text, expected):
    evidence = evidence_with("/ai.txt", text.encode())
    assert verdict(AiTxt(), evidence, TRAIN).stance == expected


DIRECTIVES = [
    ("noai", NO),
    ("noindex, NoImageAI", NO),
    ("somebot: noai", NO),
    ("noml", NO),
    ("noindex, nofollow, noarchive, nosnippet, noimageindex, notranslate", SILENT),
    ("max-image-preview: large, unavailable_after: 25 Jun 2010 15:00:00 PST", SILENT),
    ("all", SILENT),
    ("noai-training", DOUBT),
    ("no-ai", DOUBT),
    ("ai-train=no", DOUBT),
]


@pytest.mark.parametrize(("value", "expected"), DIRECTIVES)
def test_noai_in_a_header(value, expected):
    evidence = evidence_with(headers=(("x-robots-tag", value),))
    assert verdict(NoAi(), evidence, TRAIN).stance == expected


@pytest.mark.parametrize(("value", "expected"), DIRECTIVES)
def test_noai_in_a_page(value, expected):
    page = "https://example.org/v/"
    for name in ("robots", "ROBOTS", "googlebot"):
        body = f"<html><head><meta name='{name}' content='{value}'></head>".encode()
        for data in (body, body.decode().encode("utf-16")):
            shown = Exchange(page, 200, READ_AT, (("Content-Type", "text/html"),), data)
            evidence = Evidence(WORK, page, (*evidence_with().exchanges, shown))
            assert verdict(NoAi(), evidence, TRAIN).stance == expected


def test_the_headers_of_an_answer_that_failed_say_nothing():
    work = Exchange(WORK, 403, READ_AT, (("x-robots-tag", "all"),))
    assert verdict(NoAi(), Evidence(WORK, exchanges=(work,)), TRAIN).stance == DOUBT
    gone = Exchange(WORK, 404, READ_AT)
    assert verdict(NoAi(), Evidence(WORK, exchanges=(gone,)), TRAIN).stance == DOUBT
