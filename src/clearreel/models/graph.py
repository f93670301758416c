"""Write ONNX graphs a node at a time. Only conversions import this, and with it onnx."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike, NDArray
from onnx import helper, numpy_helper

OPSET = 18
IR_VERSION = 9
"""Old enough for every onnxruntime that clearreel supports."""


class Graph:
    """A graph under construction; values are named by the strings that its methods return."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, values: ArrayLike, dtype: Any) -> str:
        """A constant tensor."""
        name = f"constant_{len(self._constants)}"
        array = np.ascontiguousarray(values, dtype=dtype).reshape(np.shape(values))
        self._constants.append(numpy_helper.from_array(array, name))
        return name

    def node(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """A node with one output."""
        return self.nodes(operator, 1, *inputs, **attributes)[0]

    def nodes(self, operator: str, outputs: int, *inputs: str, **attributes: Any) -> list[str]:
        """A node with several outputs."""
        names = [f"{operator.lower()}_{len(self._nodes)}_{i}" for i in range(outputs)]
        self._nodes.append(helper.make_node(operator, inputs, names, **attributes))
        return names

    def output(self, value: str, name: str) -> None:
        """Give a value the name under which the finished graph puts it out."""
        self._nodes.append(helper.make_node("Identity", [value], [name]))

    def model(
        self,
        name: str,
        inputs: Sequence[tuple[str, int, Sequence[int | str]]],
        outputs: Sequence[tuple[str, int, Sequence[int | str]]],
    ) -> onnx.ModelProto:
        """The finished model; each input and output is a name, an element type and a shape."""
        graph = helper.make_graph(
            self._nodes,
            name,
            [helper.make_tensor_value_info(*value) for value in inputs],
            [helper.make_tensor_value_info(*value) for value in outputs],
            self._constants,
        )
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
        )


def save(model: onnx.ModelProto, path: Path) -> None:
    """Check a model for consistency and write it."""
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def with_free_size(path: Path) -> onnx.ModelProto:
    """A model of pictures (N, C, H, W) that was exported for one size, free in N, H and W."""
    model = onnx.load(path)
    constants = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in constants]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    del model.graph.value_info[:]
    for value, names in [
        *((v, ("n", "height", "width")) for v in model.graph.input),
        *((v, ("n", "map_height", "map_width")) for v in model.graph.output),
    ]:
        dims = value.type.tensor_type.shape.dim
        for axis, name in zip((0, 2, 3), names, strict=True):
            dims[axis].dim_param = name
    return model


def folded_batch_norm(
    tensors: dict[str, NDArray[Any]], name: str, epsilon: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A batch normalisation in inference as a factor and an offset for each channel."""
    factor = tensors[f"{name}.weight"] / np.sqrt(tensors[f"{name}.running_var"] + epsilon)
    offset = tensors[f"{name}.bias"] - tensors[f"{name}.running_mean"] * factor
    return factor.astype(np.float32), offset.astype(np.float32)
