"""What was permitted when it came in goes out only if it is permitted still."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clearreel.core.errors import NothingProducedError
from clearreel.exports import export
from clearreel.exports.selection import select
from clearreel.report.recorded import Recorded
from clearreel.stores.catalog import Catalog


def change(dataset: Catalog, **changes: Any) -> list[str]:
    """Change the recorded grant of the first source that has clips; the ids of those clips."""
    clips = dataset.rows("clips", where="kept")
    name = min(row["source_id"] for row in clips)
    [source] = dataset.rows("sources", where=f"source_id = '{name}'")
    decision = json.loads(source["decision"])
    decision["given"] = [grant | changes for grant in decision["given"]]
    dataset.put_sources([{**source, "decision": json.dumps(decision)}])
    return sorted(row["clip_id"] for row in clips if row["source_id"] == name)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid_until": "2026-01-01"}, "it ended on 2026-01-01"),
        ({"evidence": "letter.txt", "evidence_sha256": "ab" * 32}, "letter.txt (abababab"),
        ({"files": ["elsewhere/**"]}, "no grant covers it"),
    ],
)
def test_clips_whose_grant_has_lapsed_are_left_out(
    dataset: Catalog, tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    total = len(dataset.rows("clips", where="kept"))
    lapsed = change(dataset, **changes)
    exported = export(dataset, "folder", tmp_path / "out")
    assert sorted(exported.left_out) == lapsed
    assert all(words in reason for reason in exported.left_out.values())
    assert sum(exported.clips.values()) == total - len(lapsed)
    names = {path.stem for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert names.isdisjoint(lapsed)


def test_a_policy_that_demands_more_stops_an_export(dataset: Catalog, tmp_path: Path) -> None:
    policy = dataset.folder / "policy.toml"
    policy.write_text(policy.read_text().replace('["footage", "audio"]', '["likeness"]'))
    with pytest.raises(NothingProducedError, match="no grant covers its likeness") as caught:
        export(dataset, "folder", tmp_path / "out")
    assert "clearreel audit" in caught.value.hint
    assert not (tmp_path / "out").exists()


def test_a_model_that_the_policy_excludes_now_stops_an_export(
    dataset: Catalog, tmp_path: Path
) -> None:
    """As the audit says, and as the next run would not begin."""
    dataset.log("run", recipe="short", weights=["centerface"])
    export(dataset, "parquet", tmp_path / "out")
    policy = dataset.folder / "policy.toml"
    policy.write_text(policy.read_text().replace('"Pexels",', '"Pexels", "WIDER FACE",'))
    with pytest.raises(NothingProducedError, match="excludes wider face"):
        export(dataset, "parquet", tmp_path / "again")


def test_a_model_of_an_earlier_run_counts_as_well(dataset: Catalog) -> None:
    """What it found may still be in the rows, and stands beside what else speaks against a clip."""
    dataset.log("run", recipe="short", weights=["centerface"])
    dataset.log("run", recipe="short", weights=[])
    policy = dataset.folder / "policy.toml"
    policy.write_text(policy.read_text().replace('"Pexels",', '"Pexels", "WIDER FACE",'))
    lapsed = change(dataset, valid_until="2026-01-01")
    selection = select(dataset)
    assert selection.total == 0
    assert all("excludes wider face" in reason for reason in selection.withheld.values())
    assert all("it ended on" in selection.withheld[clip] for clip in lapsed)
    explained = Recorded(dataset, datetime.now(UTC)).explain(dataset.rows("clips")[0])
    assert all("wider face" in str(one) for one in explained)
