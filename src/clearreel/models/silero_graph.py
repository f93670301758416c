"""Silero VAD as an ONNX graph that hears a whole recording at once, from the published graph.

The published one takes a window at a time and carries its memory from call to call. Here all
windows go through the encoder at once and through the memory as a sequence: the same numbers, in a
fraction of the time.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from clearreel.core.errors import FetchError
from clearreel.models.graph import Graph

WINDOW = 576
"""Samples that are heard for one probability, with the end of the window before."""
HIDDEN = 128
SPECTRUM, HOP, REFLECTED = 256, 128, 64
STRIDES = (1, 2, 2, 1)
"""Of the encoder's four convolutions."""

Weights = dict[str, NDArray[np.float32]]


def build(path: Path) -> onnx.ModelProto:
    """`input` float32 (n, 576), windows in order, and `state` float32 (2, 1, 128), noughts at first
    → `speech` float32 (n,), probabilities, and `next_state`, for the windows after these.
    """
    weights = _weights_at_16_khz(onnx.load(path))
    graph = Graph()
    # One picture, a window a line: a batch of narrow ones would be gone through one by one.
    x = graph.node("Pad", "input", graph.constant([0, 0, 0, REFLECTED], np.int64), mode="reflect")
    x = graph.node("Unsqueeze", x, graph.constant([0, 1], np.int64))
    basis = graph.constant(weights["stft.forward_basis_buffer"][:, :, None], np.float32)
    x = graph.node("Conv", x, basis, strides=[1, HOP], kernel_shape=[1, SPECTRUM])
    real, imaginary = graph.nodes("Split", 2, x, axis=1, num_outputs=2)
    power = [graph.node("Mul", part, part) for part in (real, imaginary)]
    x = graph.node("Sqrt", graph.node("Add", *power))
    for number, stride in enumerate(STRIDES):
        layer = f"encoder.{number}.reparam_conv"
        x = graph.node(
            "Conv",
            x,
            graph.constant(weights[f"{layer}.weight"][:, :, None], np.float32),
            graph.constant(weights[f"{layer}.bias"], np.float32),
            strides=[1, stride],
            pads=[0, 1, 0, 1],
            kernel_shape=[1, 3],
        )
        x = graph.node("Relu", x)
    sequence = graph.node("Transpose", x, perm=[2, 3, 1, 0])
    sequence = graph.node("Squeeze", sequence, graph.constant([3], np.int64))  # (n, 1, 128)
    states, next_state = _remembered(graph, weights, sequence)
    x = graph.node("Relu", states)
    last = weights["decoder.decoder.2.weight"].reshape(HIDDEN, 1)
    x = graph.node("MatMul", x, graph.constant(last, np.float32))
    x = graph.node("Add", x, graph.constant(weights["decoder.decoder.2.bias"], np.float32))
    x = graph.node("Reshape", x, graph.constant([-1], np.int64))
    graph.output(graph.node("Sigmoid", x), "speech")
    graph.output(next_state, "next_state")
    number_type = onnx.TensorProto.FLOAT
    return graph.model(
        "silero_vad",
        [("input", number_type, ["n", WINDOW]), ("state", number_type, [2, 1, HIDDEN])],
        [("speech", number_type, ["n"]), ("next_state", number_type, [2, 1, HIDDEN])],
    )


def _remembered(graph: Graph, weights: Weights, sequence: str) -> tuple[str, str]:
    """What the long short-term memory puts out for each window (n, 128), and its last state."""
    parts = [_in_onnx_order(weights[f"decoder.rnn.weight_{which}"])[None] for which in ("ih", "hh")]
    biases = [_in_onnx_order(weights[f"decoder.rnn.bias_{which}"]) for which in ("ih", "hh")]
    parts.append(np.concatenate(biases)[None])
    shown, cell = graph.nodes("Split", 2, "state", axis=0, num_outputs=2)
    every, *last = graph.nodes(
        "LSTM",
        3,
        sequence,
        *(graph.constant(part, np.float32) for part in parts),
        "",  # all sequences are as long as the first axis says
        shown,
        cell,
        hidden_size=HIDDEN,
    )
    states = graph.node("Reshape", every, graph.constant([-1, HIDDEN], np.int64))
    return states, graph.node("Concat", *last, axis=0)


def _in_onnx_order(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """PyTorch's gates are input, forget, cell, output; ONNX's are input, output, forget, cell."""
    given, forgotten, cell, shown = np.split(rows, 4)
    return np.concatenate([given, shown, forgotten, cell])


def _weights_at_16_khz(model: onnx.ModelProto) -> Weights:
    """The weights by the names that PyTorch gave them: of two networks, that for 16 kHz."""
    choice = next((node for node in model.graph.node if node.op_type == "If"), None)
    if choice is None:
        raise FetchError("the file of Silero VAD does not choose between two sample rates")
    constants = (
        node
        for node in helper.get_node_attr_value(choice, "then_branch").node
        if node.op_type == "Constant"
    )
    return {
        node.output[0].rpartition("__")[2]: numpy_helper.to_array(node.attribute[0].t)
        for node in constants
    }
