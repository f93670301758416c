"""What a second run does, and what it leaves alone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from clearreel.core.errors import DatasetError, UsageError
from clearreel.media.decoding import FrameReader
from clearreel.rights.grants import grant_from_flags
from clearreel.rights.rights_file import read_rights

RULE = '\n[[rules]]\nfact = "{fact}"\nmin = {min}\n'


@pytest.fixture
def footage(films: Path, tmp_path: Path) -> Path:
    """Films that a test may change."""
    return Path(shutil.copytree(films, tmp_path / "footage"))


@pytest.fixture
def no_decoding(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call it, and every decoded picture is an error from then on."""

    def forbid() -> None:
        def frames(*ignored: object) -> None:
            raise AssertionError("something is decoded")

        monkeypatch.setattr(FrameReader, "frames", frames)
        monkeypatch.setattr(FrameReader, "key_frame", frames)

    return forbid


def files(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_second_run_does_nothing(bench: Any, films: Path, no_decoding: Any) -> None:
    first = bench.run(films)
    assert (first.visited, first.unchanged) == (3, 0)
    before = {table: bench.catalog.rows(table) for table in ("sources", "clips", "places")}
    packs = files(bench.into / "packs")
    no_decoding()
    second = bench.run(films)
    assert (second.visited, second.unchanged, second.rejudged) == (0, 3, 0)
    assert {table: bench.catalog.rows(table) for table in before} == before
    assert files(bench.into / "packs") == packs


def test_clips_are_what_the_recipe_asks_for(bench: Any, films: Path) -> None:
    bench.run(films)
    clips = bench.rows("clips")
    assert [clip["frames"] for clip in clips] == [12] * 15
    assert all(clip["kept"] and clip["measured"] and clip["media_pack"] for clip in clips)
    assert all(clip["motion"] is not None for clip in clips)


def test_a_changed_threshold_decodes_nothing(
    bench: Any, films: Path, quick: str, no_decoding: Any
) -> None:
    bench.run(films)
    brightness = sorted(clip["brightness"] for clip in bench.rows("clips"))
    middle = (brightness[6] + brightness[7]) / 2
    kept, packs = bench.rows("clips"), bench.packs()
    no_decoding()

    produced = bench.run(films, recipe=quick + RULE.format(fact="brightness", min=middle))
    clips = bench.rows("clips")
    assert produced.rejudged == 7 and produced.visited == 0
    assert sum(clip["kept"] for clip in clips) == 8
    for clip in clips:
        assert bool(clip["media_pack"]) == clip["kept"]
        assert clip["kept"] == (clip["brightness"] >= middle)
    assert sum(map(len, bench.packs().values())) < sum(map(len, packs.values()))

    assert bench.run(films).rejudged == 7
    assert bench.rows("clips") == kept
    assert bench.packs() == packs


def test_a_changed_threshold_gives_what_a_new_data_set_would(
    bench: Any, films: Path, quick: str, tmp_path: Path
) -> None:
    recipe = quick + RULE.format(fact="brightness", min=120)
    bench.run(films)
    bench.run(films, recipe=recipe)
    fresh = type(bench)(tmp_path / "fresh")
    fresh.run(films, recipe=recipe)
    assert bench.rows("clips") == fresh.rows("clips")
    assert bench.rows("sources") == fresh.rows("sources")
    assert bench.packs() == fresh.packs()


def test_a_changed_measure_is_done_anew_alone(
    bench: Any, films: Path, quick: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clearreel.stages.light import Light
    from clearreel.stages.motion import Motion
    from clearreel.stages.scout import Scout

    bench.run(films)
    before, packs = bench.rows("clips"), bench.packs()
    calls: list[str] = []
    for kind, method in ((Light, "measure"), (Motion, "measure"), (Scout, "detect")):
        original = getattr(kind, method)

        def counted(self: Any, *given: Any, original: Any = original) -> Any:
            calls.append(type(self).__name__)
            return original(self, *given)

        monkeypatch.setattr(kind, method, counted)
    monkeypatch.setattr(Light, "version", 99)
    assert bench.run(films).visited == 3
    assert calls == ["Light"] * 15
    assert bench.rows("clips") == before
    assert bench.packs() == packs


def test_another_detector_does_all_anew(bench: Any, films: Path, quick: str) -> None:
    bench.run(films)
    produced = bench.run(films, recipe=quick.replace("max_seconds = 0.5", "max_seconds = 1"))
    assert produced.visited == 3
    assert [clip["frames"] for clip in bench.rows("clips")] == [20] * 9
    named = {clip["media_pack"] for clip in bench.rows("clips")}
    assert set(bench.packs()) == named


def test_a_new_file_is_added(bench: Any, footage: Path) -> None:
    (footage / "c.mp4").rename(footage.parent / "later.mp4")
    bench.run(footage)
    before = bench.rows("clips")
    (footage.parent / "later.mp4").rename(footage / "c.mp4")
    produced = bench.run(footage)
    assert (produced.visited, produced.unchanged) == (1, 2)
    after = bench.rows("clips")
    assert after[:10] == before and len(after) == 15


def test_a_caption_that_changes_is_joined_anew(bench: Any, footage: Path, no_decoding: Any) -> None:
    (footage / "a.txt").write_text("a river")
    bench.run(footage)
    packs = bench.packs()
    (footage / "a.txt").write_text("a river at night")
    assert bench.run(footage).visited == 1
    captions = {Path(clip["path"]).name: clip["caption"] for clip in bench.rows("clips")}
    assert captions == {"a.mp4": "a river at night", "b.mp4": "", "c.mp4": ""}
    assert bench.packs() == packs


def test_a_gate_that_opens_lets_clips_be_measured(bench: Any, films: Path, quick: str) -> None:
    bench.run(films, recipe=quick + RULE.format(fact="short_side", min=100))
    assert not any(clip["kept"] or clip["measured"] for clip in bench.rows("clips"))
    assert bench.run(films).visited == 3
    assert all(clip["kept"] and clip["brightness"] for clip in bench.rows("clips"))


def test_a_gate_that_opens_keeps_nothing_that_was_not_measured(
    bench: Any, films: Path, quick: str
) -> None:
    """As where the source is not among the inputs this time."""
    bench.run(films, recipe=quick + RULE.format(fact="short_side", min=100))
    bench.run(films / "a.mp4")
    kept = {Path(clip["path"]).name for clip in bench.rows("clips", where="kept")}
    assert kept == {"a.mp4"}


def test_a_closed_gate_leaves_no_outdated_facts_behind(
    bench: Any, films: Path, quick: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clearreel.stages.light import Light

    bench.run(films / "a.mp4")
    monkeypatch.setattr(Light, "version", 99)
    bench.run(films / "a.mp4", recipe=quick + RULE.format(fact="short_side", min=100))
    assert not any(clip["measured"] for clip in bench.rows("clips"))
    bench.run(films / "a.mp4")
    assert all(clip["measured"] and clip["kept"] for clip in bench.rows("clips"))


def test_what_is_stored_follows_the_choice(bench: Any, films: Path, quick: str) -> None:
    recipe = quick + RULE.format(fact="brightness", min=120)
    bench.run(films, recipe=recipe, store="all")
    assert all(clip["media_pack"] for clip in bench.rows("clips"))
    bench.run(films, recipe=recipe, store="none")
    assert not any(clip["media_pack"] for clip in bench.rows("clips"))
    bench.run(films, recipe=recipe, store="kept")
    assert all(bool(clip["media_pack"]) == clip["kept"] for clip in bench.rows("clips"))


# ---- rights -------------------------------------------------------------------------------------

RIGHTS = """
[[grant]]
files = ["a.mp4"]
license = "CC0-1.0"
holder = "Ada"
basis = "her own"
evidence = "https://example.org/film"
verified_by = "Bob"
verified_on = 2026-01-01
"""


def test_without_a_grant_nothing_is_stored(bench: Any, films: Path, no_decoding: Any) -> None:
    no_decoding()
    produced = bench.run(films, grants=())
    assert produced.refused == 3
    assert {row["status"] for row in bench.rows("sources")} == {"refused"}
    assert all(row["reason"] for row in bench.rows("sources"))
    assert bench.rows("clips") == [] and bench.packs() == {}


def test_what_is_refused_again_is_no_work(bench: Any, films: Path) -> None:
    bench.run(films, grants=())
    before = bench.catalog.rows("sources")
    assert bench.run(films, grants=()).unchanged == 3
    assert bench.catalog.rows("sources") == before


def test_a_withdrawn_grant_leaves_no_byte(bench: Any, films: Path) -> None:
    bench.run(films)
    before = bench.packs()
    [source] = {r["source_id"] for r in bench.rows("clips") if r["path"].endswith("a.mp4")}
    withdrawn = (grant_from_flags("CC-BY-NC-4.0", "Ada", "her site"),)
    assert bench.run(films / "a.mp4", grants=withdrawn).refused == 1
    rows = {row["source_id"]: row for row in bench.rows("sources")}
    assert rows[source]["status"] == "refused" and "CC-BY-NC" in rows[source]["reason"]
    assert rows[source]["packed"] is None
    assert source not in {row["source_id"] for row in bench.rows("clips")}
    assert bench.packs() == {n: pack for n, pack in before.items() if source not in n}
    clips = b"".join(path.read_bytes() for path in (bench.into / "clips.lance").rglob("*.lance"))
    assert source.encode() not in clips


def test_the_same_bytes_in_two_places_have_the_strictest_rights(bench: Any, footage: Path) -> None:
    rights = footage / "rights.toml"
    rights.write_text(RIGHTS)
    bench.run(footage / "a.mp4", grants=read_rights(rights).grants)
    assert [row["reason"] for row in bench.rows("sources")] == [""]
    (footage / "unclear").mkdir()
    shutil.copy(footage / "a.mp4", footage / "unclear" / "copy.mp4")
    # Wherever it is found now, and in whatever order: the other place is not forgotten.
    bench.run(footage / "unclear", grants=read_rights(rights).grants)
    bench.run(footage / "a.mp4", grants=read_rights(rights).grants)
    [source] = bench.rows("sources")
    assert source["status"] == "refused"
    assert len(bench.rows("places")) == 2
    assert bench.rows("clips") == [] and bench.packs() == {}


def test_another_use_is_refused(bench: Any, films: Path) -> None:
    from clearreel.production.producing import open_or_create

    bench.run(films / "a.mp4")
    with pytest.raises(DatasetError, match="is declared for commercial-training"):
        open_or_create(bench.into, "evaluation")
    with pytest.raises(UsageError):
        open_or_create(bench.into, "fun")


# ---- files that come, go and change -------------------------------------------------------------


def test_dropping_needs_no_source_and_cutting_needs_the_same_bytes(
    bench: Any, footage: Path, quick: str
) -> None:
    bench.run(footage / "a.mp4")
    [pack] = bench.packs()
    times = (footage / "a.mp4").stat()
    data = bytearray((footage / "a.mp4").read_bytes())
    data[-1] ^= 1
    (footage / "a.mp4").write_bytes(data)
    os.utime(footage / "a.mp4", ns=(times.st_atime_ns, times.st_mtime_ns + 10))
    strict = quick + RULE.format(fact="brightness", min=999)
    produced = bench.run(footage / "b.mp4", recipe=strict)
    assert produced.warnings == ()
    assert pack not in bench.packs()
    assert not any(clip["media_pack"] for clip in bench.rows("clips"))
    # Now its clips are kept again, and would have to be cut out of other bytes.
    produced = bench.run(footage / "b.mp4", recipe=quick)
    assert any("could not be packed anew" in warning for warning in produced.warnings)


def test_a_file_that_moved_is_packed_from_where_it_is(
    bench: Any, footage: Path, quick: str
) -> None:
    bench.run(footage / "a.mp4")
    (footage / "a.mp4").rename(footage / "z.mp4")
    produced = bench.run(footage / "z.mp4", recipe=quick + RULE.format(fact="brightness", min=999))
    assert produced.warnings == () and produced.visited == 0
    assert not any(clip["media_pack"] for clip in bench.rows("clips"))


def test_a_lost_pack_is_cut_again_when_it_is_needed(bench: Any, films: Path, quick: str) -> None:
    bench.run(films / "a.mp4")
    [pack] = (bench.into / "packs").rglob("*.tar")
    before = bench.packs()
    pack.unlink()
    bench.run(films / "a.mp4", recipe=quick + RULE.format(fact="duration", min=0.1))
    bench.run(films / "a.mp4", store="none")
    bench.run(films / "a.mp4", store="kept")
    assert bench.packs() == before


def test_a_file_that_can_be_read_now_is_listed_once(
    bench: Any, footage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clearreel.core.errors import SourceError
    from clearreel.production import planning

    def refuse(place: object, known: object) -> None:
        raise SourceError("no permission to read the file")

    with monkeypatch.context() as patch:
        patch.setattr(planning, "hash_place", refuse)
        assert bench.run(footage / "a.mp4").set_aside == 1
    [row] = bench.rows("sources")
    assert (row["status"], row["sha256"]) == ("unreadable", "")
    bench.run(footage / "a.mp4")
    [row] = bench.rows("sources")
    assert row["status"] == "done"
