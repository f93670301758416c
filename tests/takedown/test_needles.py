"""The search of files for bytes that must be gone."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearreel.takedown import needles
from clearreel.takedown.needles import SAMPLE, Needles, samples


def noise(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)


@given(before=st.integers(0, 40), seed=st.integers(0, 99), size=st.integers(400, 900))
def test_what_is_there_is_found_wherever_it_begins(
    tmp_path_factory: pytest.TempPathFactory, before: int, seed: int, size: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "file"
    piece = noise(seed, size)
    path.write_bytes(noise(1000 + seed, before) + piece + b"tail")
    wanted = Needles({"it": samples(piece), "other": samples(noise(seed + 1, size))})
    assert wanted.found_in(path) == ["it"]


@pytest.mark.parametrize("place", range(-60, 61, 5))
def test_what_lies_across_two_reads_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    monkeypatch.setattr(needles, "_CHUNK", 4096)
    piece = noise(1, 500)
    (tmp_path / "file").write_bytes(noise(2, 4096 - 250 + place) + piece + noise(3, 5000))
    assert Needles({"it": samples(piece)}).found_in(tmp_path / "file") == ["it"]


def test_a_part_is_not_the_whole(tmp_path: Path) -> None:
    """As when a header, or a stretch of padding, is in other files too."""
    piece = noise(1, 900)
    (tmp_path / "file").write_bytes(piece[:600])
    assert Needles({"it": samples(piece)}).found_in(tmp_path / "file") == []


@pytest.mark.parametrize("content", [b"", b"short", bytes(5000), b"ab" * 4000, noise(1, SAMPLE)])
def test_what_says_nothing_has_no_samples(content: bytes) -> None:
    assert samples(content) == []


def test_nothing_is_found_where_nothing_is_looked_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(1000))
    assert Needles({}).found_in(tmp_path / "file") == []
    assert Needles({"plain": []}).found_in(tmp_path / "file") == []
