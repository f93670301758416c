from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from writing import AT

import clearreel
from clearreel.core.errors import StorageError, UsageError
from clearreel.disclosures import disclose, kinds
from clearreel.stores.catalog import Catalog

PAGES = ("eu-training-summary", "ab2013", "model-card")


def test_the_kinds() -> None:
    assert sorted(kinds()) == sorted([*PAGES, "croissant", "attribution"])


def test_an_unknown_kind_names_all_others(mixed: Catalog) -> None:
    with pytest.raises(UsageError) as caught:
        disclose(mixed, "model-cart", AT)
    assert all(kind in caught.value.message for kind in kinds())
    assert caught.value.hint == "did you mean model-card?"


def test_a_time_needs_an_offset(mixed: Catalog) -> None:
    with pytest.raises(ValueError, match="offset"):
        disclose(mixed, "ab2013", datetime(2026, 11, 26))


@pytest.mark.parametrize("kind", PAGES)
def test_blanks_are_marked_and_listed(mixed: Catalog, kind: str) -> None:
    found = disclose(mixed, kind, AT)
    assert found.blanks
    for blank in found.blanks:
        assert f"**[to be filled in by the provider: {blank}]**" in found.text
    assert found.text.count("to be filled in by the provider") == len(found.blanks)


def test_the_eu_summary_has_every_section_of_the_template(mixed: Catalog) -> None:
    lines = disclose(mixed, "eu-training-summary", AT).text.splitlines()
    numbers = [line.split()[1] for line in lines if line.startswith(("## ", "### ", "#### "))]
    assert numbers == [
        *("1.", "1.1.", "1.2.", "1.3.", "2.", "2.1.", "2.2.", "2.2.1.", "2.2.2."),
        *("2.3.", "2.4.", "2.5.", "2.6.", "3.", "3.1.", "3.2.", "3.3."),
    ]


def test_each_licence_is_in_the_section_of_its_kind(mixed: Catalog) -> None:
    text = disclose(mixed, "eu-training-summary", AT).text
    parts = {name: text.partition(f"# {name} ")[2].partition("\n#")[0] for name in SECTIONS}
    for name, license in SECTIONS.items():
        assert license in parts[name]
        assert not any(other in parts[name] for other in SECTIONS.values() if other != license)


SECTIONS = {"2.1.": "| CC-BY-SA-4.0 |", "2.2.1.": "| LicenseRef-Deal |", "2.6.": "| owned |"}


@pytest.mark.parametrize(
    ("hours", "band"),
    [
        (9_999, "Less than 10,000 hours"),
        (10_000, "10,000 to 1 million hours"),
        (1_000_000, "More than 1 million hours"),
    ],
)
def test_the_bands_of_hours(writing: Any, hours: int, band: str) -> None:
    data = writing()
    data.clip(data.source("a", audio=""), hours * 3600.0)
    data.run()
    text = disclose(data.write(), "eu-training-summary", AT).text
    assert text.count(f"☒ {band}") == 1 and text.count("☒") == 1
    assert "| Audio |" not in text and "| Text |" not in text


def test_california_has_twelve_items(mixed: Catalog) -> None:
    text = disclose(mixed, "ab2013", AT).text
    assert [f"## ({n}) " in text for n in range(1, 14)] == [True] * 12 + [False]


@pytest.mark.parametrize("kind", kinds())
def test_the_same_at_the_same_time_however_it_was_written(
    writing: Any, kind: str, tmp_path: Path
) -> None:
    def made(name: str, backwards: bool) -> str:
        data = writing(f"{name}/set")
        for source in ("a", "b", "c"):
            data.source(source, "CC0-1.0", holder=source)
            data.clip(source, 6.0)
            data.clip(source, 6.0, "nsfw")
        data.run()
        return disclose(data.write(backwards), kind, AT).text

    assert made("one", False) == made("two", True)


@pytest.mark.parametrize("kind", kinds())
def test_a_data_set_without_sources(writing: Any, kind: str) -> None:
    found = disclose(writing().write(), kind, AT)
    assert found.text and (kind != "ab2013" or "0 clips[^" in found.text)


