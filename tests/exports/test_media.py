from pathlib import Path
from typing import Any

import pytest
from readback import counts, kept

from clearreel.core.errors import DatasetError, UnreadableError
from clearreel.exports import media
from clearreel.exports.media import LEAST_SHARE, Media, visible_media
from clearreel.media.cut import CutRequest, Cutter
from clearreel.stores.catalog import Catalog
from clearreel.testing.reading import frame_numbers


def take(catalog: Catalog, clip: dict[str, Any], work: Path) -> Media:
    work.mkdir(exist_ok=True)
    return visible_media(catalog.packs, clip, work)


def test_every_clip_shows_each_packet_that_it_holds(whole: Catalog, tmp_path: Path) -> None:
    for clip in kept(whole):
        made = take(whole, clip, tmp_path / clip["clip_id"])
        frames = made.end_frame - made.start_frame
        assert counts(made.path) == (frames, frames), clip["media_name"]
        # The pictures carry their number in the source, which vp8 and prores keep as well.
        assert frame_numbers(made.path) == list(range(made.start_frame, made.end_frame))
        assert made.suffix == made.path.suffix
        assert made.bytes == made.path.stat().st_size


def test_what_hides_nothing_goes_out_byte_for_byte(whole: Catalog, tmp_path: Path) -> None:
    plain = [clip for clip in kept(whole) if clip["path"].endswith("prores_mov.mov")]
    assert plain
    for clip in plain:
        made = take(whole, clip, tmp_path)
        assert (made.sha256, made.mode, made.reason) == (clip["media_sha256"], "copy", "")


def test_hidden_frames_are_cut_off_without_losing_shown_ones(
    whole: Catalog, tmp_path: Path
) -> None:
    hiding = [clip for clip in kept(whole) if clip["preroll_frames"] and clip["cut"] == "copy"]
    assert hiding
    for clip in hiding:
        made = take(whole, clip, tmp_path / clip["clip_id"])
        frames = made.end_frame - made.start_frame
        assert made.mode != "copy"
        assert made.sha256 != clip["media_sha256"]
        assert frames >= LEAST_SHARE * clip["cut_frames"]
        assert clip["start_frame"] <= made.start_frame
        assert made.end_frame <= clip["start_frame"] + clip["frames"]


def test_a_clip_is_transcoded_rather_than_trimmed_to_a_rest(
    whole: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    cut = Cutter.cut

    def to_half(self: Cutter, request: CutRequest, folder: Path, stem: str) -> Any:
        asked.append(request.mode)
        if request.mode == "exact":
            half = CutRequest(request.start_frame, request.end_frame // 2, "transcode", 0)
            made = cut(self, half, folder, stem)
            return media.Cut(
                **{name: getattr(made, name) for name in made.__slots__} | {"mode": "trim"}
            )
        return cut(self, request, folder, stem)

    monkeypatch.setattr(Cutter, "cut", to_half)
    clip = next(clip for clip in kept(whole) if clip["preroll_frames"])
    made = take(whole, clip, tmp_path)
    assert asked == ["exact", "transcode"]
    assert made.mode == "transcode"
    assert made.reason == f"no trim: {clip['frames'] // 2} of {clip['frames']} frames would be left"
    assert made.end_frame - made.start_frame == made.reencoded_frames == clip["frames"]


def test_a_pack_that_has_changed_is_refused(dataset: Catalog, tmp_path: Path) -> None:
    clip = kept(dataset)[0]
    pack = dataset.folder / "packs" / clip["media_pack"]
    content = bytearray(pack.read_bytes())
    content[clip["media_offset"] + clip["media_bytes"] // 2] ^= 1
    pack.write_bytes(content)
    with pytest.raises(DatasetError, match=r"damaged.*do not match their hash"):
        take(dataset, clip, tmp_path / "work")
    pack.unlink()
    with pytest.raises(DatasetError, match="cannot be read: No such file"):
        take(dataset, clip, tmp_path / "work")


def test_a_clip_with_other_frames_than_recorded_is_refused(whole: Catalog, tmp_path: Path) -> None:
    clip = kept(whole)[0]
    shown = clip["cut_frames"]
    with pytest.raises(UnreadableError, match=rf"shows {shown} frames, where {shown + 1} are"):
        take(whole, clip | {"cut_frames": shown + 1}, tmp_path)
