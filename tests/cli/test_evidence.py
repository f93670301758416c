"""Evidence that lies among footage is none."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any


def test_an_evidence_file_of_any_ending_is_no_source(
    clearreel: Any, films: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "footage"
    folder.mkdir()
    shutil.copy(films / "a.mp4", folder)
    (folder / "letter.eml").write_text("From: Ada")
    (folder / "rights.toml").write_text(
        '[[grant]]\nfiles = ["**"]\nlicense = "CC0-1.0"\nholder = "Ada"\nbasis = "a letter"\n'
        'evidence = "letter.eml"\nverified_by = "Eve"\nverified_on = 2026-11-01\n'
    )
    arguments = clearreel.run_arguments(folder, into=tmp_path / "set", granted=False)
    ended = clearreel(*arguments, "--rights", folder / "rights.toml")
    assert ended.code == 0, ended.errors
    [source] = clearreel("sources", tmp_path / "set", "--json").lines
    assert source["path"].endswith("a.mp4")
