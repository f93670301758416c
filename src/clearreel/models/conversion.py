"""Weights that are not published as a file that can be run: converted once, into the cache.

A converted file is named by the hash of what it was made from and by the version of the code that
made it, and its own hash lies beside it and is checked each time it is handed out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from clearreel.pinned import Cache, sha256_of
from clearreel.pinned.cache import storage_errors


@dataclass(frozen=True, slots=True)
class Conversion:
    """How the files of one weight become one file that its family opens."""

    version: int
    """Raised whenever the code gives another result."""
    suffix: str
    write: Callable[[Sequence[Path], Path], None]
    """Called with the weight's files, in the order of the table, and the file to write."""


def converted(
    name: str,
    sha256: str,
    sources: Sequence[Path],
    cache: Cache,
    conversion: Conversion | None = None,
) -> Path:
    """The converted file of the weight `name`, made from `sources` if it is not there yet.

    `conversion` is that of `CONVERSIONS`, unless another is given.
    """
    conversion = conversion or CONVERSIONS[name]
    file_name = f"{name}-{sha256[:16]}-v{conversion.version}{conversion.suffix}"
    final = cache.root / "converted" / file_name
    if _is_whole(final):
        return final
    with cache.lock(file_name):
        if not _is_whole(final):
            unfinished = cache.partial(file_name)
            with storage_errors(unfinished):
                conversion.write(sources, unfinished)
                digest = cache.partial(file_name + ".sha256")
                digest.write_text(sha256_of(unfinished), encoding="ascii")
            cache.publish(unfinished, f"converted/{file_name}")
            cache.publish(digest, f"converted/{file_name}.sha256")
    return final


def _is_whole(path: Path) -> bool:
    beside = path.with_name(path.name + ".sha256")
    return (
        path.is_file()
        and beside.is_file()
        and beside.read_text(encoding="ascii") == sha256_of(path)
    )


# The modules that build graphs import onnx, which only a conversion needs.


def _write_transnetv2(sources: Sequence[Path], target: Path) -> None:
    from clearreel.models.graph import save
    from clearreel.models.transnetv2_graph import build

    save(build(sources[0]), target)


def _write_efficientnet(sources: Sequence[Path], target: Path) -> None:
    from clearreel.models.efficientnet_graph import build
    from clearreel.models.graph import save

    save(build(sources[0]), target)


def _write_centerface(sources: Sequence[Path], target: Path) -> None:
    from clearreel.models.graph import save, with_free_size

    save(with_free_size(sources[0]), target)


def _write_brisque(sources: Sequence[Path], target: Path) -> None:
    from clearreel.models.brisque import convert

    convert(sources[0], sources[1], target)


def _write_silero(sources: Sequence[Path], target: Path) -> None:
    from clearreel.models.graph import save
    from clearreel.models.silero_graph import build

    save(build(sources[0]), target)


def _write_8_bits(name: str, sources: Sequence[Path], target: Path) -> None:
    from clearreel.models.graph import save
    from clearreel.models.quantizing import build

    save(build(name, sources[0]), target)


CONVERSIONS: Mapping[str, Conversion] = {
    "transnetv2": Conversion(1, ".onnx", _write_transnetv2),
    "efficientnet-lite0": Conversion(1, ".onnx", _write_efficientnet),
    "centerface": Conversion(1, ".onnx", _write_centerface),
    "brisque": Conversion(1, ".npz", _write_brisque),
    "silero-vad": Conversion(1, ".onnx", _write_silero),
}
EIGHT_BITS: Mapping[str, Conversion] = {
    # What a copy is made from may be converted itself: its version counts as well.
    name: Conversion(
        1 + (100 * CONVERSIONS[name].version if name in CONVERSIONS else 0),
        "-8bit.onnx",
        partial(_write_8_bits, name),
    )
    for name in ("opennsfw", "text-detector", "centerface")
}
"""The weights that have an 8-bit copy beside them."""
