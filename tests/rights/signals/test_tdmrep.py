import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from clearreel.rights.signals.embedded import Embedded
from clearreel.rights.signals.evidence import Evidence, Exchange
from clearreel.rights.signals.meet import STRICTEST_FIRST, meet
from clearreel.rights.signals.registry import read_signals
from clearreel.rights.signals.tdmrep import NAMESPACES, EmbeddedTdmRep, TdmRep
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


def test_the_names_of_other_metadata_are_read_in_a_page_too():
    assert stance(page='<meta property="tdm:reservation" content="1">') == NO
    assert stance(page='<meta name="tdm:reservation" content="0">') == YES
    assert stance(page='<meta name="a" property="tdm:reservation" content="1">') == NO
    assert stance(page='<meta name="tdm-reservation" content="0">' * 2) == YES
    both = '<meta name="tdm-reservation" content="0"><meta property="tdm:reservation" content="1">'
    assert stance(page=both) == NO


def xmp(reservation=None, policy=None, form="element", namespace=NAMESPACES[0]):
    """A packet in which these properties stand."""
    given = {"reservation": reservation, "policy": policy}
    said = {key: value for key, value in given.items() if value is not None}
    attributes = inner = ""
    if form == "attribute":
        attributes = "".join(f' tdm:{key}="{value}"' for key, value in said.items())
    else:
        inner = "".join(f"<tdm:{key}> {value} </tdm:{key}>" for key, value in said.items())
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:tdm="{namespace}"{attributes}>{inner}'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def inside(*packets, problem=""):
    return Embedded(Path("clip.mp4"), READ_AT, packets, problem=problem)


@pytest.mark.parametrize("namespace", NAMESPACES)
@pytest.mark.parametrize("form", ["element", "attribute"])
@pytest.mark.parametrize(
    ("reservation", "policy", "expected"),
    [
        ("1", None, NO),
        ("0", None, YES),
        ("1", "https://p.example/policy.json", TERMS),
        ("0", "https://p.example/policy.json", YES),
        ("2", None, DOUBT),
        ("", None, DOUBT),
        ("true", None, DOUBT),
        (None, None, SILENT),
        (None, "https://p.example/policy.json", SILENT),
    ],
)
def test_the_file_itself(form, namespace, reservation, policy, expected):
    packet = xmp(reservation, policy, form, namespace)
    assert (
        verdict(EmbeddedTdmRep(), Evidence(media=inside(packet)), "evaluation").stance == expected
    )


def test_packets_that_conflict():
    for order in ((xmp("0"), xmp("1")), (xmp("1"), xmp("0"))):
        assert verdict(EmbeddedTdmRep(), Evidence(media=inside(*order)), "evaluation").stance == NO
    damaged = Evidence(media=inside(xmp("0"), b"<x"))
    assert verdict(EmbeddedTdmRep(), damaged, "evaluation").stance == DOUBT


def own(signals, activity="genai-training"):
    found = [signal for signal in signals if signal.standard == "tdmrep"]
    return meet(found, activity, READ_AT).stance


SAID = {None: SILENT, 0: YES, 1: NO, 2: DOUBT}


def test_every_layer_over_every_other():
    """The nearest that says something counts; what is not understood may only be stricter."""
    for file, header, metadata in product(SAID, repeat=3):
        body = json.dumps([] if file is None else [rule("/", file)]).encode()
        headers = () if header is None else (("tdm-reservation", str(header)),)
        packets = () if metadata is None else (xmp(str(metadata)),)
        evidence = replace(evidence_with(FILE, body, headers=headers), media=inside(*packets))
        nearest = next((one for one in (metadata, header, file) if one is not None), None)
        found = own(read_signals(evidence))
        if metadata == 2:  # does not cover up what its site says more clearly
            farther = SAID[next((one for one in (header, file) if one is not None), None)]
            assert found == min((DOUBT, farther), key=STRICTEST_FIRST.index)
        else:
            assert found == SAID[nearest], (file, header, metadata)


def test_the_file_itself_does_not_speak_for_its_page():
    tag = b'<meta name="tdm-reservation" content="1">'
    shown = Exchange(PAGE, 200, READ_AT, (("Content-Type", "text/html"),), tag)
    evidence = Evidence(WORK, PAGE, (*evidence_with().exchanges, shown), inside(xmp("0")))
    assert own(read_signals(evidence)) == NO


def test_what_was_not_found_for_damage_may_be_a_reservation():
    evidence = replace(evidence_with(), media=inside(problem="cut short"))
    assert own(read_signals(evidence)) == DOUBT
    evidence = replace(evidence_with(), media=inside(xmp("0"), problem="cut short"))
    assert own(read_signals(evidence), "redistribution") == DOUBT


def test_it_is_not_about_passing_on():
    assert stance([rule("/", 1)], activity="redistribution") == SILENT


def test_a_work_whose_answer_was_not_kept_is_in_doubt():
    evidence = Evidence(WORK, exchanges=(Exchange("https://example.org" + FILE, 404, READ_AT),))
    assert verdict(TdmRep(), evidence, "evaluation").stance == DOUBT
