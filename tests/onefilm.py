"""Runs of one film, with a rights file that states more than a grant."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from clearreel.production.producing import Produced
from clearreel.rights.rights_file import Rights, read_rights

GRANT = """
[[grant]]
files = ["**"]
license = "CC0-1.0"
holder = "the studio"
basis = "a letter"
evidence = "letter.txt"
verified_by = "Eve"
verified_on = 2026-01-20
"""
"""Of everything, with a letter that has to lie beside the rights file."""


class OneFilm:
    """A folder with `a.mp4`, and a data set in which it may be, as far as the grant goes."""

    produced: Produced
    """What came of the last run."""

    def __init__(self, bench: Any, films: Path, folder: Path) -> None:
        self.bench, self.folder = bench, folder
        folder.mkdir()
        shutil.copy(films / "a.mp4", folder)
        (folder / "letter.txt").write_text("we permit")

    def __call__(self, statements: str = "") -> dict[str, Any]:
        """The source's row after a run in which the rights file states this beside the grant."""
        rights = self.rights(statements)
        self.produced = self.bench.run(
            self.folder / "a.mp4", grants=rights.grants, said=rights.statements
        )
        row: dict[str, Any] = self.bench.rows("sources")[0]
        return row

    def rights(self, statements: str = "") -> Rights:
        """The rights file that is there from now on."""
        path = self.folder / "rights.toml"
        path.write_text(GRANT + statements)
        return read_rights(path)

    def policy(self, old: str, new: str) -> None:
        """Change a text of the data set's policy, which a run has to have written."""
        path = self.bench.into / "policy.toml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
