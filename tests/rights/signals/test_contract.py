"""Every reader keeps to the contract."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearreel.rights.signals.embedded import Embedded
from clearreel.rights.signals.evidence import Evidence, Exchange
from clearreel.rights.signals.plus import NAMESPACE, VOCABULARY
from clearreel.rights.signals.registry import MEDIA, WEB
from clearreel.rights.signals.tdmrep import NAMESPACES
from clearreel.testing.signal_contract import (
    READ_AT,
    WORK,
    Writing,
    check_bytes,
    check_reader,
    evidence_with,
)

MINED = "genai-training"


def header(name):
    return lambda said: evidence_with(headers=tuple((name, value) for value in said))


def raw_header(name):
    def evidence(data):
        return evidence_with(headers=((name, data.decode("latin-1")),))

    return evidence


def file(path, *, before="", after="", joined="\n"):
    def evidence(said):
        if not said:
            return evidence_with()
        return evidence_with(path, (before + joined.join(said) + after).encode())

    return evidence


def raw_file(path):
    return lambda data: evidence_with(path, data)


def rsl(body):
    evidence = evidence_with("/robots.txt", b"License: /license.xml\n")
    with_license = evidence_with("/license.xml", body)
    others = [one for one in evidence.exchanges if not one.address.endswith("/license.xml")]
    found = [one for one in with_license.exchanges if one.address.endswith("/license.xml")]
    return Evidence(evidence.address, exchanges=(*others, *found))


def rsl_content(said, url):
    licenses = "".join(f"<license>{one}</license>" for one in said)
    return f'<content xmlns="https://rslstandard.org/rsl" url="{url}">{licenses}</content>'


def rsl_document(said, url="/"):
    return f'<rsl xmlns="https://rslstandard.org/rsl">{rsl_content(said, url)}</rsl>'


def rsl_terms(said):
    if not said:
        return evidence_with("/robots.txt", b"User-agent: *\nAllow: /\n")
    return rsl(rsl_document(said).encode())


def rsl_linked(body):
    pointer = '</license.xml>; rel="license"; type="application/rsl+xml"'
    return evidence_with("/license.xml", body, headers=(("Link", pointer),))


def rsl_linked_terms(said):
    return rsl_linked(rsl_document(said, "").encode()) if said else evidence_with()


def page(body, kind="text/html"):
    address = "https://example.org/v/"
    shown = Exchange(address, 200, READ_AT, (("Content-Type", kind),), body)
    return Evidence(WORK, address, (*evidence_with().exchanges, shown))


def rsl_inline(data):
    return page(b'<title>A film</title><script type="application/rsl+xml">' + data + b"</script>")


def rsl_inline_terms(said):
    return rsl_inline(rsl_document(said, "").encode()) if said else page(b"<title>A film</title>")


def rsl_feed(data):
    return page(data, "application/rss+xml")


def rsl_feed_terms(said):
    item = rsl_content(said, WORK) if said else ""
    return rsl_feed(f'<rss version="2.0"><channel><item>{item}</item></channel></rss>'.encode())


def metas(values):
    tags = "".join(f'<meta name="tdm-reservation" content="{value}">' for value in values)
    return page(tags.encode() or b"<title>A film</title>")


def xmp(packets):
    read_at = datetime(2026, 11, 22, tzinfo=UTC)
    return Evidence(media=Embedded(Path("clip.mp4"), read_at, tuple(packets)))


def described(attributes="", inner=""):
    return (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<r:Description r:about="" {attributes}>{inner}</r:Description></r:RDF>'.encode()
    )


def plus_values(said):
    return xmp(
        [described(f'xmlns:p="{NAMESPACE}" p:DataMining="{VOCABULARY}{value}"') for value in said]
    )


def tdm_values(said):
    return xmp(
        [described(f'xmlns:tdm="{NAMESPACES[0]}" tdm:reservation="{value}"') for value in said]
    )


def rsl_packet(said):
    return xmp([described(inner=rsl_document(said, "https://a.example/film"))] if said else [])


def tdm(value):
    return json.dumps({"location": "/v/", "tdm-reservation": value})


WRITINGS = [
    Writing(
        WEB["robots.txt"],
        MINED,
        deny="User-agent: *\nDisallow: /v/",
        evidence=file("/robots.txt"),
        raw=raw_file("/robots.txt"),
    ),
    Writing(
        WEB["aipref"],
        MINED,
        allow="train-ai=y",
        deny="train-ai=n",
        puzzle="train-ai=maybe",
        evidence=header("Content-Usage"),
        raw=raw_header("Content-Usage"),
    ),
    Writing(
        WEB["aipref"],
        MINED,
        allow="Content-Usage: train-ai=y",
        deny="Content-Usage: /v/ train-ai=n\nContent-Usage: train-ai=n",
        puzzle="Content-Usage: train-ai",
        evidence=file("/robots.txt", before="User-agent: *\n"),
        raw=raw_file("/robots.txt"),
    ),
    Writing(
        WEB["content-signal"],
        MINED,
        allow="ai-train=yes",
        deny="ai-train=no",
        puzzle="ai-train=conditional",
        evidence=header("Content-Signal"),
        raw=raw_header("Content-Signal"),
    ),
    Writing(
        WEB["content-signal"],
        MINED,
        allow="Content-Signal: search=yes, ai-train=yes",
        deny="Content-Signal: search=yes, ai-train=no",
        puzzle="Content-Signal: art-train=no",
        evidence=file("/robots.txt", before="User-agent: *\nAllow: /\n"),
        raw=raw_file("/robots.txt"),
    ),
    Writing(
        WEB["tdmrep"],
        MINED,
        allow=tdm(0),
        deny=tdm(1),
        puzzle=tdm(2),
        evidence=file("/.well-known/tdmrep.json", before="[", after="]", joined=","),
        raw=raw_file("/.well-known/tdmrep.json"),
    ),
    Writing(
        WEB["tdmrep"],
        MINED,
        allow="0",
        deny="1",
        puzzle="one",
        evidence=header("tdm-reservation"),
        raw=raw_header("tdm-reservation"),
    ),
    Writing(
        WEB["rsl"],
        MINED,
        allow='<permits type="usage">ai-all</permits>',
        deny='<prohibits type="usage">ai-train</prohibits>',
        puzzle='<permits type="usage">ai-everything</permits>',
        evidence=rsl_terms,
        raw=rsl,
    ),
    *(
        Writing(
            reader,
            MINED,
            allow='<permits type="usage">ai-all</permits>',
            deny='<prohibits type="usage">ai-train</prohibits>',
            puzzle='<permits type="usage">ai-everything</permits>',
            evidence=evidence,
            raw=raw,
        )
        for reader, evidence, raw in (
            (WEB["rsl"], rsl_linked_terms, rsl_linked),
            (WEB["rsl"], rsl_inline_terms, rsl_inline),
            (WEB["rsl"], rsl_feed_terms, rsl_feed),
            (MEDIA["rsl"], rsl_packet, lambda data: xmp([data])),
        )
    ),
    Writing(
        WEB["tdmrep"],
        MINED,
        allow="0",
        deny="1",
        puzzle="2",
        evidence=metas,
        raw=page,
    ),
    Writing(
        MEDIA["tdmrep"],
        MINED,
        allow="0",
        deny="1",
        puzzle="2",
        evidence=tdm_values,
        raw=lambda data: xmp([data]),
    ),
    Writing(
        WEB["trust.txt"],
        MINED,
        allow="datatrainingallowed=yes",
        deny="datatrainingallowed=no",
        puzzle="datatrainingallowed=ask",
        evidence=file("/trust.txt"),
        raw=raw_file("/trust.txt"),
    ),
    Writing(
        WEB["ai.txt"],
        MINED,
        allow="User-Agent: *\nAllow: /v/",
        deny="User-Agent: *\nDisallow: /v/",
        puzzle="Training: conditional",
        evidence=file("/ai.txt"),
        raw=raw_file("/ai.txt"),
    ),
    Writing(
        WEB["noai"],
        MINED,
        deny="noindex, noai",
        puzzle="noai-but-search",
        evidence=header("X-Robots-Tag"),
        raw=raw_header("X-Robots-Tag"),
    ),
    Writing(
        MEDIA["plus"],
        MINED,
        allow="DMI-ALLOWED",
        deny="DMI-PROHIBITED-AIMLTRAINING",
        puzzle="DMI-PROHIBITED-ON-SUNDAYS",
        evidence=plus_values,
        raw=lambda data: xmp([data]),
    ),
]


def test_every_reader_is_here_or_has_tests_of_its_own():
    assert {one.reader.standard for one in WRITINGS} | {"c2pa"} == {*WEB, *MEDIA}


@pytest.mark.parametrize("writing", WRITINGS, ids=lambda one: one.reader.standard)
def test_a_reader_keeps_to_the_contract(writing):
    check_reader(writing)


WORDS = (
    *"\n :,=;/*$#<>\"'[]{}%\\\0\ufeff\u2028yn01-",
    *("User-agent", "Disallow", "Allow", "Content-Usage", "train-ai", "License", "http://[", "&a;"),
    *(
        "tdm-reservation",
        "location",
        "usage",
        "permits",
        "noai",
        "<rsl",
        "<rss",
        "<meta",
        "<![x",
        "html",
    ),
)
texts = st.lists(st.sampled_from(WORDS), max_size=20).map(lambda parts: "".join(parts).encode())


@pytest.mark.parametrize("writing", WRITINGS, ids=lambda one: one.reader.standard)
@settings(max_examples=60)
@given(data=st.binary(max_size=60) | texts | st.text(max_size=60).map(str.encode))
def test_no_bytes_make_a_reader_raise_or_allow(writing, data):
    check_bytes(writing, data)


@settings(max_examples=100)
@given(data=st.binary(max_size=40) | texts)
def test_no_page_makes_a_reader_raise(data):
    for kind in ("text/html", "application/rss+xml", "text/plain"):
        for reader in WEB.values():
            assert reader.read(page(data, kind))
