import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearreel.rights.origins import Data, Origin
from clearreel.sources.sidecars import Row
from clearreel.sources.tables import read_table
from clearreel.sources.timed_text import TimedText

HALF = Fraction(1, 2)


def csv_table(text):
    return read_table(Path("t.csv"), text)


def json_table(text):
    return read_table(Path("t.jsonl"), text)


def test_a_csv_table():
    table = csv_table(
        "Path,start,end,caption,weather\n"
        'a.mp4,,,"A beach, at noon",sun\n'
        "./sub/b.mp4,0.5,00:00:02.000,,rain\n"
        "sub\\b.mp4,2,3,Waves,\n"
    )
    assert table.entries == {
        "a.mp4": (
            TimedText(None, None, "A beach, at noon"),
            Row(None, None, {"weather": "sun"}),
        ),
        "sub/b.mp4": (
            Row(HALF, Fraction(2), {"weather": "rain"}),
            TimedText(Fraction(2), Fraction(3), "Waves"),
        ),
    }
    assert table.problems == ()


@pytest.mark.parametrize("column", ["path", "file", "video", "file_name"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_and_delimiters_that_are_known(column, delimiter):
    table = csv_table(f"{column}{delimiter}caption\r\na.mp4{delimiter}x\r\n")
    assert table.entries == {"a.mp4": (TimedText(None, None, "x"),)}


def test_a_jsonl_table_keeps_what_is_no_text_as_json():
    table = json_table(
        '{"video": "a", "start": 0.1, "end": 3, "caption": "x", '
        '"tags": ["b", 1], "n": 2, "z": null}\n'
        "\n"
    )
    times = (Fraction(1, 10), Fraction(3))
    assert table.entries == {
        "a": (TimedText(*times, "x"), Row(*times, {"tags": '["b", 1]', "n": "2"}))
    }


def test_tables_that_name_no_file_are_no_sidecars():
    assert csv_table("time,speed\n1,2\n").entries == {}
    assert csv_table("").entries == {}
    log = json_table('{"level": "info"}\nnot json\n')
    assert log.entries == {} and log.problems == ()


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("a.mp4,soon,,x", "t.csv, line 2: 'soon' is not a time; write 83.5 or 00:01:23.500"),
        ("a.mp4,2,1,x", "t.csv, line 2: it ends before it starts"),
        ("a.mp4,,0,x", "t.csv, line 2: it ends before it starts"),
    ],
)
def test_a_row_that_is_wrong_is_told_with_its_file(row, problem):
    table = csv_table(f"path,start,end,caption\n{row}\na.mp4,,,good\n")
    assert table.entries == {"a.mp4": (problem, TimedText(None, None, "good"))}


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (csv_table("path,caption\n,x\n"), "line 2: no file is named"),
        (csv_table("path,caption\na,b,c\n"), "line 2: 3 cells under 2 columns"),
        (csv_table("path,caption\na," + "x" * 200_000 + "\n"), "line 2: not CSV: field larger"),
        (json_table('{"path": "a"}\n{"path": }\n'), "line 2: not JSON"),
        (json_table('{"path": "a"}\n[1]\n'), "line 2: not a JSON object"),
        (json_table('{"path": "a"}\n{"path": 7}\n'), "line 2: no file is named"),
        (json_table('{"path": "a"}\n{"path": "a", "x": NaN}\n'), "NaN is not a number"),
        (json_table('{"path": "a"}\n' + "[" * 100_000), "line 2: not JSON"),
    ],
)
def test_what_concerns_no_file_is_told_with_the_table(table, problem):
    assert len(table.problems) == 1 and problem in table.problems[0]


@pytest.mark.parametrize("value", ["true", "[1]", "-1", "1e999", '"x"', "1e300"])
def test_json_times_that_are_none(value):
    table = json_table(f'{{"path": "a", "start": {value}, "caption": "x"}}')
    (problem,) = table.entries["a"]
    assert "is not a time" in problem


def test_what_utf8_cannot_spell_is_replaced():
    table = json_table('{"path": "a", "x\\ud800": "y\\udfff"}')
    assert table.entries["a"] == (Row(None, None, {"x?": "y?"}),)


FRAGMENTS = st.sampled_from(
    [
        "path",
        "start",
        "caption",
        ",",
        ";",
        "\n",
        '"',
        "{",
        "}",
        ":",
        "[",
        "a.mp4",
        "1",
        '{"path":"a"}',
    ]
)


@given(st.lists(FRAGMENTS | st.text(max_size=5), max_size=30).map("".join))
def test_any_text_is_read(text):
    for table in (csv_table(text), json_table(text), csv_table("path,start,x\n" + text)):
        for entries in table.entries.values():
            assert all(isinstance(entry, TimedText | Row | str) for entry in entries)


def test_a_row_says_which_model_wrote_it():
    rows = [
        {"path": "a", "caption": "x", "Caption_Model": "m", "caption_license": "mit"}
        | {"caption_trained_on": ["COCO", "X"]},
        {"path": "b", "long": "y", "caption_model": " ", "caption_trained_on": "COCO; X"},
        {"path": "c", "caption": "z", "caption_license": "not a licence"},
        {"path": "d", "caption": "nobody says", "caption_model": None},
    ]
    entries = read_table(Path("t.jsonl"), "\n".join(map(json.dumps, rows))).entries
    data = (Data("COCO"), Data("X"))
    said = Origin("t.jsonl", "model", "m", "MIT", data, said_in="t.jsonl")
    assert [one.origins for one in entries["a"]] == [(said,), (said,)]
    unnamed = Origin("t.jsonl", "model", "a model without a name", "", data, said_in="t.jsonl")
    assert [one.origins for one in entries["b"]] == [(unnamed,)]
    [[odd], *_] = [one.origins for one in entries["c"]]
    assert (odd.license, odd.trained_on) == ("not a licence", None)
    assert [one.origins for one in entries["d"]] == [()]
