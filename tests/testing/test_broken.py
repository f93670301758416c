"""What each bad input does to a reader that takes no care."""

from pathlib import Path

import av
import pytest

from clearreel.testing import boxes, broken
from clearreel.testing.numbering import read_frame_number


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("broken")


def _careless(path: str, **options: str) -> tuple[int, list[int], bool]:
    """Number of frames, the numbers that can be read in them, and whether an error came."""
    frames, numbers = 0, []
    try:
        with av.open(path, options=options) as container:
            for frame in container.decode(*container.streams.video[:1]):
                frames += 1
                try:
                    numbers.append(read_frame_number(frame.to_ndarray(format="rgb24")))
                except ValueError:
                    continue
    except (av.FFmpegError, OSError, IndexError):
        return frames, numbers, True
    return frames, numbers, False


@pytest.mark.parametrize("name", [n for n in broken.NAMES if n not in broken.POINTING])
def test_frames_are_had_where_the_entry_says_so(name: str, folder: Path) -> None:
    item = broken.make(name, folder)
    frames, _, failed = _careless(str(item.path))
    if name == "no_permission" and broken.permissions_are_enforced(folder):
        assert failed
    else:
        assert (frames > 0) == item.decodes


@pytest.mark.parametrize("name", broken.POINTING)
def test_what_is_pointed_at_can_be_recognised(name: str, folder: Path) -> None:
    item = broken.make(name, folder)
    assert item.secret is not None
    numbers = _careless(str(item.secret))[1]
    assert numbers
    assert set(numbers) <= set(broken.SECRET_NUMBERS)


@pytest.mark.parametrize("name", ["truncated_with_moov", "bit_flips"])
def test_damage_shows_as_an_error_after_good_frames(name: str, folder: Path) -> None:
    _, numbers, failed = _careless(str(broken.make(name, folder).path))
    assert numbers[:3] == [0, 1, 2]
    assert len(numbers) < 48
    assert failed


@pytest.mark.parametrize("name", ["ffconcat", "ffconcat_as_mp4", "hls", "image_pattern"])
def test_a_careless_reader_follows_a_pointer(name: str, folder: Path) -> None:
    _, numbers, _ = _careless(str(broken.make(name, folder).path))
    assert set(numbers) <= set(broken.SECRET_NUMBERS)
    assert numbers


def test_a_careless_reader_follows_an_absolute_path_when_told_to(folder: Path) -> None:
    path = broken.make("ffconcat_absolute", folder).path
    assert _careless(str(path), safe="0")[1] == list(broken.SECRET_NUMBERS)


def test_a_careless_reader_follows_a_relative_name_with_a_protocol(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = broken.make("protocol_name", folder)
    monkeypatch.chdir(folder)
    assert _careless(item.path.name)[1] == list(broken.SECRET_NUMBERS)


def test_a_careless_reader_follows_an_alias_when_told_to(folder: Path) -> None:
    path = broken.make("external_alias", folder).path
    followed = _careless(str(path), enable_drefs="1", use_absolute_path="1")
    assert followed[1] == list(broken.SECRET_NUMBERS)


def test_the_address_of_external_samples_is_in_the_file(folder: Path) -> None:
    item = broken.make("external_url", folder)
    assert item.secret is not None
    data = item.path.read_bytes()
    start, end = boxes.find(data, "moov", "trak", "mdia", "minf", "dinf", "dref")
    assert item.secret.as_uri().encode() in data[start:end]
    assert boxes.find(data, "moov")[1] == len(data)


def test_a_stream_without_frames_is_announced(folder: Path) -> None:
    with av.open(str(broken.make("zero_frames", folder).path)) as container:
        assert len(container.streams.video) == 1
        assert not [p for p in container.demux(video=0) if p.size]


def test_the_huge_picture_is_huge(folder: Path) -> None:
    with av.open(str(broken.make("huge_picture", folder).path)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (100_000, 2)


def test_flipped_bits_depend_on_the_seed_and_spare_the_start() -> None:
    data = bytes(range(256))
    one = broken.flip_bits(data, seed=1, flips=9, start=100)
    assert one == broken.flip_bits(data, seed=1, flips=9, start=100)
    assert one != broken.flip_bits(data, seed=2, flips=9, start=100)
    assert one[:100] == data[:100]
    changed = int.from_bytes(one, "big") ^ int.from_bytes(data, "big")
    assert changed.bit_count() == 9


def test_a_missing_box_is_named() -> None:
    with pytest.raises(ValueError, match="moov"):
        boxes.find(boxes.box("free", b""), "moov")
