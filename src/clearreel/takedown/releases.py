"""Take sources out of a release that lies within reach: the next major release takes its place.

The new folder is made beside the old one, out of the same files where nothing of the sources is in
them, and takes its place at once, so that a crash leaves the one or the other.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clearreel.collection.splits import SPLITS
from clearreel.core.errors import DatasetError, StorageError
from clearreel.core.version import __version__
from clearreel.exports.attribution import Attribution, Credit, read_credits
from clearreel.exports.card import card
from clearreel.exports.exporting import FIRST_VERSION, data_files
from clearreel.exports.output import Output, discard, settle
from clearreel.production.rights import policy_of
from clearreel.proofs.envelope import Envelope
from clearreel.proofs.keys import SigningKey
from clearreel.proofs.layout import CLIPS, CREDITS, MANIFEST, SOURCES, STATEMENT
from clearreel.proofs.leaf import read_leaves
from clearreel.proofs.release import Signing
from clearreel.proofs.statement import Statement
from clearreel.stores.catalog import Catalog
from clearreel.stores.clock import now
from clearreel.stores.ledger import Ledger
from clearreel.stores.schema import path_text
from clearreel.takedown.members import FORMATS, Record, held, is_clips, media, rewrite

_REGENERATED = ("README.md", CREDITS, "ATTRIBUTION.md", CLIPS, SOURCES)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of one release."""

    folder: str
    version: str
    """Of the release that is there now; empty when nothing was left and the folder is gone."""
    touched: list[str] = field(default_factory=list)
    """Its files that held something."""
    clips: int = 0
    """That went out of it."""
    revoked: str = ""
    """SHA-256 of the statement that holds no more; empty when the old one was unsigned."""
    statement: str = ""
    """SHA-256 of the new one; empty when no key was at hand."""


def take_out(
    catalog: Catalog,
    release: Path,
    sources: Collection[str],
    takedown: str,
    key: SigningKey | None,
) -> Rewritten | None:
    """Leave nothing of these sources in a release; None when nothing of them was in it.

    `takedown` is the id that the new manifest names. Without a `key` a release that was signed is
    unsigned afterwards. Raises `DatasetError` for a folder that is no release or has a format that
    is not known, and `StorageError` when the disk is full; the old release is then as it was.
    """
    release = release.resolve()
    try:
        settle(release)
        about = json.loads((release / MANIFEST).read_text("utf-8"))
        if about["format"] not in FORMATS:
            raise DatasetError(
                f"clips cannot be taken out of {about['format']!r}, the format of {release}",
                hint=f"remove it by hand; {', '.join(FORMATS)} can be rewritten",
            )
        gone = _held(release, about["format"], sources)
        if not gone:
            return _rewritten_before(release, about, takedown)
        return _Rewriting(catalog, release, about, gone, takedown, key).run(set(sources))
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            f"{release} cannot be read as a release: {error!r}",
            hint="remove it by hand, or put it back from where it came and type the same again",
        ) from error
    except OSError as error:
        raise StorageError(f"{release} cannot be rewritten: {error.strerror or error}") from error


def media_in(release: Path, sources: Collection[str]) -> Iterator[bytes]:
    """The footage of these sources in a release that can be rewritten; none in another folder."""
    try:
        settle(release)
        form = json.loads((release / MANIFEST).read_text("utf-8"))["format"]
        if form in FORMATS:
            yield from media(release, form, _held(release, form, sources))
    except (DatasetError, OSError, ValueError, KeyError, TypeError):
        return  # `take_out` tells of it


def statement_sha256(release: Path) -> str:
    """Of a release's signed statement; empty where it is unsigned."""
    statement = release / STATEMENT
    return hashlib.sha256(statement.read_bytes()).hexdigest() if statement.is_file() else ""


def _held(release: Path, form: str, sources: Collection[str]) -> dict[str, list[Record]]:
    gone: dict[str, list[Record]] = {}
    for name, record in held(release, form, sources):
        gone.setdefault(name, []).append(record)
    return gone


def _rewritten_before(release: Path, about: Mapping[str, Any], takedown: str) -> Rewritten | None:
    """What a takedown did to a release, when a crash came before it could be written down."""
    for row in about.get("taken_out", ()):
        if row["takedown"] == takedown:
            new = statement_sha256(release)
            return Rewritten(
                path_text(release),
                about["version"],
                row["files"],
                row["clips"],
                row["revokes_sha256"],
                new,
            )
    return None


