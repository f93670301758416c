"""Bad inputs are refused with a reason, and nothing that a file names is ever opened."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import av
import pytest

from clearreel.core.errors import SourceError, UnreadableError, UnsupportedError
from clearreel.media import opening
from clearreel.media.opening import open_media
from clearreel.media.probe import probe
from clearreel.testing import broken
from clearreel.testing.encode import write
from clearreel.testing.scenes import reel

REFUSED: dict[str, tuple[type[SourceError], str]] = {
    "empty": (UnreadableError, "the file is empty"),
    "text_as_mp4": (UnreadableError, "no container"),
    "html_as_mp4": (UnreadableError, "no container"),
    "image_as_mp4": (UnsupportedError, "PNG picture"),
    "truncated_without_moov": (UnreadableError, "cannot be opened"),
    "zeroed_payload": (UnreadableError, "holds no picture"),
    "zero_frames": (UnreadableError, "holds no picture"),
    "huge_picture": (UnsupportedError, "100000×2 pixels; allowed are 16 to 16384"),
    "ffconcat": (UnsupportedError, "concat list"),
    "ffconcat_as_mp4": (UnsupportedError, "concat list"),
    "ffconcat_absolute": (UnsupportedError, "concat list"),
    "hls": (UnsupportedError, "HLS playlist"),
    "hls_as_mp4": (UnsupportedError, "HLS playlist"),
    "dash": (UnsupportedError, "DASH manifest"),
    "dash_as_mp4": (UnsupportedError, "DASH manifest"),
    "sdp": (UnsupportedError, "SDP"),
    "rtsp_text": (UnreadableError, "no container"),
    "image_pattern": (UnreadableError, "no container"),
    "protocol_name": (UnreadableError, "no container"),
    "external_url": (UnreadableError, "holds no picture"),
    "external_alias": (UnreadableError, "holds no picture"),
}
READABLE = ("truncated_with_moov", "bit_flips")
ELSEWHERE = ("bit_flips_in_moov", "no_permission")


def test_every_bad_input_is_looked_at() -> None:
    assert {*REFUSED, *READABLE, *ELSEWHERE} == set(broken.NAMES)


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_reason(name: str, broken_folder: Path) -> None:
    kind, says = REFUSED[name]
    with pytest.raises(kind, match=says) as caught:
        probe(broken.make(name, broken_folder).path)
    assert type(caught.value) is kind


@pytest.mark.parametrize("name", READABLE)
def test_readable_up_to_the_damage(name: str, load: Any, broken_folder: Path) -> None:
    film = load(broken.make(name, broken_folder).path)
    with film.reader() as reader:
        assert film.numbers(reader, 0, 12) == [(n, n) for n in range(12)]


def test_a_damaged_index_is_refused(broken_folder: Path, load: Any) -> None:
    with pytest.raises(SourceError):
        load(broken.make("bit_flips_in_moov", broken_folder).path)


def test_no_permission(broken_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = broken.make("no_permission", broken_folder).path
    if not broken.permissions_are_enforced(broken_folder):

        def refuse(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", refuse)  # as it is for everyone but root
    with pytest.raises(SourceError, match="no permission") as caught:
        open_media(path)
    assert caught.value.hint


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not there"):
        open_media(tmp_path / "none.mp4")
    with pytest.raises(SourceError, match="cannot be read"):
        open_media(tmp_path)


@pytest.mark.parametrize("suffix", ["", ".mp4", ".mkv", ".m3u8", ".txt"])
@pytest.mark.parametrize("name", broken.POINTING)
def test_no_pointer_is_followed(
    name: str, suffix: str, broken_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = broken.make(name, broken_folder)
    assert item.secret is not None
    path = item.path
    if suffix:
        path = broken_folder / f"as-{name}{suffix}"
        path.write_bytes(item.path.read_bytes())
    monkeypatch.chdir(broken_folder)
    opened_by_ffmpeg: list[str] = []
    really = av.open

    def watched(file: str, *args: object, **options: object) -> object:
        opened_by_ffmpeg.append(file)
        return really(file, *args, **options)

    monkeypatch.setattr(opening.av, "open", watched)
    long_ago = 1_000_000_000
    os.utime(item.secret, (long_ago, long_ago))
    for place in (path, Path(path.name)):
        with pytest.raises(SourceError):
            probe(place)
    # Text never reaches FFmpeg; an MP4 does, and its references stay shut.
    assert all(file == f"file:{path}" for file in opened_by_ffmpeg)
    assert bool(opened_by_ffmpeg) == name.startswith("external")
    if _reading_shows(tmp_path):
        assert item.secret.stat().st_atime == long_ago


def _reading_shows(folder: Path) -> bool:
    """Whether this file system notes when a file was last read."""
    path = folder / "read"
    path.write_bytes(b"x")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    path.read_bytes()
    return path.stat().st_atime != 1_000_000_000


@pytest.mark.parametrize(
    "name",
    [
        "concat:secret.mp4",
        "http:x.mp4",
        "file:secret.mp4",
        "pipe:0",
        "subfile,,start,0,end,0,,:secret.mp4",
        "img%03d.png",
        "film*.mp4",
        "-i.mp4",
        "a|b.mp4",
        "ünï cødé.mp4",
    ],
)
def test_a_name_is_only_a_name(
    name: str, load: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "secret.mp4", [reel(60).frame(n) for n in range(40, 46)])
    write(tmp_path / "plain.mp4", reel(6)).rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    for path in (tmp_path / name, Path(name)):
        film = load(path)
        with film.reader() as reader:
            assert film.numbers(reader, 0, 9) == [(n, n) for n in range(6)]


@pytest.mark.parametrize("address", broken.ADDRESSES)
def test_addresses_are_paths_that_do_not_exist(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "secret.mp4", reel(3))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match="not there"):
        probe(Path(address))


@pytest.mark.parametrize("first", [b"wide", b"free", b"skip"])
def test_an_mp4_that_begins_with_another_box(first: bytes, load: Any, tmp_path: Path) -> None:
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    path = write(tmp_path / "film.mp4", reel(20), options=options)
    path.write_bytes(b"\x00\x00\x00\x08" + first + path.read_bytes())
    film = load(path)
    with film.reader() as reader:
        assert film.numbers(reader, 15, 20) == [(n, n) for n in range(15, 20)]


def test_an_error_when_opening_says_what_to_do(broken_folder: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        open_media(broken.make("truncated_without_moov", broken_folder).path)
    assert "MP4/QuickTime" in caught.value.message
    assert "copy it again" in caught.value.hint
