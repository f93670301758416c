"""Folded models compute the same in fewer steps."""

from __future__ import annotations

from collections import Counter

import numpy as np
import onnx
import onnxruntime
import pytest

from clearreel.models.folding import folded
from clearreel.models.graph import Graph

FLOAT = onnx.TensorProto.FLOAT
RANDOM = np.random.default_rng(0)


def run(model, x):
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return session.run(None, {"x": x})[0]


def convolution(graph, x, channels=4, given=4, **attributes):
    weights = RANDOM.normal(size=(channels, given // attributes.get("group", 1), 3, 3))
    bias = RANDOM.normal(size=channels)
    constants = graph.constant(weights, np.float32), graph.constant(bias, np.float32)
    return graph.node("Conv", x, *constants, kernel_shape=[3, 3], **attributes)


def number(graph, value):
    return graph.constant(value, np.float32)


def finished(graph, x):
    graph.output(x, "y")
    return graph.model("test", [("x", FLOAT, [1, 4, 9, 9])], [("y", FLOAT, ["n", "c", "h", "w"])])


def after(graph):
    """A factor, an offset by channel and a normalisation after a convolution."""
    x = convolution(graph, "x", pads=[1, 1, 1, 1])
    x = graph.node("Mul", number(graph, [1.5]), x)
    x = graph.node("Add", x, number(graph, RANDOM.normal(size=(1, 4, 1, 1))))
    parts = [number(graph, RANDOM.uniform(0.5, 2, 4)) for _ in range(4)]
    return graph.node("Relu", graph.node("BatchNormalization", x, *parts))


def before(graph):
    """A factor and an offset before a convolution that does not pad."""
    x = graph.node("Relu", "x")
    x = graph.node("Div", x, number(graph, 6))
    x = graph.node("Add", graph.node("Mul", number(graph, [0.4]), x), number(graph, [-0.7]))
    return convolution(graph, x)


def before_padding(graph):
    """What it pads with is nought, so the offset must stay and only the factor goes."""
    x = graph.node("Relu", "x")
    x = graph.node("Add", graph.node("Mul", x, number(graph, [0.4])), number(graph, [-0.7]))
    return convolution(graph, x, group=4, pads=[1, 1, 1, 1])


def seen_elsewhere(graph):
    """What something else uses too must stay."""
    x = convolution(graph, "x", pads=[1, 1, 1, 1])
    scaled = graph.node("Mul", x, number(graph, [2]))
    return graph.node("Add", graph.node("Relu", scaled), x)


@pytest.mark.parametrize(
    ("build", "left"),
    [
        (after, {"Conv": 1, "Relu": 1}),
        (before, {"Relu": 1, "Conv": 1}),
        (before_padding, {"Relu": 1, "Add": 1, "Conv": 1}),
        (seen_elsewhere, {"Conv": 1, "Mul": 1, "Relu": 1, "Add": 1}),
    ],
)
def test_the_same_in_fewer_steps(build, left):
    graph = Graph()
    model = finished(graph, build(graph))
    fewer = folded(model)
    onnx.checker.check_model(fewer)
    x = RANDOM.normal(size=(1, 4, 9, 9)).astype(np.float32)
    np.testing.assert_allclose(run(fewer, x), run(model, x), rtol=1e-4, atol=1e-4)
    steps = Counter(node.op_type for node in fewer.graph.node)
    del steps["Identity"]
    assert steps == left
