"""Whatever bits are wrong: footage up to the damage, or an error of ours."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


def _deep() -> ModuleType:
    path = Path(__file__).parents[1] / "deep" / "media_damage.py"
    spec = importlib.util.spec_from_file_location("media_damage", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["cfr_h264", "vp9_webm", "mpeg2_ts", "mpeg4_avi"])
def test_sixty_damaged_files(name: str, gallery_folder: Path, tmp_path: Path) -> None:
    outcomes = _deep().damage_and_read(name, range(60), gallery_folder, tmp_path)
    assert outcomes["read"] >= 10
    assert outcomes.total() == 60
