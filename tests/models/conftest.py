"""Small networks with known answers, and the real weights for the tests that are marked so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from clearreel.models import catalog
from clearreel.models.graph import Graph, save

sys.path.insert(0, str(Path(__file__).parent))  # for synthetic.py

Value = tuple[str, int, Sequence[int | str]]


@pytest.fixture
def network(tmp_path: Path) -> Callable[[Graph, Sequence[Value], Sequence[Value]], Path]:
    """Write a graph that a test has built, and give its path."""

    def write(graph: Graph, inputs: Sequence[Value], outputs: Sequence[Value]) -> Path:
        path = tmp_path / "network.onnx"
        save(graph.model("test", inputs, outputs), path)
        return path

    return write


@pytest.fixture(scope="session")
def weights() -> Callable[[str], Path]:
    """The path of a real weight, by its name."""
    return catalog.path
