from __future__ import annotations

import numpy as np
import onnx
import pytest

from clearreel.core.errors import UsageError
from clearreel.models.graph import Graph
from clearreel.models.session import Network

FLOAT = onnx.TensorProto.FLOAT


@pytest.fixture
def adder(network):
    graph = Graph()
    graph.output(graph.node("Add", "a", "b"), "sum")
    return network(graph, [("a", FLOAT, [2]), ("b", FLOAT, [2])], [("sum", FLOAT, [2])])


def test_inputs_go_in_by_their_order(adder):
    (total,) = Network(adder, inputs=2, outputs=1)(
        np.array([1, 2], np.float32), np.array([3, 4], np.float32)
    )
    assert total.tolist() == [4, 6]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"none\.onnx"):
        Network(tmp_path / "none.onnx", inputs=1, outputs=1)


def test_a_file_that_is_no_model_is_named(tmp_path):
    path = tmp_path / "text.onnx"
    path.write_text("not a model")
    with pytest.raises(UsageError, match=r"text\.onnx is not a model"):
        Network(path, inputs=1, outputs=1)


def test_a_model_of_another_kind_is_refused(adder):
    with pytest.raises(UsageError, match="2 inputs and 1 outputs"):
        Network(adder, inputs=1, outputs=1)


def test_a_shape_that_does_not_fit_is_reported_with_what_was_given(adder):
    with pytest.raises(UsageError, match=r"float32 \(3,\)"):
        Network(adder, inputs=2, outputs=1)(np.zeros(3, np.float32), np.zeros(3, np.float32))
