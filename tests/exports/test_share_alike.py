"""Share-alike works go out by themselves, under a licence that theirs is compatible with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clearreel.core.errors import NothingProducedError
from clearreel.exports import export
from clearreel.rights.grants import Grant, grant_from_flags
from clearreel.rights.scope import Scope


@pytest.fixture
def mixed(bench: Any, films: Path) -> Any:
    """a.mp4 is under CC-BY-SA-3.0, b.mp4 under CC0."""

    def granted(name: str, license: str) -> Grant:
        attested = grant_from_flags(license, "Ada", "her own")
        return Grant(
            Scope(str(films), (name,)), license, "Ada", "her own", attested_by=attested.attested_by
        )

    bench.run(
        films / "a.mp4",
        films / "b.mp4",
        grants=[granted("a.mp4", "CC-BY-SA-3.0"), granted("b.mp4", "CC0-1.0")],
    )
    return bench


def licenses(folder: Path) -> set[str]:
    return set(json.loads((folder / "manifest.json").read_text("utf-8"))["licenses"])


def test_without_a_licence_for_them_they_stay(mixed: Any, tmp_path: Path) -> None:
    made = export(mixed.catalog, "folder", tmp_path / "out")
    assert licenses(made.folder) == {"CC0-1.0"}
    kept = {r["clip_id"] for r in mixed.rows("clips") if r["kept"] and "a.mp4" in r["path"]}
    assert set(made.left_out) == kept
    assert all("--share-alike CC-BY-SA-3.0" in reason for reason in made.left_out.values())


@pytest.mark.parametrize("release", ["CC-BY-SA-3.0", "CC-BY-SA-4.0"])
def test_they_go_out_apart_under_a_compatible_licence(
    mixed: Any, tmp_path: Path, release: str
) -> None:
    made = export(mixed.catalog, "folder", tmp_path / "out", share_alike=release)
    assert licenses(made.folder) == {"CC-BY-SA-3.0"}
    assert not made.left_out
    assert f"under **{release}**" in (made.folder / "README.md").read_text("utf-8")


@pytest.mark.parametrize("release", ["CC-BY-SA-2.0", "CC-BY-4.0", "CC0-1.0"])
def test_no_other_licence_will_do(mixed: Any, tmp_path: Path, release: str) -> None:
    with pytest.raises(NothingProducedError, match=f"CC-BY-SA-4.0, not {release}"):
        export(mixed.catalog, "folder", tmp_path / "out", share_alike=release)
