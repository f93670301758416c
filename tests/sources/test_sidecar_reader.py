import codecs
import os
from fractions import Fraction

import pytest

from clearreel.sources.folder import expand
from clearreel.sources.sidecar_reader import SidecarReader
from clearreel.sources.sidecars import Sidecar, caption_for, columns_for
from clearreel.sources.timed_text import TimedText


@pytest.fixture
def root(tmp_path):
    (tmp_path / "sub").mkdir()
    for name in ("a.mp4", "sub/b.mp4"):
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def read(root, reader=None):
    reader = reader or SidecarReader()
    return {place.relative: reader.read(place) for place in expand([str(root)]).places}


def test_without_sidecars_there_is_none(root):
    (root / "other.txt").write_text("not of a.mp4")
    assert read(root) == {"a.mp4": None, "sub/b.mp4": None}


def test_a_text_is_the_caption_of_the_whole(root):
    (root / "a.TXT").write_bytes(codecs.BOM_UTF8 + b"Fish & chips\r\nby the sea <3")
    assert read(root)["a.mp4"].captions == (TimedText(None, None, "Fish & chips by the sea <3"),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_subtitles_are_timed(root, encoding):
    (root / "sub" / "b.srt").write_bytes("00:01 --> 00:02\nGrüße\n".encode(encoding))
    found = read(root)
    assert found["sub/b.mp4"].captions == (TimedText(Fraction(1), Fraction(2), "Grüße"),)
    assert found["a.mp4"] is None


def test_tables_reach_down_from_the_input_and_the_nearer_wins(root):
    (root / "captions.csv").write_text("path,caption,place\na,A,here\nsub/b.mp4,B,here\n")
    (root / "sub" / "more.jsonl").write_text('{"file": "b.mp4", "place": "there"}\n')
    found = read(root)
    assert caption_for(found["a.mp4"], Fraction(0), Fraction(1)) == "A"
    assert columns_for(found["sub/b.mp4"], Fraction(0), Fraction(1)) == {"place": "there"}
    named = SidecarReader().read(expand([str(root / "sub" / "b.mp4")]).places[0])
    assert named.captions == ()  # what lies above the input is not looked at


def test_what_is_wrong_is_told_and_never_raised(root):
    (root / "a.txt").write_bytes(b"caf\xe9")
    (root / "a.srt").write_text("00:02 --> 00:01\nx\n")
    (root / "t.csv").write_text("path,start\na.mp4,soon\n,1\n")
    (root / "u.csv").write_bytes(b"path,caption\na.mp4,caf\xe9\n")
    reader = SidecarReader()
    assert read(root, reader)["a.mp4"] == Sidecar(
        problems=(
            "t.csv, line 2: 'soon' is not a time; write 83.5 or 00:01:23.500",
            "a.txt: the text is not UTF-8; save it as UTF-8",
            "a.srt, line 1: it ends before it starts",
        )
    )
    assert reader.problems == [
        "t.csv, line 3: no file is named by path, file, video, file_name",
        "u.csv: the text is not UTF-8; save it as UTF-8",
    ]


def test_a_pipe_beside_footage_is_not_waited_for(root):
    os.mkfifo(root / "a.txt")
    os.mkfifo(root / "t.csv")
    assert read(root)["a.mp4"].problems == ("a.txt: it is not a file",)


def test_a_text_without_end_is_not_read_whole(root):
    with (root / "a.txt").open("wb") as file:
        file.truncate(16 * 2**20 + 1)
    assert read(root)["a.mp4"].problems == ("a.txt: it is larger than 16 MiB",)


def test_a_table_is_read_once(root, monkeypatch):
    (root / "captions.csv").write_text("path,caption\na.mp4,A\n")
    reader = SidecarReader()
    first = read(root, reader)
    (root / "captions.csv").unlink()
    assert read(root, reader) == first
