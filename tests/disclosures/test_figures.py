"""Every figure is what its own query gives, asked by a database that knows nothing of clearreel."""

from __future__ import annotations

import re
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from writing import AT, Writing, asked

from clearreel.disclosures import disclose
from clearreel.disclosures.record import Record, read_record
from clearreel.rights.signals.heard import Heard
from clearreel.rights.world import Fetch
from clearreel.stores.catalog import Catalog
from clearreel.stores.takedowns import looks_alike, taken_down

RULES = ("", "", "", "length", "nsfw", "motion")
WEIRD = st.sampled_from(["", "a dog", "été", "line\nbreak", "'; --", "\U0001f3ac"])

sources = st.fixed_dictionaries(
    {
        "license": st.sampled_from(["CC-BY-4.0", "CC0-1.0", "owned", "LicenseRef-Deal"]),
        "holder": st.sampled_from(["Ada", "Bob | Co"]),
        "attested": st.booleans(),
        "heard": st.sampled_from([None, Heard(()), Heard((), Fetch(True), AT)]),
        "status": st.sampled_from(
            ["done", "done", "done", "refused", "failed", "started", "quarantined"]
        ),
        "reason": st.sampled_from(["", None, taken_down("0" * 16), looks_alike("1" * 16, "it is")]),
        "audio": st.sampled_from(["aac", "", None]),
        "visited": st.sampled_from(["2026-10-02T10:00:00Z", "2026-01-31T23:00:00Z", None]),
    }
)
clips = st.fixed_dictionaries(
    {
        "seconds": st.sampled_from([0.5, 6.0, 3600.25]),
        "rule": st.sampled_from(RULES),
        "caption": WEIRD | st.none(),
        "faces": st.sampled_from([None, 0, 3]),
        "speech_share": st.sampled_from([None, 0.0, 0.5]),
    }
)
data_sets = st.lists(st.tuples(sources, st.lists(clips, max_size=6)), max_size=8)


def check(record: Record, catalog: Catalog) -> None:
    figures = [getattr(record.figures, field.name) for field in fields(record.figures)]
    figures += [getattr(record.not_in, field.name) for field in fields(record.not_in)]
    figures += [one.clips for one in record.captioners]
    for figure in filter(None, figures):
        [(value,)] = asked(catalog, figure.query)
        expected = "" if value is None else value
        assert (figure.query, figure.value) == (figure.query, pytest.approx(expected))


# Each data set is written to disk: too slow to look for the smallest that fails.
@settings(max_examples=6, derandomize=True, phases=[Phase.generate])
@given(data_sets)
def test_on_any_data_set(build_class: Any, drafts: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Writing(build_class(Path(folder) / "set"))
        for number, (source, found) in enumerate(drafts):
            name = data.source(f"s{number}", **source)
            for clip in found:
                data.clip(name, **clip)
        data.run()
        catalog = data.write()
        record = read_record(catalog, AT)
        check(record, catalog)
        page = disclose(catalog, "ab2013", AT)
        check_tables(record, page.text, catalog)


def check_tables(record: Record, text: str, catalog: Catalog) -> None:
    """The tables by licence, by holder and by rule are what their footnotes say."""
    queries = re.findall(r"\]: `(.* GROUP BY .*)`", text)
    if not record.works:
        assert "Nothing is kept." in text
    for query in queries:
        rows = asked(catalog, query)
        if query.startswith("SELECT rule"):
            found: dict[str, tuple[int, float]] = {}
            for drop in record.summary.dropped:
                clips, hours = found.get(drop.rule, (0, 0.0))
                found[drop.rule] = (clips + drop.clips, hours + drop.hours)
            for rule, clips, hours in rows:
                assert found[rule] == (clips, pytest.approx(hours))
            continue
        groups = record.by_holder if "holder" in query else record.by_license
        own = sorted((*g.name, g.works, g.clips, pytest.approx(g.hours)) for g in groups)
        assert own == sorted(rows)


def test_the_figures_of_a_data_set_that_is_counted_by_hand(mixed: Catalog) -> None:
    record = read_record(mixed, AT)
    said = {f.name: getattr(record.figures, f.name) for f in fields(record.figures)}
    assert {name: figure and figure.said for name, figure in said.items()} == {
        "works": "3 works",
        "clips": "4 clips",
        "hours": "1 min 06 s",
        "sound_hours": "48.0 s",
        "captions": "2 captions",
        "caption_bytes": "10 bytes",
        "attested": "1 work",
        "heard": "2 works",
        "fetched": "1 work",
        "first_taken": "09/2026",
        "last_taken": "11/2026",
        "places": "5 files",
        "sources": "5 sources",
        "found": "7 clips",
        "dropped": "3 clips",
        "safety": "1 clip",
        "faces": "1 clip",
        "speech": "0 clips",
    }
    assert {f.name: getattr(record.not_in, f.name).said for f in fields(record.not_in)} == {
        "refused": "1 source",
        "taken_down": "0 sources",
        "takedowns": "0 takedowns",
        "quarantined": "0 sources",
        "screened": "0 runs",
        "unused": "0 sources",
    }
    check(record, mixed)


def test_what_nobody_measured_is_no_figure(writing: Any) -> None:
    data = writing()
    data.clip(data.source("a"))
    data.run(rules=[])
    figures = read_record(data.write(), AT).figures
    assert figures.faces is None and figures.speech is None and figures.safety is None


@pytest.mark.parametrize("kind", ["eu-training-summary", "ab2013", "model-card"])
def test_every_figure_of_a_text_has_its_footnote(mixed: Catalog, kind: str) -> None:
    found = disclose(mixed, kind, AT)
    assert len(found.figures) > 10
    for figure in found.figures:
        [number] = re.findall(
            rf"^\[\^(\d+)\]: `{re.escape(figure.query)}`$", found.text, re.MULTILINE
        )
        assert f"{figure.said}[^{number}]" in found.text
    marks = set(re.findall(r"\[\^(\d+)\](?!:)", found.text))
    assert marks == set(re.findall(r"^\[\^(\d+)\]:", found.text, re.MULTILINE))
