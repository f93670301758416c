"""What is sealed opens as it was, under its own key and name, or not at all."""

from __future__ import annotations

import hashlib
import io
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearreel.core.errors import DatasetError, UsageError
from clearreel.stores.data_keys import DataKey, DataKeys
from clearreel.stores.packs import Packs, PackWriter
from clearreel.stores.seal import CHUNK, Seal, sealed_size

USE = "research-training"
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7)


def seal_of(use: str = USE, data_set: str = "d" * 32, secret: bytes = b"k" * 32) -> Seal:
    return Seal(DataKey(use, data_set, secret), DataKeys(Path("nowhere"), use))


SEAL = seal_of()


def close(content: bytes, name: str = "a.mp4", seal: Seal = SEAL) -> bytes:
    sha256 = hashlib.sha256(content).hexdigest()
    return b"".join(seal.stream(name, sha256, io.BytesIO(content)))


def opened(sealed: bytes, size: int, name: str = "a.mp4", seal: Seal = SEAL) -> bytes:
    return b"".join(seal.opened(name, size, io.BytesIO(sealed)))


def content_of(size: int) -> bytes:
    return bytes(number * 31 % 251 for number in range(size))


@pytest.mark.parametrize("size", SIZES)
def test_a_member_opens_as_it_was(size: int) -> None:
    content = content_of(size)
    sealed = close(content)
    assert len(sealed) == sealed_size(size)
    assert opened(sealed + b"what follows in the pack", size) == content


@given(st.binary(min_size=16, max_size=300))
def test_nothing_of_the_content_is_left(content: bytes) -> None:
    assert content not in close(content)


def test_the_same_content_gives_the_same_bytes_and_another_shares_none() -> None:
    assert close(b"A" * 100) == close(b"A" * 100)
    one, other = close(b"A" * 100), close(b"A" * 99 + b"B")
    same = sum(a == b for a, b in zip(one[8:], other[8:], strict=True))
    assert same < 10  # another subkey: not even the equal beginnings look alike


@pytest.mark.parametrize("seal", [seal_of("evaluation"), seal_of(data_set="e" * 32)])
def test_the_same_secret_opens_nothing_for_another_use_or_data_set(seal: Seal) -> None:
    with pytest.raises(DatasetError, match="does not open"):
        opened(close(b"content"), 7, seal=seal)
    cell = SEAL.cells("clips.caption").seal("clip", b"a dog")
    with pytest.raises(DatasetError, match="does not open"):
        seal.cells("clips.caption").open("clip", cell)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(DatasetError, match="does not open"):
        opened(close(b"content"), 7, seal=seal_of(secret=b"x" * 32))


PLACES = {
    "mark": 3,
    "salt": 20,
    "first chunk": 40,
    "first tag": 40 + CHUNK + 5,
    "middle chunk": 40 + (CHUNK + 16) + 100,
    "last chunk": 40 + 2 * (CHUNK + 16) + 3,
    "last tag": -1,
}


@pytest.mark.parametrize("place", PLACES)
def test_a_changed_byte_is_found(place: str) -> None:
    content = content_of(2 * CHUNK + 10)
    sealed = bytearray(close(content))
    sealed[PLACES[place]] ^= 1
    with pytest.raises(DatasetError, match=r"a\.mp4 does not open"):
        opened(bytes(sealed), len(content))


@given(st.data())
def test_any_changed_bit_is_found(data: st.DataObject) -> None:
    content = b"content " * 20
    sealed = bytearray(close(content))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(DatasetError):
        opened(bytes(sealed), len(content))


def chunks(sealed: bytes) -> tuple[bytes, list[bytes]]:
    head, body = sealed[:40], sealed[40:]
    return head, [body[n : n + CHUNK + 16] for n in range(0, len(body), CHUNK + 16)]


@pytest.mark.parametrize("how", ["swapped", "dropped", "repeated", "cut off", "torn"])
def test_chunks_stay_what_they_were_and_where(how: str) -> None:
    head, parts = chunks(close(content_of(4 * CHUNK)))
    size = 4 * CHUNK
    if how == "swapped":
        parts[1], parts[2] = parts[2], parts[1]
    elif how == "dropped":
        del parts[1]
        size -= CHUNK
    elif how == "repeated":
        parts.insert(1, parts[1])
        size += CHUNK
    elif how == "cut off":  # and the row changed as well, so that the sizes agree
        del parts[3]
        size -= CHUNK
    else:
        parts[3] = parts[3][:100]
    with pytest.raises(DatasetError):
        opened(head + b"".join(parts), size)


def test_a_cell_belongs_to_its_row_and_column() -> None:
    cells = SEAL.cells("clips.caption")
    sealed = cells.seal("one", b"a dog")
    assert cells.open("one", sealed) == b"a dog"
    assert sealed != cells.seal("one", b"a dog")
    for column, row, cell in (
        (cells, "other", sealed),
        (SEAL.cells("clips.columns"), "one", sealed),
        (cells, "one", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        (cells, "one", sealed[:12]),
        (cells, "one", b""),
    ):
        with pytest.raises(DatasetError, match="does not open"):
            column.open(row, cell)


def test_members_that_change_places_are_found(tmp_path: Path) -> None:
    packs = Packs(tmp_path, SEAL)
    with PackWriter(packs, "ab12") as writer:
        one, other = writer.add("one.jpg", b"1" * 600), writer.add("two.jpg", b"2" * 600)
        pack = writer.commit()
    assert packs.read(pack, "two.jpg", other.offset, other.bytes) == b"2" * 600
    with pytest.raises(DatasetError, match=r"two\.jpg does not open"):
        packs.read(pack, "two.jpg", one.offset, one.bytes)


def test_a_sealed_pack_says_so_and_is_the_same_every_time(tmp_path: Path) -> None:
    found = []
    for folder in (tmp_path / "x", tmp_path / "y"):
        folder.mkdir()
        file = folder / "clip"
        file.write_bytes(content_of(CHUNK * 2 + 5))
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        with PackWriter(Packs(folder, SEAL), "ab12") as writer:
            member = writer.add_file("a.mp4", file, sha256)
            name = writer.commit()
        assert (member.bytes, member.sha256) == (CHUNK * 2 + 5, sha256)
        pieces = list(Packs(folder, SEAL).pieces(name, "a.mp4", member.offset, member.bytes))
        assert b"".join(pieces) == file.read_bytes() and max(map(len, pieces)) == CHUNK
        found.append((name, (folder / name).read_bytes()))
    assert found[0] == found[1] and b"a.mp4.sealed\0" in found[0][1]


def test_the_key_never_travels(data_keys: Path) -> None:
    seal = Seal.new(USE)
    sent = pickle.dumps(Packs(Path("packs"), seal))
    assert seal.key.secret not in sent and seal.key.secret.hex().encode() not in sent
    assert pickle.loads(sent).seal.key == seal.key
    assert seal.key.secret.hex() not in repr(seal.key) + repr(seal)
    (data_keys / USE / f"{seal.key.id}.key").unlink()
    with pytest.raises(UsageError, match="is not here"):
        pickle.loads(sent)
