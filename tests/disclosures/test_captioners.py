"""Who wrote captions is told, each with a figure that its own query gives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from writing import AT, Writing, asked

from clearreel.disclosures import disclose
from clearreel.disclosures.record import read_record
from clearreel.production.captions import Admitted, with_captions
from clearreel.rights.origins import Data, Origin
from clearreel.sources.sidecars import Sidecar
from clearreel.stores.catalog import Catalog

MODEL = Origin("a.txt", "model", "captioner", "MIT", (Data("COCO"), Data("X", "CC0-1.0")))
SAME = Origin("b.txt", "model", "captioner", "MIT", (Data("COCO"), Data("X", "CC0-1.0")))
PEOPLE = Origin("a.csv", "people")
NOBODY = Origin("a.srt", "nobody says")


@pytest.fixture
def captioned(writing: Any) -> Catalog:
    data: Writing = writing()
    admitted = Admitted(Sidecar(), (MODEL, SAME, PEOPLE, NOBODY), ())
    recorded = with_captions({"attribution": "", "decision": "{}"}, admitted)["decision"]
    name = data.source("a", decision=recorded)
    for origins in ([MODEL], [MODEL, NOBODY], [SAME], [PEOPLE], []):
        ids = [origin.id for origin in origins]
        data.clip(name, caption="a dog" if ids else "", columns="", caption_origins=ids)
    data.clip(name, caption="old", columns="", caption_origins=None)
    data.clip(name, rule="motion", caption="x", columns="", caption_origins=[MODEL.id])
    data.run()
    return data.write()


def test_each_with_its_clips(captioned: Catalog) -> None:
    found = read_record(captioned, AT).captioners
    assert [(one.writer, one.model, one.clips.value) for one in found] == [
        ("model", "captioner", 3),
        ("nobody says", "", 2),
        ("people", "", 1),
    ]
    assert found[0].trained_on == "COCO, X (CC0-1.0)"
    for one in found:
        assert asked(captioned, one.clips.query) == [(one.clips.value,)]


@pytest.mark.parametrize("kind", ["eu-training-summary", "ab2013"])
def test_documents_say_it(captioned: Catalog, kind: str) -> None:
    text = disclose(captioned, kind, AT).text
    assert "3 clips" in text
    assert "that a model wrote: captioner (MIT); trained on COCO, X (CC0-1.0)." in text
    assert "of which nobody says who wrote them." in text
    assert "that people wrote, as is stated." in text


def test_croissant_has_it_among_the_tools(captioned: Catalog) -> None:
    tools = json.loads(disclose(captioned, "croissant", AT).text)["rai:machineAnnotationTools"]
    assert "captioner: wrote captions of 3 clips (MIT)" in tools


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        (Origin("a.txt", "model", "captioner", "MIT", ()), "trained on nothing."),
        (Origin("a.txt", "model", "captioner", "MIT"), "trained on data that nobody names."),
        (None, "trained on data that nobody names."),
    ],
)
def test_not_to_know_the_data_is_not_to_have_none(
    writing: Any, origin: Origin | None, told: str
) -> None:
    data: Writing = writing()
    admitted = Admitted(Sidecar(), (origin,) if origin else (), ())
    recorded = with_captions({"attribution": "", "decision": "{}"}, admitted)["decision"]
    ids = [origin.id if origin else "of nobody that is recorded"]
    data.clip(data.source("a", decision=recorded), caption="a dog", columns="", caption_origins=ids)
    data.run()
    assert told in disclose(data.write(), "ab2013", AT).text
