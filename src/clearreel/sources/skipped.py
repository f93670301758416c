"""What lies beside footage in folders and is none: left out quietly, by name.

Only what cannot be footage under any of its names is here. Sound files and playlists are not: they
are listed, and set aside with a reason.
"""

from __future__ import annotations

SIDECAR_SUFFIXES = frozenset({".csv", ".jsonl", ".srt", ".txt"})
"""Read as captions and columns, see `sources.sidecars`."""

_SUBTITLES = "ass idx sbv smi ssa stl sub sup ttml vtt"
_PICTURES = (
    "arw avif bmp cr2 cr3 dng dpx exr gif hdr heic heif ico jfif jpeg jpg jxl nef orf png ppm psd "
    "raf rw2 svg tga thm tif tiff webp"
)
_TEXTS = (
    "ale bib cdl cfg conf cube doc docx edl fcpxml htm html ini json lnk log lua md md5 nfo odt "
    "otio par2 pdf ppt pptx prproj py rst rtf sfv sh sha1 sha256 tex toml tsv url xls xlsx xml xmp "
    "yaml yml"
)
_TABLES = "arrow db duckdb feather h5 hdf5 lance mat npy npz parquet pickle pkl pt safetensors"
_ARCHIVES = "7z apk bz2 dmg exe gz iso jar lz4 rar tar tgz whl xz zip zst"

SKIPPED_SUFFIXES = SIDECAR_SUFFIXES | {
    f".{suffix}" for suffix in " ".join((_SUBTITLES, _PICTURES, _TEXTS, _TABLES, _ARCHIVES)).split()
}
_TEXT_NAMES = frozenset("authors changelog copying licence license makefile notice readme".split())
_FOLDER_NAMES = frozenset({"__macosx", "$recycle.bin", "system volume information", "lost+found"})


def is_skipped_file(name: str) -> bool:
    """Whether a file of this name is hidden or obviously no footage."""
    lowered = name.lower()
    _, dot, suffix = lowered.rpartition(".")
    known = f".{suffix}" in SKIPPED_SUFFIXES if dot else lowered in _TEXT_NAMES
    return known or name.startswith(".")


def is_skipped_folder(name: str) -> bool:
    """Whether a folder of this name is hidden, the system's own, or a Lance table."""
    lowered = name.lower()
    return name.startswith(".") or lowered in _FOLDER_NAMES or lowered.endswith(".lance")