class _Rewriting:
    """One release under way."""

    def __init__(
        self,
        catalog: Catalog,
        release: Path,
        about: dict[str, Any],
        gone: Mapping[str, list[Record]],
        takedown: str,
        key: SigningKey | None,
    ) -> None:
        self._catalog = catalog
        self._release = release
        self._about = about
        self._gone = gone
        self._records = [record for records in gone.values() for record in records]
        self._takedown = takedown
        self._key = key
        self._old: Statement | None = None
        self._revoked, self._new = statement_sha256(release), ""
        if self._revoked:
            content = (release / STATEMENT).read_bytes()
            self._old = Statement.read(Envelope.read(content).payload)

    def run(self, sources: set[str]) -> Rewritten:
        left = Counter(self._about["clips"])
        left.subtract(record["split"] for record in self._records)
        if not left.total():
            discard(self._release)
            names, clips = sorted(self._gone), len(self._records)
            return Rewritten(path_text(self._release), "", names, clips, self._revoked)
        major = int(self._about.get("version", FIRST_VERSION).partition(".")[0]) + 1
        version = f"{major}.0.0"
        with Output(self._release) as output:
            touched = sorted(rewrite(self._release, self._about["format"], output, self._gone))
            works = self._attribution(output, sources)
            signing = self._signing(output, sources)
            for name, listed in self._about["files"].items():
                if name not in _REGENERATED and not is_clips(name, self._about["format"]):
                    path = self._release / name
                    output.take_over(path, name, listed["sha256"], listed["bytes"])
            about = self._manifest(left, works, touched, version)
            globs = data_files(about["format"], [s for s in SPLITS if left[s]])
            output.write("README.md", card(about, about["licenses"], globs, left.total()))

            def sign(manifest: bytes) -> bytes:
                return self._sign(manifest, about, output, signing)

            output.commit(about, sign if signing else None)
        clips = len(self._records)
        return Rewritten(
            path_text(self._release), version, touched, clips, self._revoked, self._new
        )

    def _attribution(self, output: Output, sources: set[str]) -> list[Credit]:
        """Write who made what is left, and give the rows of it."""
        given = read_credits(self._release / CREDITS)
        credits_left = [credit for credit in given if credit.source_id not in sources]
        attribution = Attribution(output)
        for credit in credits_left:
            attribution.add(credit)
        attribution.finish()
        return credits_left

    def _signing(self, output: Output, sources: set[str]) -> Signing | None:
        if self._key is None or self._old is None:
            return None
        signing = Signing(self._key, output.open)
        for value in self._leaves(CLIPS):
            if value["source_id"] not in sources:
                signing.carry_clip(value)
        for value in self._leaves(SOURCES):
            if value["source_id"] not in sources:
                signing.carry_source(value)
        signing.finish()
        return signing

    def _leaves(self, name: str) -> Iterator[Mapping[str, Any]]:
        with (self._release / name).open("rb") as lines:
            for leaf in read_leaves(lines):
                yield leaf.value

    def _manifest(
        self, left: Counter[str], works: list[Credit], touched: list[str], version: str
    ) -> dict[str, Any]:
        gone = {record["clip_id"] for record in self._records}
        cut = Counter(self._about["cut"])
        cut.subtract(record["cut"] for record in self._records)
        frames = sum(record["frames"] for record in self._records)
        lost = sum(record["lost_before"] + record["lost_after"] for record in self._records)
        about = {name: value for name, value in self._about.items() if name != "files"}
        taken_out = {
            "takedown": self._takedown,
            "at": now(),
            "clips": len(self._records),
            "files": touched,
            "revokes_sha256": self._revoked,
        }
        return about | {
            "made_by": f"clearreel {__version__}",
            "created": now(),
            "version": version,
            # Whoever has an older statement is told here that it holds no more.
            "taken_out": [*about.get("taken_out", ()), taken_out],
            "licenses": sorted({credit.license for credit in works}),
            "clips": {split: left[split] for split in about["clips"]},
            "sources": len(works),
            "frames": about["frames"] - frames,
            "cut": {mode: count for mode, count in cut.items() if count},
            "lost_frames": about["lost_frames"] - lost,
            "left_out": {k: v for k, v in about["left_out"].items() if k not in gone},
        }

    def _sign(
        self, manifest: bytes, about: dict[str, Any], output: Output, signing: Signing | None
    ) -> bytes:
        """The new release's statement. The ledger has it, and the end of the old one, before."""
        assert signing is not None and self._old is not None and self._key is not None
        ledger = Ledger(self._catalog.folder)
        envelope = signing.sign(
            manifest,
            {name: written.sha256 for name, written in output.files.items()},
            about,
            policy_sha256=policy_of(self._catalog.folder).sha256,
            ledger=ledger.anchor(),
            approvals=self._old.approvals,
        )
        self._new = hashlib.sha256(envelope).hexdigest()
        detail = {
            "format": about["format"],
            "use": about["use"],
            "clips": sum(about["clips"].values()),
            "sources": about["sources"],
            "key": self._key.public.id,
            "statement_sha256": self._new,
        }
        ledger.append("release", detail | {"revokes_sha256": self._revoked})
        return envelope
