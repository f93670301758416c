"""Where clips go, and what happens when the disk will not have them."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clearreel.core.errors import StorageError
from clearreel.media.cut import CutMode, CutRequest, cut
from clearreel.media.cut.target import suffix_for

from .conftest import Source


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Writing beyond `size` bytes fails, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("mode", ["copy", "exact", "trim", "transcode"])
def test_a_full_disk_leaves_nothing_behind(
    source: Callable[[str], Source], mode: CutMode, tmp_path: Path
) -> None:
    footage = source("h264-closed")
    request = CutRequest(5, 40, mode, 0)
    with files_of_at_most(1000), pytest.raises(StorageError, match=r"clip\.mp4 cannot be written"):
        cut(footage.reel, footage.packets, footage.timeline, request, tmp_path, "clip")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(source: Callable[[str], Source], tmp_path: Path) -> None:
    footage = source("h264-closed")
    request = CutRequest(5, 40, "copy", 0)
    with pytest.raises(StorageError, match="No such file"):
        cut(footage.reel, footage.packets, footage.timeline, request, tmp_path / "no", "clip")


@pytest.mark.parametrize(
    ("codec", "suffix"),
    [
        ("h264", ".mp4"),
        ("hevc", ".mp4"),
        ("av1", ".mp4"),
        ("vp9", ".mp4"),
        ("prores", ".mov"),
        ("vp8", ".mkv"),
        ("theora", ".mkv"),
        ("wmv2", None),
    ],
)
def test_the_container_follows_from_the_codec(codec: str, suffix: str | None) -> None:
    assert suffix_for(codec) == suffix
