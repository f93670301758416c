from __future__ import annotations

import numpy as np
import onnx
import pytest

from clearreel.core.errors import UsageError
from clearreel.models.graph import Graph, save
from clearreel.models.session import Network, TwoLooks

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


@pytest.fixture
def plus(tmp_path):
    """The file of a network that adds a number."""

    def write(number):
        graph = Graph()
        graph.output(graph.node("Add", "x", graph.constant(number, np.float32)), "sum")
        path = tmp_path / f"plus-{number}.onnx"
        save(graph.model("plus", [("x", FLOAT, [1])], [("sum", FLOAT, [1])]), path)
        return path

    return write


def test_the_network_looks_only_where_its_copy_is_in_doubt(plus):
    looks = TwoLooks(plus(10), plus(1), inputs=1, outputs=1)
    found = [
        float(looks(lambda outputs: outputs[0] > 3, np.full(1, x, np.float32))[0][0])
        for x in (1, 3)
    ]
    assert found == [2, 13]


def test_a_copy_that_is_sure_spares_the_network(plus, tmp_path):
    looks = TwoLooks(tmp_path / "missing.onnx", plus(1), inputs=1, outputs=1)
    assert looks(lambda _: False, np.zeros(1, np.float32))[0][0] == 1
    with pytest.raises(UsageError, match=r"missing\.onnx"):
        looks(lambda _: True, np.zeros(1, np.float32))


def test_without_a_copy_a_missing_network_is_told_at_once(tmp_path):
    with pytest.raises(UsageError, match=r"missing\.onnx"):
        TwoLooks(tmp_path / "missing.onnx", None, inputs=1, outputs=1)
