"""A build as a person makes it, and what it came to."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av

from clearreel.exports import Exported, export
from clearreel.production.producing import Produced, open_or_create, produce
from clearreel.proofs.keys import SigningKey
from clearreel.proofs.verifying import verify_release
from clearreel.recipes.reading import parse
from clearreel.rights.rights_file import read_rights
from clearreel.runners.inline import InlineRunner
from clearreel.sources.folder import expand
from clearreel.stores.catalog import Catalog
from clearreel.testing.numbering import read_frame_number

FRAMES, FPS = 75, 25

RECIPE = """
name = "short"
shots = { stage = "scout" }
clips = { min_seconds = 0.2, max_seconds = 0.6 }
[measures.light]
"""


def grant(license: str = "CC0-1.0", files: str = "**", **more: str) -> str:
    """One `[[grant]]` that a person has checked; `more` holds TOML values, also of those above."""
    lines = {
        "files": f'"{files}"',
        "license": f'"{license}"',
        "holder": '"Ada"',
        "basis": '"a letter"',
        "evidence": '"letter.txt"',
        "verified_by": '"Eve"',
        "verified_on": "2026-01-02",
    }
    return "[[grant]]\n" + "".join(f"{k} = {v}\n" for k, v in (lines | more).items() if v)


class Build:
    """Footage, its rights, the data set and its release."""

    def __init__(self, folder: Path, key: SigningKey) -> None:
        self.footage, self.into, self.out = (folder / n for n in ("footage", "set", "out"))
        self.footage.mkdir()
        (self.footage / "letter.txt").write_text("we permit")
        self.key = key

    def add(self, film: Path, name: str = "film.mp4") -> Path:
        """Put footage among the inputs."""
        return Path(shutil.copy(film, self.footage / name))

    def run(self, *grants: str, recipe: str = RECIPE, use: str | None = None) -> Produced:
        """A run with these grants and no others; `use` counts where the data set is new."""
        rights = self.footage / "rights.toml"
        rights.write_text("\n".join(grants))
        return produce(
            open_or_create(self.into, use),
            expand([str(self.footage)]),
            read_rights(rights).grants,
            parse(recipe, "test"),
            InlineRunner(),
        )

    def release(self, name: str = "webdataset") -> Exported:
        """A signed release that holds."""
        exported = export(self.catalog, name, self.out, key=self.key)
        verify_release(self.out, {self.key.public.id: self.key.public}.__getitem__)
        return exported

    @property
    def catalog(self) -> Catalog:
        """As it is now."""
        return Catalog(self.into)

    def reasons(self) -> dict[str, str]:
        """File name → why it is not let in; empty for what is."""
        rows = self.catalog.rows("sources")
        return {Path(row["path"]).name: row["reason"] for row in rows}

    def stored(self) -> set[int]:
        """The numbers of all frames in anything stored or released, hidden ones included."""
        return {number for content in self._pictures() for number in _numbers(content)}

    def released(self) -> set[int]:
        """The numbers of all frames in the release."""
        shards = [content for shard in self.out.glob("*.tar") for content in _members(shard)]
        return {number for content in shards for number in _numbers(content)}

    def _pictures(self) -> Iterator[bytes]:
        for tar in (*self.into.rglob("*.tar"), *self.out.rglob("*.tar")):
            yield from _members(tar)


def _members(tar: Path) -> Iterator[bytes]:
    with tarfile.open(tar) as opened:
        for member in opened:
            if member.name.endswith((".mp4", ".jpg", ".mov", ".mkv")):
                file = opened.extractfile(member)
                assert file is not None
                yield file.read()


def _numbers(content: bytes) -> Iterator[int]:
    """Of every frame that is coded, whether a player shows it or not."""
    options: dict[str, Any] = {} if content[:2] == b"\xff\xd8" else {"ignore_editlist": "1"}
    with av.open(io.BytesIO(content), options=options) as container:
        for frame in container.decode(video=0):
            yield read_frame_number(frame.to_ndarray(format="rgb24"))
