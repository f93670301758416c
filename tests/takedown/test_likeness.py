"""What looks the same goes too and stays out; what is near waits for a person."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from filmset import film, grep, held, source_named

from clearreel.core.errors import DatasetError, UsageError
from clearreel.core.identity import source_id
from clearreel.exports.selection import select
from clearreel.lookalike.fingerprint import Fingerprint
from clearreel.pinned.files import sha256_of
from clearreel.stores.catalog import Catalog
from clearreel.stores.takedowns import Takedown, Takedowns
from clearreel.takedown import looks
from clearreel.takedown.carrying_out import take_down
from clearreel.takedown.demand import Demand, demanded
from clearreel.takedown.looks import Alike
from clearreel.takedown.queue import accept, dismiss, waiting
from clearreel.takedown.steps import ORDER
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import Picture
from clearreel.visit import denying, stored_looks

REASON = "a letter"


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Film b, mirrored and encoded in another way: none of its bytes is the same."""
    folder = tmp_path_factory.mktemp("copies")
    frames = [picture[:, ::-1] for picture in film(1)]
    return write(folder / "copy.mkv", frames, video=Video(codec="mpeg4", gop=12))


def scaled(frames: list[Picture]) -> list[Picture]:
    return [frame.repeat(2, axis=0).repeat(2, axis=1) for frame in frames]


def cropped(frames: list[Picture]) -> list[Picture]:
    return [frame[3:-3, 5:-5] for frame in frames]


def trimmed(frames: list[Picture]) -> list[Picture]:
    """Two seconds: none of the clips that were made of it is whole in the first half of them."""
    return frames[13:63]


def mirrored(frames: list[Picture]) -> list[Picture]:
    return [frame[:, ::-1] for frame in frames]


@pytest.fixture(scope="session")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with film b as it may come back, each in another encoding."""
    folder, frames = tmp_path_factory.mktemp("back"), list(film(1))
    video = Video(codec="mpeg4", gop=12)
    for change in (scaled, cropped, trimmed, mirrored):
        write(folder / f"{change.__name__}.mkv", change(frames), video=video)
    write(folder / "everything.mkv", mirrored(cropped(trimmed(frames))), video=video)
    return folder


def test_whatever_was_done_to_it_it_does_not_come_back(
    catalog: Catalog, copies: Path, footage: Path, run: Any
) -> None:
    receipt = take_down(catalog, Demand("source", source_named(catalog, "b")), REASON)
    packs = {path.name for path in catalog.folder.glob("packs/*/*")}
    produced = run(catalog, copies, footage / "a.mp4")
    changed = sorted(path.stem for path in copies.iterdir())
    rows = catalog.rows("sources", where=f"path LIKE '{copies}/%'")
    refused = {Path(r["path"]).stem: r["reason"] for r in rows if r["status"] == "refused"}
    assert sorted(refused) == changed and produced.refused == len(changed)
    assert all(receipt["id"] in reason for reason in refused.values())
    assert {path.name for path in catalog.folder.glob("packs/*/*")} == packs
    assert len({row["source_id"] for row in catalog.rows("clips")}) == 3


def test_whatever_was_done_to_it_it_is_found(catalog: Catalog, copies: Path) -> None:
    source = source_named(catalog, "b")
    stored = {row["source_id"] for row in catalog.rows("clips")}
    for path in copies.iterdir():
        found = looks.search(catalog, {"file": stored_looks.of_file(path)}, stored)
        assert list(found.same) == [source] and not found.near, path.name


def test_the_footage_itself_is_looked_at_as_long_as_it_is_there(
    catalog: Catalog, copies: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clips show what was kept of it, and may be too short to be sure of."""
    source = source_named(catalog, "b")
    clip = catalog.rows("clips", where=f"source_id = '{source}'")[0]
    monkeypatch.setattr(
        stored_looks,
        "of_clips",
        lambda catalog, sources: iter([(clip, Fingerprint())] if sources else ()),
    )
    take_down(catalog, Demand("source", source), REASON)
    [takedown] = Takedowns(catalog.folder).all()
    assert set(takedown.looks) == {source, clip["clip_id"]}
    assert run(catalog, copies).refused == 5


def test_what_lies_there_instead_is_not_what_is_denied(
    catalog: Catalog, tmp_path: Path, run: Any, copies: Path, copy: Path
) -> None:
    path = Path(shutil.copy(copies / "trimmed.mkv", tmp_path / "film.mkv"))
    run(catalog, path)
    source = source_id(sha256_of(path))
    shutil.copy(copy, path)
    take_down(catalog, Demand("source", source), REASON)
    [takedown] = Takedowns(catalog.folder).all()
    assert takedown.looks and source not in takedown.looks


def test_a_file_that_looks_like_a_source_takes_it_out(catalog: Catalog, copy: Path) -> None:
    what = held(catalog, source_named(catalog, "b"))
    receipt = take_down(catalog, demanded(file=copy), REASON)
    assert list(receipt["look_up"]["same"]) == [what.source]
    assert "mirrored" in receipt["look_up"]["same"][what.source]
    assert receipt["look_up"]["compared"] == len(catalog.rows("clips")) + len(what.clips)
    assert receipt["near"] == {} and list(receipt["removed"]) == [what.source]
    assert grep(what, catalog.folder) == {}
    assert len({row["source_id"] for row in catalog.rows("clips")}) == 3


