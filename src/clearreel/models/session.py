"""ONNX files opened with onnxruntime: one thread, on the CPU, unless the caller says otherwise.

One thread, because a run has as many workers as it may use cores.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from clearreel.core.errors import UsageError

CPU = ("CPUExecutionProvider",)


class Network:
    """An ONNX file, called with its inputs in their order; it returns its outputs in theirs.

    The names of inputs and outputs do not matter, their number and order do, so another export of
    the same model can take its place. Raises `UsageError` for a file that is no such model.
    """

    def __init__(
        self,
        path: Path,
        *,
        inputs: int,
        outputs: int,
        threads: int = 1,
        providers: Sequence[str] = CPU,
    ) -> None:
        # Imported here: commands that run no model must not wait for it.
        import onnxruntime

        if not path.is_file():
            raise UsageError(f"there is no file {path}", hint="clearreel models fetch")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # An arena of its own for each of eight networks is 120 MB that saves hardly any time.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3  # errors only: exporters leave many harmless warnings
        try:
            self._session = onnxruntime.InferenceSession(path, options, providers=list(providers))
        except _onnxruntime_errors() as error:
            raise UsageError(
                f"{path} is not a model that onnxruntime can open: {error}",
                hint="clearreel models fetch",
            ) from error
        self._inputs = [value.name for value in self._session.get_inputs()]
        found = len(self._inputs), len(self._session.get_outputs())
        if found != (inputs, outputs):
            raise UsageError(
                f"{path} has {found[0]} inputs and {found[1]} outputs; "
                f"its place is for a model with {inputs} and {outputs}",
                hint="clearreel models list",
            )
        self.path = path

    def __call__(self, *arrays: NDArray[Any]) -> list[NDArray[Any]]:
        """Run the network. Raises `UsageError` if it does not take arrays of such shapes."""
        try:
            outputs: list[NDArray[Any]] = self._session.run(
                None, dict(zip(self._inputs, arrays, strict=True))
            )
        except _onnxruntime_errors() as error:
            given = ", ".join(f"{a.dtype} {a.shape}" for a in arrays)
            raise UsageError(f"{self.path} refuses {given}: {error}") from error
        return outputs


class TwoLooks:
    """A network whose 8-bit copy, if there is one, looks first.

    What the copy is sure of needs no more; only where it is not, the network itself looks. Each
    is opened when it is needed.
    """

    def __init__(
        self, path: Path, quick: Path | None, *, inputs: int, outputs: int, threads: int = 1
    ) -> None:
        """As `Network`; `quick` is the file of the copy."""
        self._path, self._quick_path = path, quick
        self._inputs, self._outputs, self._threads = inputs, outputs, threads
        if quick is None:
            _ = self._network  # a file that is no such model is told at once

    def __call__(
        self, doubtful: Callable[[list[NDArray[Any]]], bool], *arrays: NDArray[Any]
    ) -> list[NDArray[Any]]:
        """The outputs of the copy, or those of the network if `doubtful` says so of the copy's."""
        if self._quick is not None:
            outputs = self._quick(*arrays)
            if not doubtful(outputs):
                return outputs
        return self._network(*arrays)

    @cached_property
    def _network(self) -> Network:
        return self._open(self._path)

    @cached_property
    def _quick(self) -> Network | None:
        return None if self._quick_path is None else self._open(self._quick_path)

    def _open(self, path: Path) -> Network:
        return Network(path, inputs=self._inputs, outputs=self._outputs, threads=self._threads)


def _onnxruntime_errors() -> tuple[type[Exception], ...]:
    """What onnxruntime raises for a file or an array that it refuses; they share no base."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return (
        state.Fail,
        state.InvalidArgument,
        state.InvalidGraph,
        state.InvalidProtobuf,
        state.NoSuchFile,
        state.NotImplemented,
        state.RuntimeException,
    )
