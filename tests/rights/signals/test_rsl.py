import re
from pathlib import Path

import pytest

from clearreel.rights.signals.embedded import Embedded
from clearreel.rights.signals.evidence import Evidence, Exchange
from clearreel.rights.signals.rsl import EmbeddedRsl, Rsl
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


PAGE = "https://example.org/v/"
RSL = 'xmlns="https://rslstandard.org/rsl"'


def shown(body, kind="text/html", activity="genai-training", terms=b""):
    """What a page says, with the terms that it may point to."""
    answer = Exchange(PAGE, 200, READ_AT, (("Content-Type", kind),), body.encode())
    pointed = Exchange(TERMS_FILE, 200, READ_AT, body=terms)
    found = (*evidence_with().exchanges, answer, pointed)
    return verdict(Rsl(), Evidence(WORK, PAGE, found), activity).stance


def inline(body, kind="application/rsl+xml"):
    return f'<head><title>a</title><script type="{kind}">{body}</script></head>'


def test_terms_that_a_page_announces():
    link = f'<link rel="license" type="application/rsl+xml" href="{TERMS_FILE}">'
    terms = f"<rsl {RSL}>{content(prohibits('all'))}</rsl>".encode()
    assert shown(link, terms=terms) == NO
    assert shown("<p>", terms=terms) == SILENT
    assert shown(link.replace("xml", "xml; charset=utf-8", 1), terms=terms) == NO


def test_an_empty_address_means_what_points_to_the_terms():
    """From a robots.txt it means nothing that is known."""
    link = (("Link", f'<{TERMS_FILE}>; rel="license"; type="application/rsl+xml"'),)
    for permit, expected in ((permits("ai-train"), YES), (prohibits("ai-train"), NO)):
        assert stance(content(permit, url=""), robots=b"", headers=link) == expected
        assert stance(content(permit, url=""), headers=link) == expected  # both point to it
        assert stance(content(permit, url="")) == DOUBT
    # It is not covered up by a longer pattern, and covers none up.
    for one, other in ((permits("all"), prohibits("all")), (prohibits("all"), permits("all"))):
        both = content(one, url="") + content(other, url="/v/")
        assert stance(both, robots=b"", headers=link) == NO


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<rsl {RSL}>{content(permits('ai-train'), url='')}</rsl>", YES),
        (f"<rsl {RSL}>{content(prohibits('ai-train'), url='')}</rsl>", NO),
        (f"<rsl {RSL}>{content(permits('search'), url='')}</rsl>", NO),
        (f"<rsl {RSL}>{content(permits('all') + payment('crawl'), url='')}</rsl>", TERMS),
        # The address is the original's: the page may be a copy of it.
        (f"<rsl {RSL}>{content(prohibits('all'), url='https://a.example/1')}</rsl>", NO),
        (f"\n  <rsl {RSL}>\n{content(prohibits('all'))}</rsl>\n", NO),
        (f"<rsl {RSL}>{content(permits('all')) * 2}</rsl>", DOUBT),
        (f"<rsl {RSL}>{content(prohibits('all'))}{content(permits('all'))}</rsl>", NO),
        (f"<rsl {RSL}/>", DOUBT),
        ("<rsl/>", DOUBT),
        (f"<terms {RSL}>{content(permits('all'))}</terms>", DOUBT),
        (f"<rsl {RSL}>{content(permits('all'))}", DOUBT),
        ("", DOUBT),
        ('{"permits": "all"}', DOUBT),
    ],
)
def test_terms_in_a_page(body, expected):
    assert shown(inline(body)) == expected
    assert shown(inline(body, "Application/RSL+XML; charset=utf-8")) == expected
    assert shown(inline(body, "application/ld+json")) == SILENT
    # Whatever stands beside it.
    assert shown(inline(body) + inline(f"<rsl {RSL}>{content(prohibits('all'))}</rsl>")) == NO


def test_terms_in_a_page_that_breaks_off_are_in_doubt():
    whole = inline(f"<rsl {RSL}>{content(permits('all'))}</rsl>")
    for end in range(whole.index("<rsl"), whole.index("</script>")):
        assert shown(whole[:end]) == DOUBT


