"""What a doubter would try on sites' answers: each trick on each file, each denial among all yeses.

The tricks on a single standard's own grammar are in its own tests.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from clearreel.rights.signals.embedded import Embedded
from clearreel.rights.signals.evidence import FRESH, Evidence, Exchange
from clearreel.rights.signals.heard import concluded
from clearreel.rights.signals.meet import meet
from clearreel.rights.signals.plus import NAMESPACE, VOCABULARY
from clearreel.rights.signals.registry import read_signals
from clearreel.rights.signals.tdmrep import NAMESPACES
from clearreel.testing.signal_contract import READ_AT, WORK

HOST = "https://example.org"
PAGE = HOST + "/v/"
PLAIN = (("Content-Type", "text/plain; charset=utf-8"),)
HTML = (("Content-Type", "text/html; charset=utf-8"),)
RSL = '<rsl xmlns="https://rslstandard.org/rsl"><content url="{}"><license>{}</license>{}</rsl>'
LOGIN = b"<!DOCTYPE html><html><title>Please log in</title><form></form></html>"

TRAINED = "genai-training"


def terms(allowed, url="/"):
    usage = "permits" if allowed else "prohibits"
    return RSL.format(url, f'<{usage} type="usage">ai-all</{usage}>', "</content>")


def world(*denials, nearer=True):
    """Evidence in which every standard says yes wherever it can, but for those that deny.

    Without what is `nearer`, nothing supersedes the tdmrep.json.
    """

    def choose(name, yes, no):
        return no if name in denials else yes

    robots = [
        "User-agent: *",
        choose("robots", "Allow: /", "Disallow: /v/"),
        "Content-Usage: " + choose("aipref in robots.txt", "train-ai=y", "train-ai=n"),
        "Content-Signal: " + choose("content signal in robots.txt", "ai-train=yes", "ai-train=no"),
        "License: /license.xml",
        "",
        "User-agent: GPTBot",
        choose("crawlers", "Allow: /", "Disallow: /"),
    ]
    headers = [
        ("Content-Usage", choose("aipref", "train-ai=y", "train-ai=n")),
        ("Content-Signal", choose("content signal", "ai-train=yes", "ai-train=no")),
        ("X-Robots-Tag", choose("noai", "all", "noai")),
    ]
    reserved = choose("tdmrep in the page", 0, 1)
    page = [
        f'<meta name="tdm-reservation" content="{reserved}">' if nearer else "",
        f'<meta name="robots" content="{choose("noai in the page", "all", "noai")}">',
        f'<script type="application/rsl+xml">{terms("rsl in the page" not in denials)}</script>',
    ]
    packets = [
        f'xmlns:p="{NAMESPACE}" p:DataMining="{VOCABULARY}'
        f'{choose("plus", "DMI-ALLOWED", "DMI-PROHIBITED")}"/>',
        f'xmlns:tdm="{NAMESPACES[0]}" tdm:reservation="{choose("tdmrep in the file", 0, 1)}"/>',
        f">{terms('rsl in the file' not in denials, PAGE)}</r:Description>",
    ]
    files = {
        "/robots.txt": "\n".join(robots),
        "/.well-known/tdmrep.json": f'[{{"location": "/v/$", "tdm-reservation": 0}},'
        f'{{"location": "/", "tdm-reservation": {choose("tdmrep", 0, 1)}}}]',
        "/ai.txt": "User-Agent: *\n" + choose("ai.txt", "Allow: /", "Disallow: /"),
        "/trust.txt": "datatrainingallowed=" + choose("trust.txt", "yes", "no"),
        "/license.xml": terms("rsl" not in denials),
    }
    exchanges = [
        Exchange(HOST + path, 200, READ_AT, (), text.encode()) for path, text in files.items()
    ]
    exchanges.append(Exchange(WORK, 200, READ_AT, tuple(headers)))
    exchanges.append(Exchange(PAGE, 200, READ_AT, HTML, "\n".join(page).encode()))
    rdf = 'xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    if not nearer:
        del packets[1]
    xmp = tuple(f'<r:RDF {rdf}><r:Description r:about="" {one}</r:RDF>'.encode() for one in packets)
    return Evidence(WORK, PAGE, tuple(exchanges), Embedded(Path("clip.mp4"), READ_AT, xmp))


DENIALS = (
    *("robots", "crawlers", "aipref", "aipref in robots.txt", "content signal"),
    *("content signal in robots.txt", "noai", "noai in the page", "ai.txt", "trust.txt"),
    *("rsl", "rsl in the page", "rsl in the file", "plus", "tdmrep in the file"),
    "tdmrep in the page",
)
SUPERSEDED = "tdmrep"
"""Of the work: what the file itself says is nearer."""


def stance(evidence, at=READ_AT):
    return meet(read_signals(evidence), TRAINED, at).stance


def shuffled(evidence, seed):
    """The same in another order, where the order may not matter."""
    chance = Random(seed)
    exchanges = [
        replace(one, headers=tuple(chance.sample(one.headers, len(one.headers))))
        for one in evidence.exchanges
    ]
    chance.shuffle(exchanges)
    packets = tuple(chance.sample(evidence.media.xmp, len(evidence.media.xmp)))
    media = replace(evidence.media, xmp=packets)
    return replace(evidence, exchanges=tuple(exchanges), media=media)


def test_where_all_say_yes_it_is_allowed():
    for seed in range(5):
        assert stance(shuffled(world(), seed)) == "allows"
    assert stance(world(nearer=False)) == "allows"
    assert stance(world(SUPERSEDED)) == "allows"
    assert stance(world(SUPERSEDED, nearer=False)) == "denies"


@pytest.mark.parametrize("denial", DENIALS)
def test_each_denial_alone_in_every_order(denial):
    for seed in range(12):
        assert stance(shuffled(world(denial), seed)) == "denies"
    assert stance(world(denial), READ_AT + 9 * FRESH) == "denies"  # and is not forgotten


def test_denials_two_by_two():
    for pair in combinations(DENIALS, 2):
        assert stance(shuffled(world(*pair), len(pair[0]))) == "denies"


FILES = ("/robots.txt", "/.well-known/tdmrep.json", "/ai.txt", "/trust.txt", "/license.xml")


def tricked(address, **changes):
    """The world of yeses with one answer changed."""
    evidence = world(nearer=False)
    exchanges = tuple(
        replace(one, **changes) if one.address == address else one for one in evidence.exchanges
    )
    return replace(evidence, exchanges=exchanges)


@pytest.mark.parametrize("path", [*FILES, "/v/clip.mp4", "/v/"])
@pytest.mark.parametrize(
    "status", [204, 206, 301, 302, 304, 400, 401, 402, 403, 407, 429, 451, 503]
)
def test_a_status_that_is_neither_there_nor_gone(path, status):
    found = stance(tricked(HOST + path, status=status))
    assert found == (
        "denies" if path == "/robots.txt" and status in (401, 403, 429, 503) else "unknown"
    )


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("headers", [HTML, PLAIN, ()])
def test_a_login_page_in_the_place_of_a_file(path, headers):
    assert stance(tricked(HOST + path, headers=headers, body=LOGIN)) == "unknown"


def test_a_login_page_in_the_place_of_the_work():
    """Its content is not kept, as that of footage is not; that it is a page tells it."""
    assert stance(tricked(WORK, headers=HTML)) == "unknown"


@pytest.mark.parametrize("path", ["/robots.txt", "/ai.txt", "/trust.txt"])
def test_a_text_of_more_than_half_a_megabyte(path):
    [text] = [one.body for one in world().exchanges if one.address == HOST + path]
    filled = text + b"\n#" + b" " * (500 * 1024 - len(text) - 2)
    assert stance(tricked(HOST + path, body=filled)) == "allows"
    assert stance(tricked(HOST + path, body=filled + b" ")) == "unknown"


@pytest.mark.parametrize(
    ("path", "denial"),
    [
        ("/robots.txt", "robots"),
        ("/ai.txt", "ai.txt"),
        ("/trust.txt", "trust.txt"),
        ("/license.xml", "rsl"),
        ("/v/", "rsl in the page"),
        ("/v/", "tdmrep in the page"),
    ],
)
def test_a_byte_order_mark_hides_nothing(path, denial):
    def marked(evidence):
        return replace(
            evidence,
            exchanges=tuple(
                replace(one, body=b"\xef\xbb\xbf" + one.body) if one.address == HOST + path else one
                for one in evidence.exchanges
            ),
        )

    assert stance(marked(world())) == "allows"
    assert stance(marked(world(denial))) == "denies"


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_another_encoding_permits_nothing_that_is_denied(path, encoding):
    deny = world(*DENIALS, SUPERSEDED)
    [text] = [one.body.decode() for one in deny.exchanges if one.address == HOST + path]
    assert stance(tricked(HOST + path, body=text.encode(encoding))) in ("denies", "unknown")


@pytest.mark.parametrize("path", [*FILES, "/v/clip.mp4", "/v/"])
def test_redirects_that_go_on_or_in_circles(path):
    address = HOST + path
    passed = tuple(f"{HOST}/{number}" for number in range(6))
    assert stance(tricked(address, redirects=passed[:5])) == "allows"
    assert stance(tricked(address, redirects=passed)) == "unknown"
    for circle in ((address,), (passed[0], address), (passed[0], passed[1], passed[0])):
        assert stance(tricked(address, redirects=circle)) == "unknown"


@pytest.mark.parametrize("path", [*FILES, "/v/clip.mp4", "/v/"])
def test_an_answer_that_is_older_than_a_day_when_the_last_one_comes(path):
    def settled(read_at):
        evidence = tricked(HOST + path, read_at=read_at)
        heard = concluded(evidence, read_signals(evidence))
        return meet(heard.signals, TRAINED, READ_AT + 99 * FRESH).stance

    assert settled(READ_AT - FRESH + timedelta(seconds=1)) == "allows"
    assert settled(READ_AT - FRESH) == "unknown"
    assert settled(READ_AT + FRESH) == "unknown"  # all others are


@pytest.mark.parametrize("path", [*FILES, "/v/clip.mp4", "/v/"])
def test_an_answer_that_nobody_kept(path):
    evidence = world(nearer=False)
    left = tuple(one for one in evidence.exchanges if one.address != HOST + path)
    assert stance(replace(evidence, exchanges=left)) == "unknown"


def test_two_answers_to_one_question():
    """Asked again, a site says something else: the stricter counts, whichever was kept first."""
    yes, no = world(nearer=False), world(*DENIALS, SUPERSEDED)
    for path in FILES:
        [again] = [one for one in no.exchanges if one.address == HOST + path]
        for order in ((*yes.exchanges, again), (again, *yes.exchanges)):
            assert stance(replace(yes, exchanges=order)) == "denies"
