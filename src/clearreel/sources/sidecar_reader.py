"""Finds and reads the sidecars of a place.

video.txt          beside video.mp4: the caption of the whole footage
video.srt          beside video.mp4: captions with times
*.csv, *.jsonl     in the file's folder or one above it, up to the input: see `sources.tables`
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from clearreel.sources.place import Place
from clearreel.sources.sidecars import Row, Sidecar
from clearreel.sources.tables import Entry, Table, read_table
from clearreel.sources.timed_text import TimedText, one_line, parse_srt
from clearreel.stores.schema import path_text

MAX_TEXT_BYTES = 16 * 2**20
MAX_TABLE_BYTES = 512 * 2**20


@dataclass(frozen=True, slots=True)
class _Folder:
    texts: Mapping[tuple[str, str], Path]
    """Files by stem and suffix, the suffix in lower case."""
    tables: Mapping[Path, Table]


class SidecarReader:
    """Reads the sidecars of many places; each folder is listed, and each table read, once.

    `problems` collects what is wrong with tables and concerns no single file.
    """

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._folders: dict[Path, _Folder] = {}

    def read(self, place: Place) -> Sidecar | None:
        """What lies beside the place, or None. What is malformed is listed, and never raises."""
        entries = self._from_tables(place)
        beside = self._folder(place.path.parent).texts
        if path := beside.get((place.path.stem, ".txt")):
            entries += _read_from(path, _from_txt(path))
        if path := beside.get((place.path.stem, ".srt")):
            entries += _read_from(path, _from_srt(path))
        if not entries:
            return None
        return Sidecar(
            captions=tuple(entry for entry in entries if isinstance(entry, TimedText)),
            columns=tuple(entry for entry in entries if isinstance(entry, Row)),
            problems=tuple(entry for entry in entries if isinstance(entry, str)),
        )

    def _from_tables(self, place: Place) -> list[Entry]:
        """From the outermost folder inwards: what is nearer wins."""
        parent = place.path.parent
        folders = [parent, *parent.parents]
        folders = folders[: folders.index(place.root) + 1] if place.root in folders else [parent]
        entries: list[Entry] = []
        for folder in reversed(folders):
            for path, table in self._folder(folder).tables.items():
                relative = place.path.relative_to(folder)
                names = {relative.as_posix(), relative.with_suffix("").as_posix(), str(place.path)}
                for name in sorted(names):
                    entries += _read_from(path, table.entries.get(name, ()))
        return entries

    def _folder(self, path: Path) -> _Folder:
        if path not in self._folders:
            self._folders[path] = self._list(path)
        return self._folders[path]

    def _list(self, folder: Path) -> _Folder:
        try:
            files = sorted(file for file in folder.iterdir() if not file.name.startswith("."))
        except OSError as error:
            self.problems.append(f"{folder.name}: no sidecars can be listed: {error.strerror}")
            return _Folder({}, {})
        texts = {(f.stem, f.suffix.lower()): f for f in files if f.suffix.lower() in _TEXTS}
        tables = {}
        for file in files:
            if file.suffix.lower() in _TABLES and file.is_file():
                try:
                    table = read_table(file, _read(file, MAX_TABLE_BYTES))
                except (OSError, ValueError) as error:
                    self.problems.append(f"{file.name}: {_words(error)}")
                    continue
                self.problems += table.problems
                tables[file] = table
        return _Folder(texts, tables)


def _read_from(path: Path, entries: Iterable[Entry]) -> list[Entry]:
    """The same, knowing their file."""
    where = path_text(path)
    return [one if isinstance(one, str) else replace(one, sidecar=where) for one in entries]


_TEXTS = frozenset({".txt", ".srt"})
_TABLES = frozenset({".csv", ".jsonl"})


def _from_txt(path: Path) -> list[Entry]:
    try:
        words = one_line(_read(path, MAX_TEXT_BYTES))
    except (OSError, ValueError) as error:
        return [f"{path.name}: {_words(error)}"]
    return [TimedText(None, None, words)] if words else []


def _from_srt(path: Path) -> list[Entry]:
    try:
        captions, problems = parse_srt(_read(path, MAX_TEXT_BYTES))
    except (OSError, ValueError) as error:
        return [f"{path.name}: {_words(error)}"]
    return [*captions, *(f"{path.name}, {problem}" for problem in problems)]


def _read(path: Path, limit: int) -> str:
    """The text of a file, UTF-8 or with UTF-16's mark. Raises `OSError` or `ValueError`."""
    if not path.is_file():
        raise ValueError("it is not a file")
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"it is larger than {limit // 2**20} MiB")
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if wide else "utf-8-sig")


def _words(error: OSError | ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"the text is not {error.encoding.upper()}; save it as UTF-8"
    return getattr(error, "strerror", None) or str(error)
