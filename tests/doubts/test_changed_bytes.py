"""A signed release of footage: whatever is changed in it is found, by both verifiers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from damage import files, flip, places
from smallrelease import Verifiers

from clearreel.exports import formats


@pytest.mark.parametrize("name", formats())
def test_one_changed_bit_anywhere(
    released: Callable[[str], Path], verifiers: Verifiers, name: str
) -> None:
    release, rng = released(name), Random(name)
    assert verifiers.hold(release)
    for path in files(release):
        size = path.stat().st_size
        assert size, f"{path.name} is empty, and nobody can see whether it was changed"
        for offset in places(size, 2, rng):
            bit = rng.randrange(8)
            flip(path, offset, bit)
            assert not verifiers.hold(release), f"{path.name}, byte {offset}, bit {bit}"
            flip(path, offset, bit)
    assert verifiers.hold(release)


def removed(release: Path) -> Iterator[str]:
    """Each file in turn is not there."""
    for path in files(release):
        aside = release.with_name("aside")
        path.rename(aside)
        yield f"without {path.name}"
        aside.rename(path)


def renamed(release: Path) -> Iterator[str]:
    """Each file in turn has another name."""
    for path in files(release):
        other = path.with_name(f"{path.stem}x{path.suffix}")
        path.rename(other)
        yield f"{path.name} as {other.name}"
        other.rename(path)


def exchanged(release: Path) -> Iterator[str]:
    """Each file in turn has the content of the next, and the other way round."""
    there = files(release)
    for one, other in zip(there, [*there[1:], there[0]], strict=True):
        aside = release.with_name("aside")

        def exchange(one: Path = one, other: Path = other, aside: Path = aside) -> None:
            one.rename(aside)
            other.rename(one)
            aside.rename(other)

        exchange()
        yield f"{one.name} and {other.name} exchanged"
        exchange()


def longer(release: Path) -> Iterator[str]:
    """Each file in turn has a byte more, or a byte less, at its end."""
    for path in files(release):
        content = path.read_bytes()
        for changed in (content + b"\0", content + b"\n", content[:-1], b""):
            path.write_bytes(changed)
            yield f"{path.name} of {len(changed)} bytes instead of {len(content)}"
        path.write_bytes(content)


def added(release: Path) -> Iterator[str]:
    """A file more, in each folder: empty, hidden, or another one's double."""
    for folder in sorted({path.parent for path in files(release)}):
        for name in ("new.txt", ".hidden", "train-000009.tar"):
            (folder / name).touch()
            yield f"{folder.name}/{name}"
            (folder / name).unlink()
        first = next(path for path in files(release) if path.parent == folder)
        double = Path(shutil.copy(first, folder / f"double-{first.name}"))
        yield f"{first.name} twice"
        double.unlink()


@pytest.mark.parametrize("change", [removed, renamed, exchanged, longer, added])
def test_files_that_were_moved_removed_or_added(
    released: Callable[[str], Path], verifiers: Verifiers, change: Callable[[Path], Iterator[str]]
) -> None:
    release = released("webdataset")
    changes = 0
    for what in change(release):
        assert not verifiers.hold(release), what
        changes += 1
    assert changes >= len({path.parent for path in files(release)})
    assert verifiers.hold(release)


def test_all_kinds_of_files_were_tried(released: Callable[[str], Path]) -> None:
    """The release has approvals, proofs, several shards and splits, credits and a card."""
    release = released("webdataset")
    there = {str(path.relative_to(release)) for path in files(release)}
    assert there >= {"manifest.json", "statement.dsse.json", "README.md", "ATTRIBUTION.csv"}
    assert there >= {"proofs/clips.jsonl", "proofs/sources.jsonl", "approvals/rights.dsse.json"}
    shards = [name.partition("-")[0] for name in there if name.endswith(".tar")]
    assert shards.count("train") > 1 and shards.count("validation") > 1
