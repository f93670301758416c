"""Takedowns in a data set that is sealed."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from filmset import caption, film, grep, held, source_named

from clearreel import api
from clearreel.core.errors import DatasetError, UsageError
from clearreel.lookalike.fingerprint import Fingerprint
from clearreel.stores.catalog import Catalog
from clearreel.stores.takedowns import Takedown, Takedowns
from clearreel.takedown import absence
from clearreel.takedown.carrying_out import take_down
from clearreel.takedown.demand import Demand
from clearreel.takedown.receipts import problems
from clearreel.testing.encode import Video, write


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


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Film b in another encoding."""
    return write(tmp_path / "copy.mkv", film(1), video=Video(codec="mpeg4", gop=12))


def looks(catalog: Catalog) -> dict[str, str]:
    [takedown] = Takedowns(catalog.folder).all()
    return takedown.looks


def test_fingerprints_are_sealed_and_known_again(sealed: Catalog, copy: Path, run: Any) -> None:
    take_down(sealed, Demand("source", source_named(sealed, "b")), "a letter")
    [takedown] = Takedowns(sealed.folder).all()
    prints = takedown.prints(sealed.seal)
    assert prints and all(Fingerprint.from_bytes(written) for written in prints.values())
    plain = [form for one in prints.values() for form in (one, base64.b64encode(one))]
    for path in sealed.folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not any(form[:40] in content for form in plain), path
    assert run(sealed, copy).refused == 1
    with pytest.raises(DatasetError, match="is sealed, and the data set is not"):
        takedown.prints(None)


def test_without_the_key_no_run_compares(
    sealed: Catalog, copy: Path, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_down(sealed, Demand("source", source_named(sealed, "b")), "a letter")
    monkeypatch.setenv("CLEARREEL_DATA_KEYS", str(tmp_path / "others"))
    with pytest.raises(UsageError, match=r"its key .* is not here") as refused:
        api.run(copy, sealed.folder, license="owned")
    assert refused.value.hint.endswith("clearreel data-keys import FILE")


def test_a_fingerprint_in_the_place_of_another_stops_the_run(
    sealed: Catalog, copy: Path, run: Any
) -> None:
    take_down(sealed, Demand("source", source_named(sealed, "b")), "a letter")
    [takedown] = Takedowns(sealed.folder).all()
    name = next(iter(takedown.looks))
    takedown.looks["another"] = takedown.looks.pop(name)
    Takedowns(sealed.folder).save(takedown)
    with pytest.raises(DatasetError, match="its fingerprints are others"):
        run(sealed, copy)
    with pytest.raises(DatasetError, match=f"{takedown.id}/another does not open"):
        takedown.prints(sealed.seal)


def test_what_an_earlier_version_left_open_is_sealed_by_the_next_run(
    sealed: Catalog, footage: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(Takedown, "looks_sha256", "")  # its ledger did not have it
        take_down(sealed, Demand("source", source_named(sealed, "b")), "a letter")
    [takedown] = Takedowns(sealed.folder).all()
    prints = takedown.prints(sealed.seal)
    for name, written in prints.items():
        takedown.add_look(name, written, None)
    Takedowns(sealed.folder).save(takedown)
    assert takedown.prints(sealed.seal) == prints, "they deny until then"
    run(sealed, footage / "a.mp4")
    assert all(text.startswith("sealed:") for text in looks(sealed).values())
    [takedown] = Takedowns(sealed.folder).all()
    assert takedown.prints(sealed.seal) == prints
