"""Parts are kept until the document can be written of all of them."""

from pathlib import Path

from bench.inputs import QUICK
from bench.section import GoalRow, Section, keep, kept
from bench.wording import document, head

SPEED = Section(
    ["## Speed", "", "fast"],
    [GoalRow("half a decode", "0.5 decodes", "0.4 decodes", "the film", met=True)],
    ["- a lifetime"],
    "2026-01-02",
)
CUTS = Section(
    ["## Cut clips"], [GoalRow("all exact", "all", "9 of 10", "", met=False)], [], "2026-01-03"
)


def test_what_was_kept_is_read_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "sections" / "speed.json"
    assert kept(path) is None
    keep(SPEED, path)
    assert kept(path) == SPEED


def test_the_document_has_one_table_of_goals_and_says_when_each_part_was_measured() -> None:
    text = document(
        head({}, "make bench", QUICK), {"speed": SPEED, "cuts": CUTS}, "## Limits\n\nnone\n"
    )
    lines = text.splitlines()
    assert "Measured: speed on 2026-01-02; cuts on 2026-01-03." in lines
    assert "| half a decode | 0.5 decodes | 0.4 decodes | the film | yes |" in lines
    assert "| all exact | all | 9 of 10 |  | **no** |" in lines
    assert lines.index("- a lifetime") < lines.index("## Speed") < lines.index("## Cut clips")
    assert text.endswith("## Limits\n\nnone\n")
