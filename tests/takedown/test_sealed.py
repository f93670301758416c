"""Takedowns in a data set that is sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from filmset import caption, grep, held, source_named

from clearreel.stores.catalog import Catalog
from clearreel.takedown import absence
from clearreel.takedown.carrying_out import take_down
from clearreel.takedown.demand import Demand
from clearreel.takedown.receipts import problems


@pytest.fixture
def sealed(tmp_path: Path, footage: Path, run: Any, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    monkeypatch.setenv("CLEARREEL_DATA_KEYS", str(tmp_path / "keys"))
    catalog = Catalog.create(tmp_path / "set", "research-training", sealed=True)
    run(catalog, footage)
    return catalog


def test_a_source_goes_and_nothing_is_told_in_the_plain(
    sealed: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    what = held(sealed, source_named(sealed, "b"))
    assert sealed.seal is not None and what.clips and grep(what, sealed.folder)
    seen: list[bytes] = []
    search = absence.search

    def listening(pieces: Any, folders: Any, leave_out: Path) -> dict[str, Any]:
        [samples] = leave_out.glob("*.samples")
        seen.append(samples.read_bytes())
        assert pieces
        return search(pieces, folders, leave_out)

    monkeypatch.setattr(absence, "search", listening)
    receipt = take_down(sealed, Demand("source", what.source), "a letter")
    assert problems(receipt) == [] and receipt["look_up"]["compared"] > 0
    assert grep(what, sealed.folder) == {}
    [content] = seen
    assert b"media of clip" not in content, "the samples are sealed as well"
    assert caption("b") not in {row["caption"] for row in sealed.rows("clips")}
    assert caption("a") in {row["caption"] for row in sealed.rows("clips")}
