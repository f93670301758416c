"""The EU summary lists the domains that records tell of, the largest first."""

from __future__ import annotations

from typing import Any

import pytest
from writing import AT, asked

from clearreel.disclosures import disclose
from clearreel.disclosures.domains import QUERY, largest
from clearreel.disclosures.figures import Group
from clearreel.disclosures.record import read_record
from clearreel.rights.signals.heard import Heard
from clearreel.rights.world import Fetch


def fetched(*addresses: str) -> Heard:
    return Heard((), Fetch(True), AT, tuple(sorted(addresses)))


def test_domains_are_listed_by_size_and_the_query_gives_them_again(writing: Any) -> None:
    data = writing()
    one = fetched("https://Small.example/a.mp4", "https://small.example:8080/page")
    data.clip(data.source("a", heard=one), 6.0)
    two = fetched("http://u:p@big.example/b.mp4?x=1", "https://small.example/")
    source = data.source("b", heard=two)
    data.clip(source, 3600.0)
    data.clip(source, 7.0, "motion")
    data.clip(data.source("c"), 9.0)
    data.source("d", heard=fetched("https://nothing-kept.example/"))
    data.run()
    catalog = data.write()
    found = read_record(catalog, AT).domains
    told = [(*group.name, group.works, group.clips, pytest.approx(group.hours)) for group in found]
    assert told == [
        ("small.example", 2, 2, pytest.approx(3606 / 3600)),
        ("big.example", 1, 1, pytest.approx(1.0)),
    ]
    assert asked(catalog, QUERY) == told
    text = disclose(catalog, "eu-training-summary", AT).text
    part = text.partition("### 2.3.")[2].partition("### 2.4.")[0]
    assert part.index("| small.example | 2 | 2 |") < part.index("| big.example | 1 | 1 |")
    assert "u:p" not in text and "nothing-kept" not in text and f"`{QUERY}`" in text
    assert "period; domains of files without such a record]**" in part


def test_without_a_record_all_of_it_is_a_blank(writing: Any) -> None:
    data = writing()
    data.clip(data.source("a"))
    data.run()
    text = disclose(data.write(), "eu-training-summary", AT).text
    assert "| Domain" not in text and "their behaviour, period, domains]**" in text


@pytest.mark.parametrize(("there", "told"), [(3, 3), (1500, 1000), (20_001, 2001)])
def test_a_tenth_and_no_less_than_a_thousand(there: int, told: int) -> None:
    groups = [Group((str(number),), 1, 1, 1.0) for number in range(there)]
    assert largest(groups) == groups[:told]