def test_terms_in_a_page_are_found_whatever_it_is_called():
    body = "<html>" + inline(f"<rsl {RSL}>{content(prohibits('all'))}</rsl>")
    for kind in ("application/xml", "text/plain", "application/xhtml+xml"):
        assert shown(body, kind) == NO


def test_terms_in_a_page_do_not_give_way_to_those_of_the_site():
    here, there = (content(one, url="") for one in (permits("all"), prohibits("all")))
    link = f'<link type="application/rsl+xml" href="{TERMS_FILE}">'
    for inner, outer in ((here, there), (there, here)):
        body = link + inline(f"<rsl {RSL}>{inner}</rsl>")
        assert shown(body, terms=f"<rsl {RSL}>{outer}</rsl>".encode()) == NO


def item(terms, link=PAGE):
    return f"<item><link>{link}</link>{terms}</item>"


def feed(*items):
    return f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>'


def in_feed(permit, url):
    return content(permit, url=url).replace("<content", f"<content {RSL}", 1)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (feed(item(in_feed(prohibits("all"), WORK))), NO),
        (feed(item(in_feed(permits("all"), WORK))), YES),
        (feed(item(in_feed(prohibits("all"), "https://example.org/other"), link="/x")), SILENT),
        # The item is about the page, or encloses the work.
        (feed(item(in_feed(prohibits("all"), "https://example.org/other"))), NO),
        (feed(item(f'<enclosure url="{WORK}"/>' + in_feed(prohibits("all"), "/x"), "/x")), NO),
        (feed(item(in_feed(permits("all"), WORK)), item(in_feed(prohibits("all"), WORK))), NO),
        (feed(item("")), SILENT),
        (feed()[:-3], DOUBT),
    ],
)
def test_terms_in_a_feed(body, expected):
    assert shown(body, "application/rss+xml") == expected
    assert shown(body, "text/xml") == expected
    assert shown("<?xml version='1.0'?>" + body, "application/xml") == expected


def test_a_feed_may_be_what_a_site_points_to():
    body = feed(item(in_feed(prohibits("all"), WORK))).encode()
    assert stance(body) == NO


def packet(inner):
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    prefixed = re.sub(r"<(/?)(\w)", r"<\1rsl:\2", inner)
    return (
        f'<r:RDF xmlns:r="{rdf}" xmlns:rsl="https://rslstandard.org/rsl">'
        f'<r:Description r:about="">{prefixed}</r:Description></r:RDF>'
    ).encode()


ORIGINAL = "https://a.example/film"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (packet(f"<rsl>{content(permits('ai-train'), url=ORIGINAL)}</rsl>"), YES),
        (packet(f"<rsl>{content(prohibits('ai-train'), url=ORIGINAL)}</rsl>"), NO),
        (packet(f"<rsl>{content(permits('all') + payment('royalty'), url=ORIGINAL)}</rsl>"), TERMS),
        (packet(f"<rsl>{content(prohibits('all'), url='')}</rsl>"), NO),
        (packet("<rsl></rsl>"), DOUBT),
        (packet(content(permits("all"), url=ORIGINAL)), DOUBT),
        (packet("<license>https://a.example/license.xml</license>"), DOUBT),
        (packet("").replace(b"r:about", b"rsl:license='all' r:about"), DOUBT),
        (packet(""), SILENT),
        (packet(f"<rsl>{content(permits('all'), url=ORIGINAL)}</rsl>")[:-1], DOUBT),
    ],
)
def test_terms_in_the_file_itself(data, expected):
    evidence = Evidence(media=Embedded(Path("clip.mp4"), READ_AT, (data,)))
    assert verdict(EmbeddedRsl(), evidence, "genai-training").stance == expected
    empty = packet("")
    for order in ((empty, data), (data, empty)):
        evidence = Evidence(media=Embedded(Path("clip.mp4"), READ_AT, order))
        assert verdict(EmbeddedRsl(), evidence, "genai-training").stance == expected
