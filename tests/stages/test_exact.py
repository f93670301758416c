"""`exact` on a synthetic reel and on the labelled trailer."""

from pathlib import Path

import av
import pytest

from clearreel.core.shots import Shot, Transition
from clearreel.media.decoding import FrameReader
from clearreel.media.opening import open_media
from clearreel.media.packets import read_packets
from clearreel.media.pictures import PictureReader
from clearreel.media.probe import describe
from clearreel.media.timeline import read_timeline
from clearreel.pinned import fetch_sample
from clearreel.stages.exact import Exact
from clearreel.testing import encode, scenes
from clearreel.testing.boundaries import compare, of_labels, of_reel, of_shots

TRUTH = Path(__file__).parent.parent / "truth"

pytestmark = pytest.mark.weights


def found_in(path: Path) -> tuple[Shot, ...]:
    file, container = open_media(path)
    with file:
        reel = describe(path, file, container)
        packets = read_packets(file, reel.video)
        timeline = read_timeline(file, reel, packets)
    with FrameReader(reel, packets, timeline) as reader:
        return tuple(Exact().detect(PictureReader(reader)))


def test_a_cut_is_the_first_frame_of_the_new_shot(tmp_path: Path) -> None:
    reel = scenes.reel(37, 52, 41)
    shots = found_in(encode.write(tmp_path / "cuts.mp4", reel))
    assert of_shots(shots) == of_reel(reel)


PART = 589, 900
"""Two key frames of the trailer with a cut, a fade through black and a cut between them."""


def part_of_the_trailer(path: Path) -> Path:
    """The frames of `PART`, copied."""
    first, end = PART
    with av.open(str(fetch_sample("bbb-trailer"))) as source, av.open(str(path), "w") as copy:
        stream = source.streams.video[0]
        into = copy.add_stream_from_template(stream)
        for number, packet in enumerate(source.demux(stream)):
            # Groups of pictures are closed here: their frames come one after the other.
            if first <= number < end and packet.size:
                packet.stream = into
                copy.mux(packet)
    return path


@pytest.mark.footage
def test_every_labelled_boundary_of_a_part_of_the_trailer(tmp_path: Path) -> None:
    first, end = PART
    labelled = [
        Transition(label.kind, label.start_frame - first, label.frames)
        for label in of_labels(TRUTH / "bbb-trailer.json")
        if first < label.start_frame < end
    ]
    assert [label.kind for label in labelled] == ["cut", "fade", "cut"]
    result = compare(labelled, of_shots(found_in(part_of_the_trailer(tmp_path / "part.mp4"))))
    assert (result.all.false, result.all.missed) == (0, 0)
    for true, found in result.pairs:
        assert found.kind == true.kind
        assert abs(found.start_frame - true.start_frame) <= (0 if true.kind == "cut" else 2)
        assert abs(found.frames - true.frames) <= 4
