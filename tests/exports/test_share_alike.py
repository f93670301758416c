"""Share-alike works go out by themselves, under a licence that theirs is compatible with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clearreel import api
from clearreel.core.errors import DatasetError, NothingProducedError
from clearreel.exports import export
from clearreel.proofs.keyring import KeyRing
from clearreel.proofs.keys import new_key
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


def test_they_are_approved_apart_too(
    mixed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEARREEL_KEYS", str(tmp_path / "keys.json"))
    key, into = new_key(tmp_path / "a.key"), mixed.into
    KeyRing.default().trust(key.public, "Ada")
    named = f'[approvers]\n"{key.public.id}" = ["rights"]'
    text = (into / "policy.toml").read_text().replace("commercial = []", 'commercial = ["rights"]')
    (into / "policy.toml").write_text(text.replace("[approvers]", named))
    api.approve(into, "commercial-training", "rights", tmp_path / "a.key")
    assert licenses(export(mixed.catalog, "folder", tmp_path / "out").folder) == {"CC0-1.0"}
    alike = "CC-BY-SA-3.0"
    with pytest.raises(DatasetError, match="does not name 1 of the sources") as told:
        export(mixed.catalog, "folder", tmp_path / "apart", share_alike=alike)
    assert told.value.hint.endswith(f"--role rights --key FILE --share-alike {alike}")
    api.approve(into, "commercial-training", "rights", tmp_path / "a.key", share_alike=alike)
    made = export(mixed.catalog, "folder", tmp_path / "apart", share_alike=alike)
    assert licenses(made.folder) == {alike} and made.approved_by == ["rights"]
