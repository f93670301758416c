"""What is really in the packs, frame by frame."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import pytest

from clearreel.testing import gallery
from clearreel.testing.encode import Video, write
from clearreel.testing.numbering import read_frame_number
from clearreel.testing.reading import frame_numbers
from clearreel.testing.scenes import reel

RULE = '\n[[rules]]\nfact = "motion"\nmin = {bound}\nsafety = true\n'
KINDS = (
    *("cfr_h264", "vfr_h264", "edit_list", "start_offset", "open_gop_h264", "bframes_h264"),
    *("fragmented_mp4", "vp9_webm", "mjpeg_avi", "long_gop"),
)


def stored(bench: Any, folder: Path) -> list[tuple[dict[str, Any], Path]]:
    """Each stored clip's row, and its file taken out of the pack."""
    found = []
    for row in bench.rows("clips", "media_pack != ''"):
        place = (row["media_pack"], row["media_name"], row["media_offset"], row["media_bytes"])
        file = folder / row["media_name"]
        file.write_bytes(bench.catalog.packs.read(*place))
        found.append((row, file))
    return found


def all_numbers(file: Path) -> list[int]:
    """The number of every frame that can be decoded from a file, hidden or not."""
    with av.open(str(file), options={"ignore_editlist": "1"}) as container:
        pictures = (frame.to_ndarray(format="rgb24") for frame in container.decode(video=0))
        return [read_frame_number(picture) for picture in pictures]


@pytest.mark.parametrize("kind", KINDS)
def test_a_stored_clip_has_just_its_frames(
    bench: Any, gallery_folder: Path, tmp_path: Path, kind: str
) -> None:
    item = gallery.make(kind, gallery_folder)
    assert item.truth is not None
    bench.run(item.path)
    clips = stored(bench, tmp_path)
    assert sum(row["frames"] for row, _ in clips) == item.truth.frames
    for row, file in clips:
        first, count = row["start_frame"], row["frames"]
        assert frame_numbers(file) == list(item.truth.numbers[first : first + count])
        assert (row["cut_start_frame"], row["cut_frames"]) == (first, count)


# ---- what a safety rule drops --------------------------------------------------------------------


@pytest.fixture(scope="module")
def long_gop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 frames of one shot with a single key frame at the start, and B frames."""
    video = Video(gop=1000, b_frames=2)
    return write(tmp_path_factory.mktemp("long_gop") / "film.mp4", reel(60), video=video)


@pytest.fixture
def unsafe_first(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call it, and from then on the clips that begin with these frames have a motion of 0."""
    from clearreel.stages.motion import Motion

    original = Motion.measure
    chosen: set[int] = set()

    def measure(self: Motion, clip: Any) -> Any:
        facts = dict(original(self, clip))
        return facts | {"motion": 0.0} if clip.start_frame in chosen else facts

    monkeypatch.setattr(Motion, "measure", measure)
    return lambda frames: chosen.update(frames)


def check_hidden(bench: Any, folder: Path, unsafe: Sequence[range]) -> None:
    for row, file in stored(bench, folder):
        own = range(row["start_frame"], row["start_frame"] + row["frames"])
        assert set(frame_numbers(file)) <= set(own)
        for banned in unsafe:
            assert not set(banned) & set(all_numbers(file)), (row["cut"], row["start_frame"])


def test_without_it_a_clip_hides_what_came_before(
    bench: Any, long_gop: Path, tmp_path: Path
) -> None:
    bench.run(long_gop)
    last, file = stored(bench, tmp_path)[-1]
    assert last["cut"] == "copy" and last["preroll_frames"] == 48
    assert set(all_numbers(file)) == set(range(60))


def test_nothing_unsafe_is_hidden_in_another_clip(
    bench: Any, long_gop: Path, tmp_path: Path, quick: str, unsafe_first: Any
) -> None:
    unsafe_first([24])
    bench.run(long_gop, recipe=quick + RULE.format(bound=1e-6))
    rows = bench.rows("clips")
    assert [row["kept"] for row in rows] == [True, True, False, True, True]
    check_hidden(bench, tmp_path, [range(24, 36)])


def test_a_file_that_hides_it_already_is_cut_again(
    bench: Any, long_gop: Path, tmp_path: Path, quick: str, unsafe_first: Any
) -> None:
    """The rule comes later, when the clips around were cut with all that came before them."""
    unsafe_first([24])
    bench.run(long_gop)
    assert all(row["kept"] for row in bench.rows("clips"))
    produced = bench.run(long_gop, recipe=quick + RULE.format(bound=1e-6))
    assert produced.visited == 0 and produced.rejudged == 1
    check_hidden(bench, tmp_path, [range(24, 36)])


def test_it_counts_also_where_another_rule_dropped_it_first(
    bench: Any, long_gop: Path, tmp_path: Path, quick: str, unsafe_first: Any
) -> None:
    unsafe_first([24])
    first = '\n[[rules]]\nfact = "motion"\nmin = 1e-7\n'
    bench.run(long_gop, recipe=quick + first)
    produced = bench.run(long_gop, recipe=quick + first + RULE.format(bound=1e-6))
    assert produced.rejudged == 0, "the first objection stays the reason"
    check_hidden(bench, tmp_path, [range(24, 36)])
