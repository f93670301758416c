"""8-bit copies say nearly what their network says."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import numpy_helper

from clearreel.models import catalog
from clearreel.models.graph import Graph
from clearreel.models.quantizing import modern, quantized, to_quantize

FLOAT = onnx.TensorProto.FLOAT
RANDOM = np.random.default_rng(0)
STILL = RANDOM.uniform(-1, 1, (1, 3, 16, 16)).astype(np.float32)


def run(model, x, names=None):
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return session.run(names, {"x": x})


def ranges_of(model, x):
    names = [name for name in to_quantize(model) if name != "x"]
    seen = onnx.ModelProto()
    seen.CopyFrom(model)
    seen.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in names)
    values = dict(zip(names, run(seen, x, names), strict=True)) | {"x": x}
    return {name: (float(value.min()), float(value.max())) for name, value in values.items()}


@pytest.fixture
def model():
    """Two convolutions with a shortcut; one channel is almost only its bias."""
    graph = Graph()
    weights = RANDOM.normal(size=(8, 3, 3, 3))
    weights[5] = 1e-12
    first = [graph.constant(weights, np.float32)]
    first.append(graph.constant(RANDOM.normal(size=8), np.float32))
    x = graph.node("Relu", graph.node("Conv", "x", *first, pads=[1, 1, 1, 1]))
    second = graph.constant(RANDOM.normal(size=(8, 8, 1, 1)), np.float32)
    x = graph.node("Relu", graph.node("Add", graph.node("Conv", x, second), x))
    x = graph.node("Mul", x, graph.constant([0.5], np.float32))
    graph.output(graph.node("GlobalAveragePool", x), "y")
    return graph.model(
        "test", [("x", FLOAT, ["n", 3, 16, 16])], [("y", FLOAT, ["n", "c", "h", "w"])]
    )


def test_a_copy_says_nearly_the_same(model):
    copy = quantized(model, ranges_of(model, STILL))
    onnx.checker.check_model(copy)
    exact = run(model, STILL)[0]
    assert np.abs(run(copy, STILL)[0] - exact).max() < 0.03 * np.abs(exact).max()


def test_a_copy_is_the_same_each_time(model):
    ranges = ranges_of(model, STILL)
    assert quantized(model, ranges) == quantized(model, ranges)


def test_weights_have_seven_bits(model):
    copy = quantized(model, ranges_of(model, STILL))
    whole = [numpy_helper.to_array(t) for t in copy.graph.initializer if t.data_type == 3]
    largest = max(np.abs(values).max() for values in whole)
    assert len(whole) == 4  # two of weights, two of noughts
    assert largest == 63


def test_clipping_is_left_to_the_range_of_what_comes_out(model):
    names = to_quantize(model)
    copy = quantized(model, ranges_of(model, STILL))
    assert not [node for node in copy.graph.node if node.op_type == "Relu"]
    relus = [node for node in model.graph.node if node.op_type == "Relu"]
    assert {node.output[0] for node in relus} <= set(names)
    assert not {node.input[0] for node in relus} & set(names)


def test_an_old_model_becomes_a_modern_one_with_its_constants_apart():
    weights = numpy_helper.from_array(np.ones((1, 1, 1, 1), np.float32), "weights")
    three = numpy_helper.from_array(np.array(3, np.float32), "three")
    nodes = [
        onnx.helper.make_node("Conv", ["x", "weights"], ["z"]),
        onnx.helper.make_node("Constant", [], ["three"], value=three),
        onnx.helper.make_node("Add", ["z", "three"], ["y"]),
    ]
    values = [
        onnx.helper.make_tensor_value_info(name, FLOAT, [1, 1, 1, 1])
        for name in ("x", "weights", "y")
    ]
    graph = onnx.helper.make_graph(nodes, "old", values[:2], values[2:], [weights])
    old = onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", 11)], ir_version=3
    )
    new = modern(old)
    assert [value.name for value in new.graph.input] == ["x"]
    assert {t.name for t in new.graph.initializer} == {"weights", "three"}
    assert run(new, np.ones((1, 1, 1, 1), np.float32))[0] == 4


@pytest.mark.weights
@pytest.mark.parametrize("name", ["opennsfw", "text-detector", "centerface"])
def test_every_range_names_a_tensor_that_is_rounded(weights, name):
    weights(name)
    copy = onnx.load(catalog.quick_path(name))
    rounded = {n.output[0] for n in copy.graph.node if n.op_type == "QuantizeLinear"}
    whole = [t for t in copy.graph.initializer if t.data_type == onnx.TensorProto.INT8]
    assert len(rounded) > 60
    assert whole
    assert copy.ByteSize() < 0.5 * weights(name).stat().st_size
