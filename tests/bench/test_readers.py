"""docs/readers.md says what readers make of clips: they are asked again, cell by cell.

Here are the codecs that data sets are made of; `make readers CHECK=1` holds every row.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import av
import pytest
from bench.readers import document
from bench.readers.__main__ import ask
from bench.readers.asking import READERS, Reader, Seen
from bench.readers.clips import FOOTAGE, NOT_MADE, Clip, make_clips
from bench.readers.verdict import verdict

from clearreel.media.cut import target

EVERYDAY = ("H.264", "HEVC, open GOPs", "AV1", "VP9", "VP8", "ProRes")
ALWAYS = ("PyAV", "OpenCV")
"""Readers that the tests' own environment pins."""


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Clip]:
    chosen = [footage for footage in FOOTAGE if footage.title in EVERYDAY]
    return list(make_clips(tmp_path_factory.mktemp("clips"), chosen))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.title)
def test_the_table_says_what_the_reader_does(
    clips: list[Clip], reader: Reader, tmp_path: Path
) -> None:
    if reader.title not in ALWAYS and (reason := reader.missing()):
        pytest.skip(reason)
    said, found = document.read(), ask([reader], clips, tmp_path, runs=1)
    then, now = said.versions[reader.title], found.versions[reader.title]
    if reader.title not in ALWAYS and then.split(".")[0] != now.split(".")[0]:
        pytest.skip(f"the table is of {reader.title} {then}, this is {now}: make readers")
    assert document.differences(said, found) == []
    assert len(found.cells) == len(clips) > 15


def test_a_table_that_says_something_else_is_found_out(clips: list[Clip], tmp_path: Path) -> None:
    pyav = next(reader for reader in READERS if reader.title == "PyAV")
    found = ask([pyav], clips[:2], tmp_path, runs=1)
    exact, hidden = (found.cells[clip.key] for clip in clips[:2])
    assert exact["PyAV"] == "exact"
    assert hidden["PyAV"] == "counts 23 for 17"
    for wrong in ("exact", "counts 17 for 17", "does not play"):
        said = dataclasses.replace(
            found, cells={clips[0].key: exact, clips[1].key: {"PyAV": wrong}}
        )
        (line,) = document.differences(said, found)
        assert "'counts 23 for 17'; the table says" in line
    assert document.differences(dataclasses.replace(found, cells={}), found)


def test_what_is_not_always_the_same_is_held_to_nothing(clips: list[Clip]) -> None:
    said = document.Tables({"it": "1"}, {clips[0].key: {"it": f"exact{document.OR}hangs"}})
    found = document.Tables({"it": "1"}, {clips[0].key: {"it": "crashes"}})
    assert document.differences(said, found) == []


def test_what_is_written_is_read_back(clips: list[Clip], tmp_path: Path) -> None:
    path = tmp_path / "readers.md"
    path.write_text("# Readers\n\n<!-- readers -->\n<!-- end -->\n")
    titles = [reader.title for reader in READERS]
    cells = {
        clip.key: {title: f"{number}, {title}" for title in titles}
        for number, clip in enumerate(clips)
    }
    tables = document.Tables(dict.fromkeys(titles, "1.2"), cells)
    document.write(tables, clips, "1 May 2027", path)
    assert document.read(path) == tables


def test_the_table_has_every_codec_that_is_copied() -> None:
    rows = document.read().cells
    assert {footage for footage, *_ in rows} == {footage.title for footage in FOOTAGE}
    assert {mode for _, _, mode, _ in rows} == {"copy", "exact", "trim", "transcode"}
    made = {av.Codec(footage.video.codec, "w").canonical_name for footage in FOOTAGE}
    copied = {codec for codecs in target._VIDEO.values() for codec in codecs}
    assert made | NOT_MADE == copied


def test_every_fault_has_its_words(clips: list[Clip]) -> None:
    clip = next(c for c in clips if c.key[2] == "exact")
    wanted, length = clip.wanted, float(clip.times[-1])
    good = Seen([*wanted], 17, list(enumerate(wanted)), length)
    assert verdict(clip, good) == "exact"
    for change, words in (
        ({"numbers": []}, "does not play"),
        ({"numbers": [], "error": "crashes"}, "crashes"),
        ({"numbers": [15, 16, *wanted]}, "shows 2 hidden frames first"),
        ({"numbers": [*wanted, 34]}, "shows 1 hidden frames after"),
        ({"numbers": [*wanted, 33, 33]}, "shows the last frame 3 times"),
        ({"numbers": wanted[:-1]}, "stops after 16 frames"),
        ({"numbers": wanted[3:]}, "lacks the first 3 frames"),
        ({"numbers": wanted[::-1]}, "wrong frames"),
        ({"numbers": [None, *wanted[1:]]}, "wrong frames"),
        ({"error": "OSError: no more"}, "fails at the end"),
        ({"numbers": wanted[:4], "error": "OSError: no more"}, "fails on the way"),
        ({"count": 18}, "counts 18 for 17"),
        ({"picked": [(3, wanted[4])]}, "seeks wrong"),
        ({"picked": [(3, None)]}, "seeks wrong"),
        ({"seconds": length + 0.04}, "lasts 0.72 s for 0.68 s"),
    ):
        assert verdict(clip, dataclasses.replace(good, **change)) == words
