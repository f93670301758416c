"""Read the tensors of a PyTorch checkpoint with numpy alone.

A checkpoint is a pickle, and a pickle may run any code. The reader here knows the three names
that a dictionary of tensors needs and refuses all others.

Two layouts exist: a zip with one member for each storage (PyTorch 1.6 and later), and before it
a sequence of pickles followed by the raw storages. Both are little-endian.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from clearreel.core.errors import FetchError

Tensors = dict[str, NDArray[Any]]

_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_DTYPES = {
    "DoubleStorage": np.dtype("<f8"),
    "FloatStorage": np.dtype("<f4"),
    "HalfStorage": np.dtype("<f2"),
    "LongStorage": np.dtype("<i8"),
    "IntStorage": np.dtype("<i4"),
    "ByteStorage": np.dtype("u1"),
}


def read_checkpoint(path: Path) -> Tensors:
    """The tensors of a state dictionary, by name.

    Raises `FetchError` if the file is not such a dictionary, or holds anything else.
    """
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return _read_zip(archive)
        with path.open("rb") as file:
            return _read_legacy(file)
    except (pickle.UnpicklingError, zipfile.BadZipFile, EOFError, KeyError, ValueError) as error:
        raise FetchError(f"{path.name} is not a checkpoint of tensors: {error}") from error


@dataclass(slots=True)
class _Storage:
    dtype: np.dtype[Any]
    values: NDArray[Any]


@dataclass(frozen=True, slots=True)
class _Tensor:
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self) -> NDArray[Any]:
        item = self.storage.dtype.itemsize
        last = self.offset + sum(
            (n - 1) * s for n, s in zip(self.shape, self.strides, strict=True) if n
        )
        if 0 in self.shape:
            return np.empty(self.shape, self.storage.dtype)
        if self.offset < 0 or min(self.strides, default=0) < 0 or last >= len(self.storage.values):
            raise ValueError("a tensor reaches outside of its storage")
        return np.lib.stride_tricks.as_strided(
            self.storage.values[self.offset :], self.shape, [s * item for s in self.strides]
        ).copy()


class _TensorUnpickler(pickle.Unpickler):
    """Knows ordered dictionaries, tensors and their storages, and nothing that can run."""

    def __init__(self, file: IO[bytes], storage: Callable[[str, np.dtype[Any], int], _Storage]):
        super().__init__(file)
        self._storage = storage

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild_tensor
        if module == "torch" and name in _DTYPES:
            return _DTYPES[name]
        raise pickle.UnpicklingError(f"it names {module}.{name}, which is refused")

    def persistent_load(self, pid: Any) -> _Storage:
        kind, dtype, key, _device, count = pid[:5]
        if kind != "storage":
            raise pickle.UnpicklingError(f"it refers to a {kind!r}")
        return self._storage(key, dtype, count)


def _rebuild_tensor(
    storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
) -> _Tensor:
    return _Tensor(storage, offset, tuple(shape), tuple(strides))


def _read_zip(archive: zipfile.ZipFile) -> Tensors:
    index = next((name for name in archive.namelist() if name.endswith("/data.pkl")), None)
    if index is None:
        raise ValueError("it holds no data.pkl")
    folder = index.removesuffix("data.pkl") + "data/"

    def storage(key: str, dtype: np.dtype[Any], count: int) -> _Storage:
        return _Storage(dtype, np.frombuffer(archive.read(folder + key), dtype, count))

    state = _TensorUnpickler(io.BytesIO(archive.read(index)), storage).load()
    return {name: tensor.array() for name, tensor in state.items()}


def _read_legacy(file: IO[bytes]) -> Tensors:
    storages: dict[str, _Storage] = {}

    def storage(key: str, dtype: np.dtype[Any], _count: int) -> _Storage:
        return storages.setdefault(key, _Storage(dtype, np.empty(0, dtype)))

    def load() -> Any:
        return _TensorUnpickler(file, storage).load()

    if load() != _LEGACY_MAGIC:
        raise ValueError("it does not begin as a checkpoint does")
    load()  # the version of the layout
    load()  # the machine that wrote it
    state, keys = load(), load()
    for key in keys:
        count = int(np.frombuffer(file.read(8), "<i8")[0])
        found = storages[key]
        found.values = np.frombuffer(file.read(count * found.dtype.itemsize), found.dtype, count)
    return {name: tensor.array() for name, tensor in state.items()}
