import csv
import json
from pathlib import Path

from clearreel.exports.attribution import Attribution, credit_of
from clearreel.exports.output import Output

HOSTILE = 'a | b\n| c\r<img src=x> [link](http://x) `code` "quoted", \\xff é'


def test_a_name_can_neither_leave_its_cell_nor_become_markup(tmp_path: Path) -> None:
    source = {"holder": HOSTILE, "license": "CC-BY-4.0", "attribution": None, "source_id": "s"}
    with Output(tmp_path / "out") as output:
        attribution = Attribution(output)
        attribution.add(credit_of(HOSTILE, source | {"decision": ""}, {"copy": 3}))
        attribution.finish()
        output.commit({})
    with (tmp_path / "out" / "ATTRIBUTION.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row == {
        "title": HOSTILE,
        "holder": HOSTILE,
        "license": "CC-BY-4.0",
        "attribution": "",
        "address": "",
        "changes": "cut into 3 clips: 3 with frames as they were",
        "source_id": "s",
        "clips": "3",
    }
    page_text = (tmp_path / "out" / "ATTRIBUTION.md").read_text("utf-8")
    [line] = [line for line in page_text.splitlines() if line.startswith("| a ")]
    for special in "|<>[]`*":
        assert special not in line.replace(f"\\{special}", "").replace("| ", "").rstrip("|")
    assert line.replace(r"\|", "").count("|") == 9


def test_a_credit_says_where_the_licence_is_stated_and_what_was_changed() -> None:
    decision = {
        "findings": [
            {"evidence": "https://example.org/b"},
            {"evidence": "letter.pdf"},
            {"evidence": ""},
        ],
        "given": [{"machine_read": "https://example.org/a"}, {}],
    }
    source = {"holder": "Ada", "license": "CC0-1.0", "attribution": "", "source_id": "s"}
    credit = credit_of("a.mp4", source | {"decision": json.dumps(decision)}, {"trim": 1, "copy": 0})
    assert credit.address == "https://example.org/a https://example.org/b"
    assert credit.changes == "cut into 1 clip: 1 shortened, with frames as they were"
    assert credit.clips == 1


def test_the_page_says_where_licences_can_be_read(tmp_path: Path) -> None:
    with Output(tmp_path / "out") as output:
        attribution = Attribution(output)
        for expression in ("CC-BY-SA-3.0 AND LicenseRef-Mine", "CC0-1.0", "owned", "CC0-1.0", ""):
            row = {"holder": "Ada", "license": expression, "attribution": "", "source_id": "s"}
            attribution.add(credit_of("a.mp4", row | {"decision": ""}, {"copy": 1}))
        attribution.finish()
        output.commit({})
    page = (tmp_path / "out" / "ATTRIBUTION.md").read_text("utf-8")
    assert page.partition("can be read here:\n\n")[2].splitlines() == [
        "- CC-BY-SA-3.0: <https://creativecommons.org/licenses/by-sa/3.0/>",
        "- CC0-1.0: <https://creativecommons.org/publicdomain/zero/1.0/>",
    ]
