import json

import pytest

from clearreel.rights.signals.evidence import Evidence, Exchange
from clearreel.rights.signals.tdmrep import TdmRep
from clearreel.testing.signal_contract import READ_AT, WORK, evidence_with, verdict

FILE = "/.well-known/tdmrep.json"
PAGE = "https://example.org/v/"
NO, YES, SILENT, DOUBT, TERMS = "denies", "allows", "absent", "unknown", "constrains"


def rule(location, value, **more):
    return {"location": location, "tdm-reservation": value, **more}


def stance(rules=(), headers=(), page=None, activity="genai-training"):
    body = rules if isinstance(rules, bytes) else json.dumps(rules).encode()
    evidence = evidence_with(FILE, body, headers=tuple(headers))
    if page is not None:
        shown = Exchange(PAGE, 200, READ_AT, (("Content-Type", "text/html"),), page.encode())
        evidence = Evidence(WORK, PAGE, (*evidence.exchanges, shown))
    return verdict(TdmRep(), evidence, activity).stance


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], SILENT),
        ([rule("/", 1)], NO),
        ([rule("/", 0)], YES),
        ([rule("/v/", 1), rule("/", 0)], NO),
        ([rule("/v/", 0), rule("/", 1)], YES),
        ([rule("/", 0), rule("/v/", 1)], YES),
        ([rule("/w/", 1)], SILENT),
        ([rule("/*.mp4$", 1)], NO),
        ([rule("/", 1, **{"tdm-policy": "https://p.example/policy.json"})], TERMS),
        ([rule("/", 0), rule("/", 1)], NO),
        ([rule("/", 2)], DOUBT),
        ([rule("/", "1")], DOUBT),
        ([rule("/", True)], DOUBT),
        ([rule("/", 1.0)], DOUBT),
        ([{"location": "/"}], DOUBT),
        ([{"tdm-reservation": 0}, rule("/", 0)], DOUBT),
        ([rule("/", 0), {"tdm-reservation": 1}], YES),
        (["/"], DOUBT),
        (rule("/", 0), DOUBT),
        (b'[{"location":"/","tdm-reservation":1,"tdm-reservation":0}]', DOUBT),
        (b'\xef\xbb\xbf[{"location":"/","tdm-reservation":1}]', NO),
        (b"[" * 200_000, DOUBT),
        (b"<html>", DOUBT),
        (b"", DOUBT),
    ],
)
def test_the_file(rules, expected):
    assert stance(rules) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1"], NO),
        (["0"], YES),
        (["0", "1"], NO),
        (["1, 0"], NO),
        (["2"], DOUBT),
        ([""], DOUBT),
        ([], SILENT),
    ],
)
def test_the_header(values, expected):
    assert stance([], [("TDM-Reservation", value) for value in values]) == expected


def test_a_policy_is_an_offer_of_terms():
    headers = [("tdm-reservation", "1"), ("tdm-policy", "https://p.example/policy.json")]
    assert stance([], headers) == TERMS


def test_what_is_nearer_supersedes_and_silence_does_not_reset():
    header, meta = [("tdm-reservation", "0")], '<meta name="TDM-Reservation" content="0">'
    assert stance([rule("/", 1)]) == NO
    assert stance([rule("/", 1)], header) == YES
    assert stance([rule("/", 0)], [("tdm-reservation", "1")]) == NO
    assert stance(b"damaged", header) == YES
    assert stance(b"damaged", header, activity="redistribution") == DOUBT
    # The page reserves nothing any more; the video, which has no metadata, goes on to.
    assert stance([rule("/v/$", 1)], page=meta) == YES
    assert stance([rule("/", 1)], page=meta) == NO


def test_the_page_speaks_of_what_it_shows():
    assert stance(page='<head><meta name="tdm-reservation" content="1"></head>') == NO
    assert (
        stance(page='<meta content="1" name="tdm-reservation"><meta name=tdm-policy content=u>')
        == TERMS
    )
    assert stance(page="<title>nothing</title>") == SILENT


def test_it_is_not_about_passing_on():
    assert stance([rule("/", 1)], activity="redistribution") == SILENT


def test_a_work_whose_answer_was_not_kept_is_in_doubt():
    evidence = Evidence(WORK, exchanges=(Exchange("https://example.org" + FILE, 404, READ_AT),))
    assert verdict(TdmRep(), evidence, "evaluation").stance == DOUBT
