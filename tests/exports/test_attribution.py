import csv
from pathlib import Path

from clearreel.exports.attribution import Attribution
from clearreel.exports.output import Output

HOSTILE = 'a | b\n| c\r<img src=x> [link](http://x) `code` "quoted", \\xff é'


def test_a_name_can_neither_leave_its_cell_nor_become_markup(tmp_path: Path) -> None:
    with Output(tmp_path / "out") as output:
        attribution = Attribution(output)
        source = {"holder": HOSTILE, "license": "CC-BY-4.0", "attribution": None, "source_id": "s"}
        attribution.add(HOSTILE, source, 3)
        attribution.finish()
        output.commit({})
    with (tmp_path / "out" / "ATTRIBUTION.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row == {
        "title": HOSTILE,
        "holder": HOSTILE,
        "license": "CC-BY-4.0",
        "attribution": "",
        "source_id": "s",
        "clips": "3",
    }
    *_, line = (tmp_path / "out" / "ATTRIBUTION.md").read_text("utf-8").splitlines()
    for special in "|<>[]`*":
        assert special not in line.replace(f"\\{special}", "").replace("| ", "").rstrip("|")
    assert line.replace(r"\|", "").count("|") == 7
