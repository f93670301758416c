from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from clearreel.rights.signals.heard import Heard
from clearreel.rights.world import Fetch
from clearreel.stores.catalog import Catalog

sys.path.insert(0, str(Path(__file__).parent))  # for writing.py

from writing import AT, Writing

_beside = Path(__file__).parents[1] / "report" / "conftest.py"
_spec = importlib.util.spec_from_file_location("report_conftest", _beside)
assert _spec is not None and _spec.loader is not None
_report = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_report)

build = _report.build
"""The builder of data sets that reports are tested with."""


@pytest.fixture
def writing(build: Any) -> Any:
    """A maker of data sets: `writing()`, or `writing("name")` for a second one."""
    return lambda *args, **more: Writing(build(*args, **more))


@pytest.fixture
def mixed(writing: Any) -> Catalog:
    """Sources of several licences, one refused, one that nothing is kept of; two captions."""
    data = writing()
    fetched = Heard((), Fetch(True), AT)
    first = data.source("a", "CC-BY-SA-4.0", heard=fetched, visited="2026-09-30T10:00:00Z")
    data.clip(first, 36.0, caption="a dog", faces=2, speech_share=0.0)
    data.clip(first, 3.6, "length")
    data.clip(first, 7.2, "nsfw", nsfw=0.9)
    second = data.source("b", "LicenseRef-Deal", "Bob & Co", heard=Heard(()), audio="")
    data.clip(second, 18.0, caption="été", cut="trim", cut_frames=50)
    third = data.source("c", "owned", "Eve", attested=True, visited="2026-11-01T10:00:00Z")
    data.clip(third, 6.0, cut="transcode", reencoded_frames=100)
    data.clip(third, 6.0)
    nothing = data.source("d", "CC-BY-SA-4.0")
    data.clip(nothing, 9.0, "motion")
    data.source("e", "CC-BY-NC-4.0", status="refused", reason="permits no commercial use")
    data.run()
    catalog: Catalog = data.write()
    return catalog


@pytest.fixture(scope="session")
def build_class() -> Any:
    """The builder itself, for data sets in folders of one's own."""
    return _report.Builder