def test_a_copy_of_what_was_taken_down_is_not_let_in(
    catalog: Catalog, copy: Path, footage: Path, run: Any
) -> None:
    receipt = take_down(catalog, Demand("source", source_named(catalog, "b")), REASON)
    assert receipt["look_up"]["looked_for"] > 0
    packs = {path.name for path in catalog.folder.glob("packs/*/*")}
    produced = run(catalog, copy, footage / "a.mp4")
    assert (produced.refused, produced.set_aside, produced.visited) == (1, 0, 1)
    [row] = catalog.rows("sources", where=f"path = '{copy}'")
    assert row["status"] == "refused" and receipt["id"] in row["reason"]
    assert catalog.rows("clips", where=f"source_id = '{row['source_id']}'") == []
    assert {path.name for path in catalog.folder.glob("packs/*/*")} == packs
    [near] = waiting(catalog)
    assert (near["source_id"], near["path"]) == (row["source_id"], str(copy))
    assert run(catalog, copy).visited == 0, "refused again is no work"

    dismiss(catalog, near["id"])
    assert waiting(catalog) == [] and run(catalog, copy).refused == 0
    assert catalog.rows("clips", where=f"source_id = '{row['source_id']}'")


def test_without_a_takedown_nothing_is_looked_at(
    whole: Path, footage: Path, tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*ignored: object) -> None:
        raise AssertionError("a fingerprint is made")

    monkeypatch.setattr(denying, "read_fingerprint", fail)
    run(Catalog.create(tmp_path / "new", "commercial-training"), footage / "a.mp4")


def test_what_lies_in_its_place_now_is_not_looked_at(
    catalog: Catalog, footage: Path, tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = source_named(catalog, "b")
    folders = [Path(shutil.copytree(footage, tmp_path / name)) for name in ("0", "z")]
    run(catalog, *(folder / "b.mp4" for folder in folders))
    for folder in folders:
        shutil.copy(footage / "c.mp4", folder / "b.mp4")
    seen: list[Path] = []
    look = stored_looks.of_file
    monkeypatch.setattr(stored_looks, "of_file", lambda path: seen.append(path) or look(path))
    take_down(catalog, Demand("source", source), REASON)
    outside = [path for path in seen if catalog.folder not in path.parents]
    assert outside == [footage / "b.mp4"]


def test_a_fingerprint_that_cannot_be_used_lets_nothing_in() -> None:
    """It cannot be made anew: what it was made of is gone."""
    takedown = Takedown("0" * 16, "2026-11-26T00:00:00Z", "source")
    takedown.add_look("clip", b"no fingerprint", None)
    with pytest.raises(DatasetError, match="cannot be used: it is no fingerprint") as error:
        denying.index_of({takedown.id: takedown}, None)
    assert f"put back a copy of {takedown.id}.json" in error.value.hint


@pytest.fixture
def near(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> str:
    """Source d, which a takedown of b took for something near to it."""
    found = source_named(catalog, "d")
    with monkeypatch.context() as patch:
        patch.setattr(looks, "search", lambda *ignored: Alike(near={found: "it looks alike"}))
        take_down(catalog, Demand("source", source_named(catalog, "b")), REASON)
    return found


def test_a_near_miss_waits_for_a_person(catalog: Catalog, near: str) -> None:
    [row] = waiting(catalog)
    assert (row["source_id"], row["why"]) == (near, "it looks alike")
    assert near not in select(catalog).hashes
    assert any("a person has to look" in why for why in select(catalog).withheld.values())
    dismiss(catalog, row["id"])
    assert waiting(catalog) == [] and near in select(catalog).hashes


def test_a_near_miss_that_is_accepted_goes(catalog: Catalog, near: str) -> None:
    what = held(catalog, near)
    first = Takedowns(catalog.folder).all()[0].sources[0]
    [row] = waiting(catalog)
    receipt = accept(catalog, row["id"])
    assert grep(what, catalog.folder) == {} and waiting(catalog) == []
    assert set(receipt["removed"]) == {first, near}
    assert receipt["near"][near]["state"] == "accepted"
    assert accept(catalog, row["id"]) == receipt
    with pytest.raises(UsageError, match="does not come back"):
        dismiss(catalog, row["id"])


@pytest.mark.parametrize("id", ["", "nosuch/0", "nosuch"])
def test_there_is_no_such_near_miss(catalog: Catalog, id: str) -> None:
    with pytest.raises(UsageError, match="no near miss"):
        accept(catalog, id)


def test_a_duplicate_elsewhere_is_a_near_miss(catalog: Catalog) -> None:
    source, other = source_named(catalog, "b"), source_named(catalog, "c")
    mine = catalog.rows("clips", where=f"source_id = '{source}'")[0]
    its = catalog.rows("clips", where=f"source_id = '{other}'")[0]
    catalog.update_clips([its | {"duplicate_of": mine["clip_id"]}])
    receipt = take_down(catalog, Demand("source", source), REASON)
    assert list(receipt["near"]) == [other] and "duplicate" in receipt["near"][other]["why"]


def test_the_footage_is_looked_at_where_no_clip_is_stored(
    catalog: Catalog, footage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = source_named(catalog, "b")
    rows = catalog.rows("clips", where=f"source_id = '{source}'")
    catalog.update_clips([row | {"media_pack": "", "kept": False} for row in rows])
    receipt = take_down(catalog, Demand("source", source), REASON)
    assert list(Takedowns(catalog.folder).all()[0].looks) == [source]
    assert receipt["look_up"]["not_looked_for"] == {}


def test_what_cannot_be_looked_at_is_told(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no footage")
    receipt = take_down(catalog, demanded(file=tmp_path / "text.mp4"), REASON)
    assert list(receipt["look_up"]["not_looked_for"]) == ["file"]
    assert any("nothing of it could be looked at" in line for line in receipt["by_hand"])


def test_every_step_is_told(catalog: Catalog) -> None:
    steps: list[str] = []
    demand = Demand("source", source_named(catalog, "b"))
    take_down(catalog, demand, REASON, progress=steps.append)
    assert steps == list(ORDER)
