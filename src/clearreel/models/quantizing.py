"""Copies of networks that calculate with 8 bits: two to three times as fast, and a little coarse.

The usual static scheme (Jacob et al. 2018, arXiv:1712.05877), written with ONNX's QuantizeLinear
and DequantizeLinear. Only conversions import this, and with it onnx.

Weights have 7 bits, because processors without VNNI add two products of 8 by 8 bits in 16, which
could overflow.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from clearreel.models.folding import folded
from clearreel.models.graph import IR_VERSION, OPSET

Ranges = Mapping[str, tuple[float, float]]
"""Tensor name → the least and the greatest value that it takes."""

WEIGHT_LEVELS = 63
ACTIVATION_LEVELS = 255
LARGEST_BIAS = 2**30
ROUNDED = ("Conv", "Add", "Mul", "MaxPool", "GlobalAveragePool", "Concat", "Resize")
"""Operators that have a form for 8 bits, at least one that only moves values."""
CLIPPING = ("Relu", "Clip")
"""What these do is done by the range of what comes out of them."""


def build(name: str, path: Path) -> onnx.ModelProto:
    """The 8-bit copy of the weight `name`, whose ready file is `path`, with its measured ranges."""
    text = resources.files(__package__).joinpath("ranges.toml").read_text(encoding="utf-8")
    ranges = {tensor: (low, high) for tensor, (low, high) in tomllib.loads(text)[name].items()}
    return quantized(simplified(path), ranges)


def simplified(path: Path) -> onnx.ModelProto:
    """The model in a file, in as few steps as may be."""
    return folded(modern(onnx.load(path)))


def to_quantize(model: onnx.ModelProto) -> list[str]:
    """The tensors that the 8-bit copy of a model rounds: what goes into `ROUNDED` operators and
    what comes out of them, but for the outputs of the model.
    """
    constants = {tensor.name for tensor in model.graph.initializer}
    outputs = {value.name for value in model.graph.output}
    clipped = {n.input[0]: n.output[0] for n in model.graph.node if n.op_type in CLIPPING}
    users = _uses(model)
    names: dict[str, None] = {}
    for node in model.graph.node:
        if node.op_type in ROUNDED:
            data = node.input if node.op_type != "Resize" else node.input[:1]
            for name in (*data, *node.output):
                if name and name not in constants and name not in outputs:
                    alone = users.get(name, 0) == 1
                    names[clipped[name] if alone and name in clipped else name] = None
    return [name for name in names if name not in outputs]


def quantized(model: onnx.ModelProto, ranges: Ranges) -> onnx.ModelProto:
    """The 8-bit copy of a model, which rounds every tensor that `ranges` names.

    Weights of convolutions have one scale for each channel.
    """
    rounding = _Rounding(model, ranges)
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    copy.ir_version = IR_VERSION
    del copy.graph.node[:]
    copy.graph.node.extend(rounding.nodes)
    used = {name for node in copy.graph.node for name in node.input}
    del copy.graph.initializer[:]
    copy.graph.initializer.extend(t for t in rounding.constants.values() if t.name in used)
    del copy.graph.value_info[:]
    return copy


def modern(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model in the operator set of `OPSET`, with its constants apart from its inputs."""
    constants = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in constants]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    model.ir_version = IR_VERSION
    converted = onnx.version_converter.convert_version(model, OPSET)
    kept = []
    for node in converted.graph.node:
        if node.op_type == "Constant":
            tensor = onnx.TensorProto()
            tensor.CopyFrom(node.attribute[0].t)
            tensor.name = node.output[0]
            converted.graph.initializer.append(tensor)
        else:
            kept.append(node)
    del converted.graph.node[:]
    converted.graph.node.extend(kept)
    return converted


