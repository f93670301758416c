"""TransNet V2 as an ONNX graph, from the published PyTorch weights.

Souček and Lokoč 2020 (arXiv:2008.04838). The separable 3-D convolutions become 2-D ones: first
over the picture, with the frames as a batch, then over time, with the pixels as the other axis.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx

from clearreel.models.checkpoint import Tensors, read_checkpoint
from clearreel.models.graph import Graph, folded_batch_norm

WINDOW = 100
"""Frames that the network sees at once."""
HEIGHT, WIDTH = 27, 48
DILATIONS = (1, 2, 4, 8)
NEIGHBOURS = 101
"""Frames that each frame is compared with, itself in the middle."""
EPSILON = 1e-3


def build(checkpoint: Path) -> onnx.ModelProto:
    """`frames` uint8 (100, 27, 48, 3) → `single` and `many` float32 (100, 1), probabilities."""
    tensors = read_checkpoint(checkpoint)
    graph = Graph()
    features, pyramid = _stacked_cells(graph, tensors)
    joined = graph.node(
        "Concat",
        _histogram_similarity(graph, tensors),
        _frame_similarity(graph, tensors, pyramid),
        features,
        axis=1,
    )
    dense = graph.node("Relu", _linear(graph, tensors, joined, "fc1"))
    for head, name in (("cls_layer1", "single"), ("cls_layer2", "many")):
        graph.output(graph.node("Sigmoid", _linear(graph, tensors, dense, head)), name)
    number_type = onnx.TensorProto.FLOAT
    return graph.model(
        "transnetv2",
        [("frames", onnx.TensorProto.UINT8, [WINDOW, HEIGHT, WIDTH, 3])],
        [("single", number_type, [WINDOW, 1]), ("many", number_type, [WINDOW, 1])],
    )


def _stacked_cells(graph: Graph, tensors: Tensors) -> tuple[str, list[str]]:
    """The features of each frame (100, 4608), and each level's mean over the picture."""
    x = graph.node("Cast", "frames", to=onnx.TensorProto.FLOAT)
    x = graph.node("Transpose", x, perm=[0, 3, 1, 2])
    x = graph.node("Mul", x, graph.constant(1 / 255, np.float32))
    height, width = HEIGHT, WIDTH
    pyramid = []
    for level in range(3):
        cell = f"SDDCNN.{level}.DDCNN"
        shortcut = _cell(graph, tensors, x, f"{cell}.0", height, width)
        shortcut = graph.node("Relu", shortcut)
        x = graph.node("Relu", _cell(graph, tensors, shortcut, f"{cell}.1", height, width))
        x = graph.node("Add", x, shortcut)
        x = graph.node("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2])
        height, width = height // 2, width // 2
        pyramid.append(graph.node("ReduceMean", x, graph.constant([2, 3], np.int64), keepdims=0))
    x = graph.node("Transpose", x, perm=[0, 2, 3, 1])
    return _reshape(graph, x, WINDOW, -1), pyramid


def _cell(graph: Graph, tensors: Tensors, x: str, name: str, height: int, width: int) -> str:
    """Four convolutions side by side that look 1, 2, 4 and 8 frames far, batch-normalised."""
    branches = [f"{name}.Conv3D_{dilation}.layers" for dilation in DILATIONS]
    over_picture = np.concatenate([tensors[f"{b}.0.weight"][:, :, 0] for b in branches])
    channels = over_picture.shape[0]
    x = graph.node(
        "Conv",
        x,
        graph.constant(over_picture, np.float32),
        kernel_shape=[3, 3],
        pads=[1, 1, 1, 1],
    )
    x = _swap_time_and_channels(graph, x, (WINDOW, channels, height * width))
    x = _reshape(graph, x, 1, channels, WINDOW, height * width)
    factor, offset = folded_batch_norm(tensors, f"{name}.bn", EPSILON)
    filters = channels // 8
    outputs = []
    parts = graph.nodes("Split", len(DILATIONS), x, axis=1, num_outputs=len(DILATIONS))
    for number, (part, dilation) in enumerate(zip(parts, DILATIONS, strict=True)):
        own = slice(number * filters, (number + 1) * filters)
        over_time = tensors[f"{branches[number]}.1.weight"][..., 0]
        outputs.append(
            graph.node(
                "Conv",
                part,
                graph.constant(over_time * factor[own, None, None, None], np.float32),
                graph.constant(offset[own], np.float32),
                kernel_shape=[3, 1],
                dilations=[dilation, 1],
                pads=[dilation, 0, dilation, 0],
            )
        )
    x = graph.node("Concat", *outputs, axis=1)
    x = _swap_time_and_channels(graph, x, (4 * filters, WINDOW, height * width))
    return _reshape(graph, x, WINDOW, 4 * filters, height, width)


def _frame_similarity(graph: Graph, tensors: Tensors, pyramid: list[str]) -> str:
    """How much each frame's learned features are like its neighbours' (100, 128)."""
    x = graph.node("Concat", *pyramid, axis=1)
    x = _linear(graph, tensors, x, "frame_sim_layer.projection")
    return _similarity(graph, tensors, x, "frame_sim_layer.fc")


def _histogram_similarity(graph: Graph, tensors: Tensors) -> str:
    """How much each frame's colours, in 8 x 8 x 8 bins, are like its neighbours' (100, 128)."""
    x = graph.node("Cast", "frames", to=onnx.TensorProto.INT32)
    x = graph.node("Div", x, graph.constant(32, np.int32))
    x = graph.node("Mul", x, graph.constant([64, 8, 1], np.int32))
    x = graph.node("ReduceSum", x, graph.constant([3], np.int64), keepdims=0)
    bins = graph.node("Cast", _reshape(graph, x, WINDOW, -1), to=onnx.TensorProto.INT64)
    counts = graph.node(
        "ScatterElements",
        graph.constant(np.zeros((WINDOW, 512)), np.float32),
        bins,
        graph.constant(np.ones((WINDOW, HEIGHT * WIDTH)), np.float32),
        axis=1,
        reduction="add",
    )
    return _similarity(graph, tensors, counts, "color_hist_layer.fc")


def _similarity(graph: Graph, tensors: Tensors, x: str, layer: str) -> str:
    """The cosine of each frame with each of its neighbours, through a dense layer."""
    x = graph.node("LpNormalization", x, axis=1, p=2)
    cosines = graph.node("MatMul", x, graph.node("Transpose", x, perm=[1, 0]))
    margin = NEIGHBOURS // 2
    padded = graph.node("Pad", cosines, graph.constant([0, margin, 0, margin], np.int64))
    band = np.arange(WINDOW)[:, None] + np.arange(NEIGHBOURS)
    near = graph.node("GatherElements", padded, graph.constant(band, np.int64), axis=1)
    return graph.node("Relu", _linear(graph, tensors, near, layer))


def _linear(graph: Graph, tensors: Tensors, x: str, layer: str) -> str:
    weights = graph.constant(tensors[f"{layer}.weight"], np.float32)
    bias = graph.constant(tensors[f"{layer}.bias"], np.float32)
    return graph.node("Gemm", x, weights, bias, transB=1)


def _reshape(graph: Graph, x: str, *shape: int) -> str:
    return graph.node("Reshape", x, graph.constant(shape, np.int64))


def _swap_time_and_channels(graph: Graph, x: str, shape: tuple[int, int, int]) -> str:
    return graph.node("Transpose", _reshape(graph, x, *shape), perm=[1, 0, 2])
