import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from clearreel.exports.media import Media
from clearreel.exports.record import flat, flat_schema, record_of

# Frames 100 to 150 of a source of 25 frames a second, in ticks of 1/12800 s.
CLIP = {
    "clip_id": "c",
    "source_id": "s",
    "start_tick": 51_200,
    "end_tick": 76_800,
    "time_base": "1/12800",
    "start_frame": 100,
    "frames": 50,
    "cut_start_frame": 100,
    "fps": "25",
    "caption": None,
    "columns": '{"scene": "indoors"}',
    "duration": 2.0,
    "loudness": float("-inf"),
    "tags": ["a", "b"],
}
SOURCE = {"license": "CC0-1.0", "holder": "Ada", "attribution": ""}


def record(start: int, end: int, before: Fraction, **clip: Any) -> dict[str, Any]:
    media = Media(
        path=Path("c.mp4"),
        suffix=".mp4",
        sha256="0",
        bytes=1,
        codec="h264",
        mode="trim",
        reason="",
        start_frame=start,
        end_frame=end,
        before=before,
        duration=Fraction(end - start, 25),
        reencoded_frames=0,
        audio="none",
    )
    facts = ("duration", "loudness", "tags")
    return record_of(CLIP | clip, SOURCE, "film.mp4", "train", media, facts)


@pytest.mark.parametrize(
    ("start", "end", "before", "stored_from", "ticks", "lost"),
    [
        (100, 150, 0, 100, (51_200, 76_800), (0, 0)),
        (110, 150, Fraction(10, 25), 100, (56_320, 76_800), (10, 0)),
        (100, 140, 0, 100, (51_200, 71_680), (0, 10)),
        (120, 145, Fraction(10, 25), 110, (61_440, 74_240), (20, 5)),
    ],
    ids=["whole", "start trimmed", "end trimmed", "stored and exported trimmed"],
)
def test_times_are_those_of_what_is_in_the_file(
    start: int,
    end: int,
    before: Fraction,
    stored_from: int,
    ticks: tuple[int, int],
    lost: tuple[int, int],
) -> None:
    made = record(start, end, Fraction(before), cut_start_frame=stored_from)
    assert (made["start_tick"], made["end_tick"]) == ticks
    assert (made["start"], made["end"]) == (ticks[0] / 12_800, ticks[1] / 12_800)
    assert (made["start_frame"], made["frames"]) == (start, end - start)
    assert (made["lost_before"], made["lost_after"]) == lost
    assert made["facts"]["duration"] == pytest.approx((end - start) / 25)


def test_it_is_json_whatever_was_measured() -> None:
    made = record(100, 150, Fraction(0))
    assert made["facts"] == {"duration": 2.0, "loudness": None, "tags": ["a", "b"]}
    assert made["caption"] == ""
    assert json.loads(json.dumps(made, allow_nan=False)) == made


def test_a_table_has_a_column_for_each_fact() -> None:
    facts = pa.schema(
        [
            ("duration", pa.float64()),
            ("loudness", pa.float64()),
            ("tags", pa.list_(pa.string())),
        ]
    )
    row = flat(record(100, 150, Fraction(0)))
    schema = flat_schema(facts)
    assert list(row) == schema.names
    (back,) = pa.Table.from_pylist([row], schema=schema).to_pylist()
    assert back == row
    assert json.loads(back["columns"]) == {"scene": "indoors"}
