import pytest

from clearreel.rights.signals.evidence import Evidence, Exchange
from clearreel.rights.signals.rsl import Rsl
from clearreel.testing.signal_contract import READ_AT, WORK, evidence_with, verdict

NO, YES, SILENT, DOUBT, TERMS = "denies", "allows", "absent", "unknown", "constrains"
TERMS_FILE = "https://example.org/license.xml"


def stance(body, activity="genai-training", *, robots=b"License: /license.xml", status=200, **work):
    found = evidence_with("/robots.txt", robots, **work).exchanges
    if isinstance(body, str):
        body = f'<rsl xmlns="https://rslstandard.org/rsl">{body}</rsl>'.encode()
    terms = () if body is None else (Exchange(TERMS_FILE, status, READ_AT, body=body),)
    return verdict(Rsl(), Evidence(WORK, exchanges=(*found, *terms)), activity).stance


def content(*licenses, url="/", **attributes):
    inner = "".join(f"<license>{one}</license>" for one in licenses)
    more = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<content url="{url}"{more}>{inner}</content>'


def permits(usage, kind="usage"):
    return f'<permits type="{kind}">{usage}</permits>'


def prohibits(usage):
    return f'<prohibits type="usage">{usage}</prohibits>'


def payment(kind):
    return f'<payment type="{kind}"/>'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (content(permits("ai-train")), YES),
        (content(permits("train-ai")), YES),
        (content(permits("search, ai-all")), YES),
        (content(permits("ai-train") + payment("free")), YES),
        *[
            (content(permits("ai-train") + payment(kind)), TERMS)
            for kind in ("attribution", "subscription", "training", "crawl", "barter")
        ],
        (content(permits("ai-train"), server="https://rsl.example/api"), TERMS),
        (content(permits("ai-train") + permits("DE", "geo")), TERMS),
        (content(permits("search")), NO),
        (content(prohibits("ai-train")), NO),
        (content(prohibits("all")), NO),
        (content(prohibits("search")), SILENT),
        (content(permits("all") + prohibits("ai-train")), NO),
        # Offers side by side.
        (content(permits("ai-train"), permits("ai-train") + payment("crawl")), YES),
        (content(permits("search"), permits("ai-train") + payment("crawl")), TERMS),
        (content(permits("ai-train"), prohibits("ai-train")), NO),
        # Which content is meant.
        (content(permits("ai-train"), url="/v/") + content(prohibits("all")), YES),
        (content(permits("ai-train")) + content(prohibits("all"), url="/v/"), NO),
        (content(permits("ai-train")) + content(prohibits("all"), url="/w/"), YES),
        (content(permits("all"), url="https://example.org/v/"), YES),
        (content(permits("all"), url="https://other.example/v/"), SILENT),
        # Not understood.
        (content(permits("ai-everything")), DOUBT),
        (content(permits("")), DOUBT),
        (content(""), DOUBT),
        (content(), DOUBT),
        (content(permits("all"), url=""), DOUBT),
        ("", DOUBT),
        (b"<rsl><content url='/'/></rsl>", DOUBT),
        (b"<html>", DOUBT),
        (b'<!DOCTYPE r [<!ENTITY a "ai-train">]><rsl xmlns="https://rslstandard.org/rsl"/>', DOUBT),
        (None, DOUBT),
    ],
)
def test_what_terms_mean(body, expected):
    assert stance(body) == expected


def test_terms_that_are_announced_have_to_be_there():
    for status in (404, 500, 403):
        assert stance(content(permits("ai-train")), status=status) == DOUBT


def test_where_terms_are_announced():
    denial = content(prohibits("ai-train"))
    link = (("Link", f'<{TERMS_FILE}>; rel="license"; type="application/rsl+xml"'),)
    assert stance(denial, robots=b"") == SILENT  # there, but nobody points to it
    assert stance(denial, robots=b"", headers=link) == NO
    other = (("Link", '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'),)
    assert stance(denial, robots=b"", headers=other) == SILENT
    assert stance(None, robots=b"License: http://[") == DOUBT
    assert stance(None, robots=b"<html>") == DOUBT
    assert stance(denial, robots=b"User-agent: x\nlicense: license.xml") == NO


def test_terms_that_a_page_announces():
    page = "https://example.org/v/"
    link = f'<link rel="license" type="application/rsl+xml" href="{TERMS_FILE}">'
    script = '<script type="application/rsl+xml"><rsl/></script>'
    terms = f'<rsl xmlns="https://rslstandard.org/rsl">{content(prohibits("all"))}</rsl>'.encode()
    for body, expected in ((link, NO), (script, DOUBT), ("<p>", SILENT)):
        shown = Exchange(page, 200, READ_AT, (("Content-Type", "text/html"),), body.encode())
        found = (*evidence_with().exchanges, shown, Exchange(TERMS_FILE, 200, READ_AT, body=terms))
        assert verdict(Rsl(), Evidence(WORK, page, found), "evaluation").stance == expected