class _Rounding:
    """The nodes and constants of the copy, made in the order of the model's nodes."""

    def __init__(self, model: onnx.ModelProto, ranges: Ranges) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants = {tensor.name: tensor for tensor in model.graph.initializer}
        self._ranges = ranges
        self._renamed: dict[str, str] = {}
        self._scales: dict[str, float] = {}
        uses = _uses(model)
        for value in model.graph.input:
            self._round(value.name)
        for node in model.graph.node:
            if node.op_type in CLIPPING and self._is_clipped_by_range(node, uses):
                self._renamed[node.output[0]] = node.input[0]
                self._round(node.output[0])
                continue
            self._copy(node)
            for name in node.output:
                self._round(name)

    def _is_clipped_by_range(self, node: onnx.NodeProto, uses: Mapping[str, int]) -> bool:
        known = node.output[0] in self._ranges and node.input[0] not in self._ranges
        return known and uses[node.input[0]] == 1

    def _copy(self, node: onnx.NodeProto) -> None:
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        inputs = [self._renamed.get(name, name) for name in node.input]
        if node.op_type == "Conv" and node.input[0] in self._scales:
            inputs[1:] = self._weights(node)
        elif node.op_type in ("Add", "Mul"):
            inputs = [self._number(name) if name in self.constants else name for name in inputs]
        del copy.input[:]
        copy.input.extend(inputs)
        self.nodes.append(copy)

    def _round(self, name: str) -> None:
        if name not in self._ranges:
            return
        lowest, highest = (min(self._ranges[name][0], 0.0), max(self._ranges[name][1], 0.0))
        scale = max(highest - lowest, 1e-6) / ACTIVATION_LEVELS
        zero = round(-lowest / scale)
        self._scales[name] = scale
        source = self._renamed.get(name, name)
        self._renamed[name] = self._through_8_bits(name, source, scale, zero)

    def _through_8_bits(self, name: str, source: str, scale: float, zero: int) -> str:
        shared = [
            self._constant(f"{name}/scale", np.array(scale, np.float32)),
            self._constant(f"{name}/zero", np.array(zero, np.uint8)),
        ]
        whole, back = f"{name}/8", f"{name}/rounded"
        self.nodes.append(helper.make_node("QuantizeLinear", [source, *shared], [whole]))
        self.nodes.append(helper.make_node("DequantizeLinear", [whole, *shared], [back]))
        return back

    def _weights(self, node: onnx.NodeProto) -> list[str]:
        """The weights and, if there is one, the bias of a convolution, as whole numbers."""
        weights = numpy_helper.to_array(self.constants[node.input[1]])
        largest = np.abs(weights).reshape(len(weights), -1).max(axis=1)
        scales = np.maximum(largest, 1e-8) / WEIGHT_LEVELS
        bias = np.zeros(len(weights))
        if len(node.input) > 2:
            bias = numpy_helper.to_array(self.constants[node.input[2]]).astype(np.float64)
        # Channels that are almost only bias: it must fit as well.
        entering = self._scales[node.input[0]]
        scales = np.maximum(scales, np.abs(bias) / entering / LARGEST_BIAS).astype(np.float32)
        column = scales.reshape(-1, *(1,) * (weights.ndim - 1))
        names = [self._whole(node.input[1], np.rint(weights / column).astype(np.int8), scales)]
        if len(node.input) > 2:
            # The product of two rounded numbers has the product of their scales.
            both = scales * np.float32(entering)
            names.append(self._whole(node.input[2], np.rint(bias / both).astype(np.int32), both))
        return names

    def _whole(self, name: str, values: NDArray[Any], scales: NDArray[np.float32]) -> str:
        inputs = [
            self._constant(f"{name}/8", values),
            self._constant(f"{name}/scale", scales),
            self._constant(f"{name}/zero", np.zeros(scales.shape, values.dtype)),
        ]
        rounded = f"{name}/rounded"
        self.nodes.append(helper.make_node("DequantizeLinear", inputs, [rounded], axis=0))
        return rounded

    def _number(self, name: str) -> str:
        """A constant that is added or multiplied with, as 8 bits with a scale of its own."""
        values = numpy_helper.to_array(self.constants[name])
        scale = np.float32(max(float(np.abs(values).max()), 1e-8) / WEIGHT_LEVELS)
        zero = np.array(128, np.uint8)
        whole = (np.rint(values / scale) + 128).astype(np.uint8)
        inputs = [
            self._constant(f"{name}/8", whole),
            self._constant(f"{name}/scale", np.array(scale)),
            self._constant(f"{name}/zero", zero),
        ]
        rounded = f"{name}/rounded"
        if rounded not in {out for node in self.nodes for out in node.output}:
            self.nodes.append(helper.make_node("DequantizeLinear", inputs, [rounded]))
        return rounded

    def _constant(self, name: str, values: NDArray[Any]) -> str:
        self.constants[name] = numpy_helper.from_array(np.asarray(values), name)
        return name


def _uses(model: onnx.ModelProto) -> dict[str, int]:
    uses: dict[str, int] = {}
    for node in model.graph.node:
        for name in node.input:
            uses[name] = uses.get(name, 0) + 1
    return uses
