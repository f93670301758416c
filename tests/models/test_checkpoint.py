"""Checkpoints as PyTorch writes them, made without PyTorch."""

from __future__ import annotations

import pickle
import sys
import types
import zipfile
from collections import OrderedDict

import numpy as np
import pytest

from clearreel.core.errors import FetchError
from clearreel.models.checkpoint import read_checkpoint

MAGIC = 0x1950A86A20F9469CFC6C


class FloatStorage:
    """Stands in for torch.FloatStorage: only its name is pickled."""


FloatStorage.__module__ = "torch"


def _rebuild_tensor_v2(*_):
    raise AssertionError("only its name is pickled")


_rebuild_tensor_v2.__module__ = "torch._utils"


class Storage:
    def __init__(self, key: str, values: np.ndarray):
        self.key, self.values = key, values.astype("<f4")


class Tensor:
    """Pickled as a call of torch._utils._rebuild_tensor_v2."""

    def __init__(self, storage, offset, shape, strides):
        self.arguments = (storage, offset, shape, strides, False, OrderedDict())

    def __reduce__(self):
        return _rebuild_tensor_v2, self.arguments


class Pickler(pickle.Pickler):
    def persistent_id(self, obj):
        if isinstance(obj, Storage):
            return ("storage", FloatStorage, obj.key, "cpu", len(obj.values))
        return None


@pytest.fixture(autouse=True)
def torch_names(monkeypatch):
    """pickle wants to find the names that it writes."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    torch.FloatStorage, utils._rebuild_tensor_v2 = FloatStorage, _rebuild_tensor_v2
    torch._utils = utils
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)


def write_zip(path, state, storages):
    with zipfile.ZipFile(path, "w") as archive:
        with archive.open("weights/data.pkl", "w") as file:
            Pickler(file, protocol=2).dump(state)
        for storage in storages:
            archive.writestr(f"weights/data/{storage.key}", storage.values.tobytes())


def write_legacy(path, state, storages):
    with path.open("wb") as file:
        for plain in (MAGIC, 1001, {"little_endian": True}):
            pickle.dump(plain, file, protocol=2)
        Pickler(file, protocol=2).dump(state)
        pickle.dump([storage.key for storage in storages], file, protocol=2)
        for storage in storages:
            file.write(np.int64(len(storage.values)).tobytes() + storage.values.tobytes())


layouts = pytest.mark.parametrize("write", [write_zip, write_legacy])


@layouts
def test_tensors_come_back_whatever_their_strides(tmp_path, write):
    values = np.arange(24, dtype=np.float32)
    first, second = Storage("0", values), Storage("1", -values[:3])
    state = OrderedDict(
        rows=Tensor(first, 0, (4, 6), (6, 1)),
        transposed=Tensor(first, 0, (6, 4), (1, 6)),
        part=Tensor(first, 10, (2, 2), (6, 1)),
        scalar=Tensor(second, 2, (), ()),
        empty=Tensor(second, 0, (0, 3), (3, 1)),
    )
    write(tmp_path / "weights.pth", state, [first, second])
    found = read_checkpoint(tmp_path / "weights.pth")
    rows = values.reshape(4, 6)
    np.testing.assert_array_equal(found["rows"], rows)
    np.testing.assert_array_equal(found["transposed"], rows.T)
    np.testing.assert_array_equal(found["part"], [[10, 11], [16, 17]])
    assert found["scalar"] == -2
    assert found["empty"].shape == (0, 3)


@layouts
def test_a_checkpoint_that_names_other_code_is_refused(tmp_path, write):
    write(tmp_path / "weights.pth", {"evil": print}, [])
    with pytest.raises(FetchError, match=r"\.print, which is refused"):
        read_checkpoint(tmp_path / "weights.pth")


@layouts
@pytest.mark.parametrize(
    ("offset", "strides"), [(0, (7, 1)), (1, (6, 1)), (-1, (6, 1)), (5, (-1, 1))]
)
def test_a_tensor_cannot_reach_outside_of_its_storage(tmp_path, write, offset, strides):
    storage = Storage("0", np.zeros(24))
    state = {"wide": Tensor(storage, offset, (4, 6), strides)}
    write(tmp_path / "weights.pth", state, [storage])
    with pytest.raises(FetchError, match="outside of its storage"):
        read_checkpoint(tmp_path / "weights.pth")


@pytest.mark.parametrize("data", [b"", b"plain text", pickle.dumps(17)])
def test_what_is_no_checkpoint_is_an_error_of_ours(tmp_path, data):
    (tmp_path / "weights.pth").write_bytes(data)
    with pytest.raises(FetchError, match="not a checkpoint"):
        read_checkpoint(tmp_path / "weights.pth")