@pytest.mark.parametrize("kind", kinds())
def test_refused_sources_alone(writing: Any, kind: str) -> None:
    data = writing()
    data.source("no", "CC-BY-NC-4.0", holder="Nobody", status="refused", reason="no")
    data.run()
    text = disclose(data.write(), kind, AT).text
    assert "Nobody" not in text and "CC-BY-NC" not in text
    if kind in PAGES:
        assert "1 source[^" in text


@pytest.mark.parametrize("kind", kinds())
def test_no_folder_and_no_name_of_a_verifier_is_told(mixed: Catalog, kind: str) -> None:
    text = disclose(mixed, kind, AT).text
    assert "/somewhere/on/this/machine" not in text
    assert "tester" not in text


@pytest.mark.parametrize("kind", PAGES)
def test_names_stay_in_their_cells(writing: Any, kind: str) -> None:
    data = writing("a`b|c")
    data.clip(data.source("a", holder="x | y\n# z <b> [l](u) `c`", license="CC0-1.0"))
    data.run(recipe="`r` | #", description="# d\n| e |")
    text = disclose(data.write(), kind, AT).text
    for line in text.splitlines():
        assert not line.startswith("# z") and "<b>" not in line.replace("\\<b\\>", "")
    tables = [line for line in text.splitlines() if line.startswith("| CC0")]
    assert tables
    for line in tables:
        assert line.replace("\\|", "").count("|") in (5, 6)


def test_what_has_lapsed_is_a_limit(writing: Any) -> None:
    data = writing()
    ends = {"valid_until": date(2026, 12, 1)}
    source = data.source("a", granting=ends)
    data.clip(source)
    data.clip(source)
    data.clip(data.source("b"))
    data.run()
    catalog = data.write()
    later = datetime(2026, 12, 2, tzinfo=UTC)
    assert "not be permitted any more" not in disclose(catalog, "model-card", AT).text
    assert "2 kept clips would not be" in disclose(catalog, "model-card", later).text


def test_models_of_earlier_runs_are_told_as_well(writing: Any) -> None:
    data = writing()
    data.clip(data.source("a"))
    data.run(weights=["opennsfw", "not-in-the-table"])
    data.run(weights=["silero-vad"])
    text = disclose(data.write(), "model-card", AT).text
    assert "| opennsfw | NSFW score | BSD-2-Clause |" in text
    assert "| silero-vad | speech | MIT |" in text
    assert "| not-in-the-table | not known to this version of clearreel |" in text


def test_every_work_is_attributed_once(mixed: Catalog) -> None:
    found = disclose(mixed, "attribution", AT)
    rows = list(csv.DictReader(io.StringIO(found.table)))
    assert [(row["title"], row["license"], row["clips"]) for row in rows] == [
        ("a.mp4", "CC-BY-SA-4.0", "1"),
        ("b.mp4", "LicenseRef-Deal", "1"),
        ("c.mp4", "owned", "2"),
    ]
    assert rows[0]["address"] == "https://example.org/licence"
    assert rows[1]["changes"] == "cut into 1 clip: 1 shortened, with frames as they were"
    assert rows[2]["changes"] == ("cut into 2 clips: 1 with frames as they were, 1 encoded anew")
    assert "| b.mp4 | Bob & Co | LicenseRef-Deal |" in found.text


def test_written_as_text_or_as_a_table(mixed: Catalog, tmp_path: Path) -> None:
    found = disclose(mixed, "attribution", AT)
    found.write(tmp_path / "new" / "a.md")
    found.write(tmp_path / "new" / "a.csv")
    assert (tmp_path / "new" / "a.md").read_text("utf-8") == found.text
    assert (tmp_path / "new" / "a.csv").read_bytes().decode() == found.table
    with pytest.raises(UsageError, match=r"ab2013 is no table"):
        disclose(mixed, "ab2013", AT).write(tmp_path / "b.csv")
    (tmp_path / "file").touch()
    with pytest.raises(StorageError):
        found.write(tmp_path / "file" / "a.md")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["a.csv", "a.md"]


def test_the_door(mixed: Catalog) -> None:
    found = clearreel.open(mixed.folder).disclose("ab2013", AT)
    assert found == disclose(mixed, "ab2013", AT)
    data = json.loads(json.dumps(found.to_json()))
    assert data["kind"] == "ab2013" and data["figures"][0]["value"] == 5
    assert f"{datetime.now(UTC):%d/%m/%Y}" in clearreel.open(mixed.folder).disclose("ab2013").text
