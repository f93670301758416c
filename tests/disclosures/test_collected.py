"""What footage was taken from is told as its grants say it, each with a figure of its own query."""

from __future__ import annotations

import json
from typing import Any

import pytest
from writing import AT, Writing, asked

from clearreel.disclosures import disclose
from clearreel.disclosures.record import read_record
from clearreel.rights.parent import Parent
from clearreel.stores.catalog import Catalog

INNER = Parent("Bob's reel", "CC-BY-4.0")
WRAPPER = Parent("Free Clips", "CC0-1.0", (INNER, Parent("O'Hara | set", "owned")))


@pytest.fixture
def gathered(writing: Any) -> Catalog:
    data: Writing = writing()
    for name, made_from in (("a", (WRAPPER,)), ("b", (INNER,)), ("c", ()), ("d", (WRAPPER,))):
        source = data.source(name, "CC0-1.0", granting={"made_from": made_from})
        data.clip(source, rule="motion" if name == "d" else "")
    data.run()
    return data.write()


def test_each_with_its_works(gathered: Catalog) -> None:
    found = read_record(gathered, AT).collected
    assert [(one.name, one.license, one.works.value) for one in found] == [
        ("Bob's reel", "CC-BY-4.0", 2),
        ("Free Clips", "CC0-1.0", 1),
        ("O'Hara | set", "owned", 1),
    ]
    for one in found:
        assert asked(gathered, one.works.query) == [(one.works.value,)]


@pytest.mark.parametrize("kind", ["eu-training-summary", "ab2013", "model-card"])
def test_documents_say_it(gathered: Catalog, kind: str) -> None:
    text = disclose(gathered, kind, AT).text
    assert "footage was taken from other data sets and works:" in text
    assert "| Bob's reel | CC-BY-4.0 | 2 works" in text
    assert "| Free Clips | CC0-1.0 | 1 work" in text


def test_croissant_has_what_each_work_is_based_on(gathered: Catalog) -> None:
    described = json.loads(disclose(gathered, "croissant", AT).text)
    first, second, third = described["prov:wasDerivedFrom"]
    assert [node["name"] for node in first["isBasedOn"]] == ["Free Clips"]
    [wrapper] = first["isBasedOn"]
    assert [(n["name"], n["license"]) for n in wrapper["isBasedOn"]] == [
        ("Bob's reel", "CC-BY-4.0"),
        ("O'Hara | set", "owned"),
    ]
    assert first["license"] == "CC-BY-4.0 AND CC0-1.0 AND owned"
    assert first["creditText"] == "Bob's reel, CC-BY-4.0"
    assert [node["name"] for node in second["isBasedOn"]] == ["Bob's reel"]
    assert "isBasedOn" not in third


def test_where_no_grant_says_anything_nothing_is_said(mixed: Catalog) -> None:
    assert not read_record(mixed, AT).collected
    assert "taken from other" not in disclose(mixed, "ab2013", AT).text
