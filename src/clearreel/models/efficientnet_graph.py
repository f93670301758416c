"""EfficientNet-Lite0 as an ONNX graph, from the published PyTorch weights.

Tan and Le 2019 (arXiv:1905.11946), in the variant without squeeze-and-excitation and with ReLU6.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx

from clearreel.models.checkpoint import Tensors, read_checkpoint
from clearreel.models.graph import Graph, folded_batch_norm

STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1)
"""Of the 16 inverted bottlenecks, in order."""
EPSILON = 1e-3


def build(checkpoint: Path) -> onnx.ModelProto:
    """`image` uint8 (N, 224, 224, 3) → `embedding` float32 (N, 1280), `probs` float32 (N, 1000)."""
    tensors = read_checkpoint(checkpoint)
    graph = Graph()
    x = graph.node("Cast", "image", to=onnx.TensorProto.FLOAT)
    x = graph.node("Transpose", x, perm=[0, 3, 1, 2])
    x = graph.node("Sub", x, graph.constant(127, np.float32))
    x = graph.node("Mul", x, graph.constant(1 / 128, np.float32))
    x = _convolution(graph, tensors, x, "_conv_stem", "_bn0", stride=2)
    for number, stride in enumerate(STRIDES):
        x = _bottleneck(graph, tensors, x, f"_blocks.{number}.", stride)
    x = _convolution(graph, tensors, x, "_conv_head", "_bn1")
    embedding = graph.node("ReduceMean", x, graph.constant([2, 3], np.int64), keepdims=0)
    logits = graph.node(
        "Gemm",
        embedding,
        graph.constant(tensors["_fc.weight"], np.float32),
        graph.constant(tensors["_fc.bias"], np.float32),
        transB=1,
    )
    graph.output(embedding, "embedding")
    graph.output(graph.node("Softmax", logits, axis=-1), "probs")
    number_type = onnx.TensorProto.FLOAT
    return graph.model(
        "efficientnet_lite0",
        [("image", onnx.TensorProto.UINT8, ["n", 224, 224, 3])],
        [("embedding", number_type, ["n", 1280]), ("probs", number_type, ["n", 1000])],
    )


def _bottleneck(graph: Graph, tensors: Tensors, x: str, block: str, stride: int) -> str:
    """Expand, filter each channel, project; with a shortcut where the shape stays the same."""
    y = x
    expands = f"{block}_expand_conv.weight" in tensors
    if expands:
        y = _convolution(graph, tensors, y, f"{block}_expand_conv", f"{block}_bn0")
    channels = tensors[f"{block}_depthwise_conv.weight"].shape[0]
    y = _convolution(graph, tensors, y, f"{block}_depthwise_conv", f"{block}_bn1", stride, channels)
    y = _convolution(graph, tensors, y, f"{block}_project_conv", f"{block}_bn2", activate=False)
    entering = tensors[f"{block}_expand_conv.weight"].shape[1] if expands else channels
    leaving = tensors[f"{block}_project_conv.weight"].shape[0]
    return graph.node("Add", y, x) if stride == 1 and entering == leaving else y


def _convolution(
    graph: Graph,
    tensors: Tensors,
    x: str,
    name: str,
    norm: str,
    stride: int = 1,
    groups: int = 1,
    *,
    activate: bool = True,
) -> str:
    weights = tensors[f"{name}.weight"]
    factor, offset = folded_batch_norm(tensors, norm, EPSILON)
    y = graph.node(
        "Conv",
        x,
        graph.constant(weights * factor[:, None, None, None], np.float32),
        graph.constant(offset, np.float32),
        strides=[stride, stride],
        group=groups,
        kernel_shape=list(weights.shape[2:]),
        auto_pad="SAME_UPPER",
    )
    if not activate:
        return y
    return graph.node("Clip", y, graph.constant(0, np.float32), graph.constant(6, np.float32))
