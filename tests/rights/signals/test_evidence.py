"""What is missing from the evidence is a no, in whatever way it is missing."""

from dataclasses import replace
from datetime import datetime

import pytest

from clearreel.rights.signals.evidence import Evidence, Exchange
from clearreel.rights.signals.meet import meet
from clearreel.rights.signals.registry import WEB
from clearreel.testing.signal_contract import READ_AT, WORK, evidence_with

PAGE = "https://example.org/v/"
HTML = (("Content-Type", "text/html; charset=utf-8"),)
SHOWN = Exchange(PAGE, 200, READ_AT, HTML, b"<title>a film</title>")
WHOLE = Evidence(WORK, PAGE, (*evidence_with("/robots.txt").exchanges, SHOWN))


def doubted(evidence):
    """The standards that do not permit training."""
    found = {name: reader.read(evidence) for name, reader in WEB.items()}
    return {
        name
        for name, signals in found.items()
        if not meet(signals, "genai-training", READ_AT).permitted
    }


def test_with_all_of_it_nothing_is_in_doubt():
    assert doubted(WHOLE) == set()


@pytest.mark.parametrize("address", [exchange.address for exchange in WHOLE.exchanges])
def test_each_answer_is_needed(address):
    left = [exchange for exchange in WHOLE.exchanges if exchange.address != address]
    assert doubted(replace(WHOLE, exchanges=tuple(left)))


@pytest.mark.parametrize("address", [exchange.address for exchange in WHOLE.exchanges])
@pytest.mark.parametrize("status", [206, 302, 304, 403, 500])
def test_each_answer_has_to_be_whole(address, status):
    changed = [
        replace(exchange, status=status) if exchange.address == address else exchange
        for exchange in WHOLE.exchanges
    ]
    assert doubted(replace(WHOLE, exchanges=tuple(changed)))


def test_a_body_that_was_not_kept_is_not_an_empty_one():
    for address, standards in (
        ("https://example.org/robots.txt", {"robots.txt", "aipref", "content-signal", "rsl"}),
        (PAGE, {"aipref", "content-signal", "tdmrep", "rsl", "noai"}),
    ):
        changed = [
            replace(exchange, body=None) if exchange.address == address else exchange
            for exchange in WHOLE.exchanges
        ]
        assert doubted(replace(WHOLE, exchanges=tuple(changed))) == standards
    for path in ("/ai.txt", "/trust.txt", "/.well-known/tdmrep.json"):
        address = "https://example.org" + path
        changed = [
            replace(exchange, status=200) if exchange.address == address else exchange
            for exchange in WHOLE.exchanges
        ]
        assert len(doubted(replace(WHOLE, exchanges=tuple(changed)))) == 1


def test_a_page_in_the_place_of_the_work_is_in_doubt():
    """What a login looks like."""
    work = Exchange(WORK, 200, READ_AT, HTML)
    left = [exchange for exchange in WHOLE.exchanges if exchange.address != WORK]
    assert "noai" in doubted(replace(WHOLE, exchanges=(*left, work)))


def test_a_second_answer_that_denies_is_not_covered_up():
    first = WHOLE.exchanges
    again = Exchange("https://example.org/ai.txt", 200, READ_AT, (), b"User-agent: *\nDisallow: /")
    for order in ((*first, again), (again, *first)):
        assert doubted(replace(WHOLE, exchanges=order)) == {"ai.txt"}


@pytest.mark.parametrize(
    "address", ["", "clip.mp4", "ftp://example.org/a", "https://", "https://["]
)
def test_an_address_is_whole(address):
    with pytest.raises(ValueError, match=r"address|IPv6"):
        Exchange(address, 200, READ_AT)
    if address:
        with pytest.raises(ValueError, match=r"address|IPv6"):
            Evidence(address)


def test_a_time_has_an_offset():
    with pytest.raises(ValueError, match="offset"):
        Exchange(WORK, 200, datetime(2026, 1, 1))
