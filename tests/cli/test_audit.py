from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any


def test_an_audit_of_a_data_set_and_of_a_clip(clearreel: Any, made: Path) -> None:
    whole = clearreel("audit", made, "--json")
    [summary] = whole.lines
    assert whole.code == 0 and summary["reasons"][0]["standing"] == "in"
    clip = clearreel("clips", made, "--json").lines[0]["clip_id"]
    [one] = clearreel("audit", made, clip, "--json").lines
    assert one["permitted"] and one["kept"]
    told = clearreel("audit", made, clip)
    assert told.code == 0 and "may be used for commercial genai-training" in told.output


def test_what_does_not_hold_any_more_is_no_success(
    clearreel: Any, made: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "set"))
    policy = folder / "policy.toml"
    policy.write_text(policy.read_text().replace('["footage", "audio"]', '["likeness"]'))
    ended = clearreel("audit", folder)
    assert ended.code == 3 and "no grant covers its likeness" in ended.output
    assert f"1 thing in {folder} does not hold any more" in ended.errors
    policy.write_text("[layers]\n")
    ended = clearreel("audit", folder)
    assert ended.code == 2 and "policy.toml, line 1: genai-training of layers" in ended.errors


def test_a_clip_that_nobody_knows(clearreel: Any, made: Path) -> None:
    ended = clearreel("audit", made, "nosuch")
    assert ended.code == 2 and "no clip 'nosuch'" in ended.errors and not ended.output
    assert f"clearreel sources {made}" in ended.errors
    source = clearreel("sources", made, "--json").lines[0]
    ended = clearreel("audit", made, source["source_id"])
    assert ended.code == 2 and f"no clip but the source {source['path']}" in ended.errors
    assert "which is done" in ended.errors and f"clearreel clips {made} --where" in ended.errors
