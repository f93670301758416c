"""Fewer steps for the same result: what only scales and shifts goes into convolutions' weights.

Only conversions import this, and with it onnx.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

Floats = NDArray[np.floating[Any]]


def folded(model: onnx.ModelProto) -> onnx.ModelProto:
    """A model that computes the same, but for rounding, in fewer steps.

    What follows a convolution goes into it: factors, offsets and batch normalisations by channel.
    So do single factors before it, and single offsets where it does not pad: what it pads with
    is nought, not the offset. Constants must be initializers.
    """
    return _Folding(model).model


class _Folding:
    def __init__(self, model: onnx.ModelProto) -> None:
        self.model = onnx.ModelProto()
        self.model.CopyFrom(model)
        self._nodes = [_copy(node) for node in model.graph.node]
        self._constants = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
        self._outputs = {value.name for value in model.graph.output}
        while self._backward() or self._forward() or self._swap():
            pass
        used = {name for node in self._nodes for name in node.input}
        del self.model.graph.node[:]
        self.model.graph.node.extend(self._nodes)
        del self.model.graph.initializer[:]
        self.model.graph.initializer.extend(
            numpy_helper.from_array(np.ascontiguousarray(values), name)
            for name, values in self._constants.items()
            if name in used
        )
        del self.model.graph.value_info[:]

    def _users(self, name: str) -> list[onnx.NodeProto]:
        return [node for node in self._nodes if name in node.input]

    def _backward(self) -> bool:
        """Fold one factor, offset or normalisation into the convolution before it."""
        for conv in self._nodes:
            if conv.op_type != "Conv" or conv.output[0] in self._outputs:
                continue
            users = self._users(conv.output[0])
            step = self._step(users[0]) if len(users) == 1 else None
            channels = len(self._constants[conv.input[1]])
            if step is None or any(part.size not in (1, channels) for part in step):
                continue
            factor, offset = (np.broadcast_to(part.ravel(), (channels,)) for part in step)
            self._rewrite(conv, factor, offset, over_output=True)
            conv.output[0] = users[0].output[0]
            self._nodes.remove(users[0])
            return True
        return False

    def _forward(self) -> bool:
        """Fold one single factor or offset into all convolutions after it."""
        for node in self._nodes:
            step = self._step(node)
            if step is None or any(part.size != 1 for part in step):
                continue
            if node.output[0] in self._outputs:
                continue
            users = self._users(node.output[0])
            factor, offset = (float(part.ravel()[0]) for part in step)
            if not users or any(user.op_type != "Conv" for user in users):
                continue
            if offset and any(_pads(user) for user in users):
                continue
            (source,) = (name for name in node.input if name not in self._constants)
            for user in users:
                self._rewrite(user, np.array([factor]), np.array([offset]), over_output=False)
                user.input[0] = source
            self._nodes.remove(node)
            return True
        return False

    def _swap(self) -> bool:
        """Let a single factor come after the single offset that follows it."""
        for node in self._nodes:
            step = self._step(node)
            if step is None or node.op_type == "Add" or step[0].size != 1 or step[1].any():
                continue
            users = self._users(node.output[0])
            if len(users) != 1 or users[0].op_type != "Add" or node.output[0] in self._outputs:
                continue
            after, factor = self._step(users[0]), float(step[0].ravel()[0])
            if after is None or after[1].size != 1 or not factor:
                continue
            add = users[0]
            (source,) = (name for name in node.input if name not in self._constants)
            inner, outer = node.output[0], add.output[0]
            offset = self._constant(f"{outer}/offset", after[1].ravel()[0] / factor)
            scale = self._constant(f"{outer}/factor", factor)
            at = self._nodes.index(node)
            self._nodes[at] = helper.make_node("Add", [source, offset], [inner])
            self._nodes[self._nodes.index(add)] = helper.make_node("Mul", [inner, scale], [outer])
            return True
        return False

    def _step(self, node: onnx.NodeProto) -> tuple[Floats, Floats] | None:
        """What a node does as a factor and an offset, if that is all."""
        known = [self._constants[name] for name in node.input if name in self._constants]
        if node.op_type == "BatchNormalization":
            scale, shift, mean, variance = (part.astype(np.float64) for part in known)
            epsilon = next((a.f for a in node.attribute if a.name == "epsilon"), 1e-5)
            factor = scale / np.sqrt(variance + epsilon)
            return factor, shift - mean * factor
        if len(node.input) != 2 or len(known) != 1:
            return None
        value = known[0].astype(np.float64)
        if node.op_type == "Add":
            return np.ones(1), value
        if node.op_type == "Mul":
            return value, np.zeros(1)
        if node.op_type == "Div" and node.input[1] in self._constants:
            return 1 / value, np.zeros(1)
        return None

    def _rewrite(
        self, conv: onnx.NodeProto, factor: Floats, offset: Floats, *, over_output: bool
    ) -> None:
        """Give a convolution new weights and a new bias; others may share the old ones."""
        weights = self._constants[conv.input[1]].astype(np.float64)
        bias = np.zeros(len(weights))
        if len(conv.input) > 2:
            bias = self._constants[conv.input[2]].astype(np.float64)
        if over_output:
            bias = bias * factor + offset
            weights = weights * factor.reshape(-1, *(1,) * (weights.ndim - 1))
        else:
            bias = bias + weights.reshape(len(weights), -1).sum(axis=1) * offset
            weights = weights * factor
        names = [f"{conv.output[0]}/weights", f"{conv.output[0]}/bias"]
        del conv.input[1:]
        conv.input.extend(
            self._constant(name, values)
            for name, values in zip(names, (weights, bias), strict=True)
        )

    def _constant(self, name: str, values: Any) -> str:
        self._constants[name] = np.asarray(values, np.float32)
        return name


def _copy(node: onnx.NodeProto) -> onnx.NodeProto:
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    return copy


def _pads(conv: onnx.NodeProto) -> bool:
    return any(
        any(a.ints) if a.name == "pads" else a.s not in (b"NOTSET", b"VALID")
        for a in conv.attribute
        if a.name in ("pads", "auto_pad")
    )
