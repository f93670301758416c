"""The door: write the kept clips of a data set in a format, with all that they need beside them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from clearreel.collection.splits import SPLITS, Split
from clearreel.core.errors import (
    DatasetError,
    NothingProducedError,
    SourceError,
    StorageError,
    UsageError,
)
from clearreel.core.version import __version__
from clearreel.exports.attribution import Attribution, credit_of
from clearreel.exports.card import card
from clearreel.exports.contract import Exporter, Sample
from clearreel.exports.exported import Exported
from clearreel.exports.folder import Folder
from clearreel.exports.media import visible_media
from clearreel.exports.output import Output
from clearreel.exports.parquet import Parquet
from clearreel.exports.permission import approvals_of, check_still_permitted
from clearreel.exports.record import flat_schema, record_of
from clearreel.exports.selection import (
    Selection,
    Work,
    declared_use,
    last_run,
    select,
    works,
)
from clearreel.exports.webdataset import WebDataset
from clearreel.production.captions import origins_of_clip
from clearreel.production.recorded import recorded_decision
from clearreel.production.rights import policy_of
from clearreel.proofs.approvals import Accepted
from clearreel.proofs.keyring import check_own
from clearreel.proofs.keys import SigningKey
from clearreel.proofs.release import Signing
from clearreel.stores.catalog import Catalog
from clearreel.stores.clock import now
from clearreel.stores.ledger import Ledger
from clearreel.stores.releases import Releases
from clearreel.stores.wholeness import check_whole

_FORMATS: dict[str, type[Exporter]] = {
    "folder": Folder,
    "webdataset": WebDataset,
    "parquet": Parquet,
}

FIRST_VERSION = "1.0.0"
"""Of a release; a takedown makes the next major one of it."""

Progress = Callable[[int, int], None]
"""Called with the clips that are done and all that go out."""


def data_files(layout: str, splits: Iterable[Split]) -> dict[Split, list[str]]:
    """Split → globs of its files below an export of the format with this name."""
    globs = _FORMATS[layout].data_files
    return {split: [glob.format(split=split) for glob in globs] for split in splits}


def formats() -> tuple[str, ...]:
    """The names of the formats that `export` writes."""
    return tuple(_FORMATS)


def export(
    catalog: Catalog,
    format: str,
    to: Path,
    *,
    use: str | None = None,
    key: SigningKey | None = None,
    approved_by: Sequence[str] = (),
    share_alike: str | None = None,
    progress: Progress = lambda done, total: None,
) -> Exported:
    """Write the kept clips to the folder `to`, which appears when all of it is there.

    An earlier export at `to` is replaced. The sources are not needed: clips come from the packs.
    Without the approval of all sources for the use by the roles that the data set's policy demands,
    and by those of `approved_by`, nothing is written. With a `key` the release is signed, and the
    data set's ledger has a row of it. With `share_alike`, an SPDX id, the release is under that
    licence and has the works that ask for it, which no other export has.

    All clips, the key and the clock are asked about once more before anything is signed: when one
    of them may not go out any more, nothing does.

    Raises `UsageError` for a format or use that does not exist, `DatasetError` when the data set
    is not cleared for `use`, is damaged, has an approval missing, `to` holds something else, or a
    permission ended or was taken back while clips were being written, `VerificationError` for a key
    that has expired or was revoked here, `NothingProducedError` when no clip can go out, and
    `StorageError` when the disk is full. Nothing is left behind.
    """
    if format not in _FORMATS:
        raise UsageError(f"{format!r} is no export format; there are {', '.join(_FORMATS)}")
    if approved_by and key is None:
        raise UsageError(
            "approvals are part of what is signed, and no key is given", hint="add --key FILE"
        )
    if catalog.keeps_sealed(to):
        raise UsageError(
            f"{to} lies in a sealed data set, and an export is not sealed",
            hint="give --to a folder outside of it",
        )
    _check_clock_and_key(catalog, key)  # before hours of work
    declared = declared_use(catalog, use)
    selection = select(catalog, share_alike)
    if not selection.total:
        if selection.withheld:
            reason = next(iter(selection.withheld.values()))
            raise NothingProducedError(
                f"nothing of {catalog.folder} may go out: {reason}",
                hint=f"see more with: clearreel audit {catalog.folder}",
            )
        stored = "none of its kept clips is stored" if selection.not_stored else "no clip is kept"
        raise NothingProducedError(
            f"there is nothing to export from {catalog.folder}: {stored}",
            hint=f"see why with: clearreel show {catalog.folder}",
        )
    approvals = approvals_of(catalog, declared, selection, approved_by, share_alike)

    def check(clips: Collection[str]) -> None:
        _check_clock_and_key(catalog, key)
        check_still_permitted(catalog, share_alike, selection, clips)
        if approvals_of(catalog, declared, selection, approved_by, share_alike) != approvals:
            raise DatasetError(
                f"what roles have approved of {catalog.folder} is not what it was when this began",
                hint="type the same again",
            )

    try:
        with Output(to) as output:
            Releases(catalog.folder).begin(output.to)  # or a takedown would not find what is left
            one = _Export(catalog, format, declared, selection, output, key, approvals, share_alike)
            return one.run(progress, check)
    except OSError as error:
        raise StorageError(f"{to} cannot be written: {error.strerror or error}") from error


def _check_clock_and_key(catalog: Catalog, key: SigningKey | None) -> None:
    """Raise when the clock is not right, the ledger or the deny-list not whole, or the key over."""
    check_whole(catalog.folder)
    if key is not None:
        check_own(key)


class _Export:
    """One export under way."""

    def __init__(
        self,
        catalog: Catalog,
        name: str,
        use: str,
        selection: Selection,
        output: Output,
        key: SigningKey | None,
        approvals: list[Accepted],
        share_alike: str | None,
    ) -> None:
        self._catalog = catalog
        self._share_alike = share_alike
        self._format = name
        self._use = use
        self._selection = selection
        self._output = output
        self._approvals = approvals
        self._key_id = key.public.id if key else ""
        self._signing = Signing(key, output.open) if key else None
        facts = catalog.table("clips", columns=catalog.fact_columns(), where="false").schema
        self._facts: list[str] = facts.names
        self._exporter = _FORMATS[name](output, flat_schema(facts))
        self._clips: Counter[str] = Counter()
        self._went_out: set[str] = set()
        """Ids of clips."""
        self._cut: Counter[str] = Counter()
        self._frames = self._bytes = self._lost = self._sources = 0
        self._licenses: set[str] = set()
        self._left_out: dict[str, str] = dict(selection.withheld)

    def run(self, progress: Progress, check: Callable[[Collection[str]], None]) -> Exported:
        """Write all of it. `check` is asked about the clips that are in it before it is signed."""
        attribution = Attribution(self._output)
        done, total = 0, self._selection.total
        progress(done, total)
        for work in works(self._catalog, self._selection):
            before, uncut = self._clips.total(), self._cut.copy()
            for clip in work.clips:
                try:
                    self._add(clip, work)
                except SourceError as error:
                    self._left_out[clip["clip_id"]] = error.message
                done += 1
                progress(done, total)
            clips = self._clips.total() - before
            if clips:
                if self._signing is not None:
                    self._signing.add_source(work.source, clips)
                attribution.add(credit_of(work.title, work.source, self._cut - uncut))
                self._licenses.add(work.source["license"])
                self._sources += 1
        if not self._clips:
            reason = next(iter(self._left_out.values()))
            raise NothingProducedError(f"none of {total} clips can be exported: {reason}")
        self._exporter.finish()
        attribution.finish()
        if self._signing is not None:
            for one in self._approvals:
                self._output.write(one.name, one.content.decode())
            self._signing.finish()
        check(self._went_out)
        return self._finish()

    def _add(self, clip: dict[str, Any], work: Work) -> None:
        with TemporaryDirectory(dir=self._output.work) as scratch:
            media = visible_media(self._catalog.packs, clip, Path(scratch))
            record = record_of(clip, work.source, work.title, work.split, media, self._facts)
            sample = Sample(
                clip_id=clip["clip_id"],
                split=work.split,
                media=media.path,
                suffix=media.suffix,
                sha256=media.sha256,
                bytes=media.bytes,
                text=record["caption"],
                record=record,
            )
            self._exporter.add(sample)
        if self._signing is not None:
            origins = recorded_decision(work.source).captions
            self._signing.add_clip(record, origins_of_clip(clip, origins))
        self._clips[work.split] += 1
        self._went_out.add(clip["clip_id"])
        self._cut[media.mode] += 1
        self._frames += record["frames"]
        self._lost += record["lost_before"] + record["lost_after"]
        self._bytes += media.bytes

    def _finish(self) -> Exported:
        exported = Exported(
            folder=self._output.to,
            format=self._format,
            use=self._use,
            clips={split: self._clips[split] for split in SPLITS},
            sources=self._sources,
            frames=self._frames,
            bytes=self._bytes,
            cut=dict(sorted(self._cut.items())),
            lost_frames=self._lost,
            left_out=self._left_out,
            not_stored=self._selection.not_stored,
            signed_with=self._key_id,
            approvals={one.approval.role: one.key.id for one in self._approvals},
        )
        run = last_run(self._catalog)
        about = {
            "made_by": f"clearreel {__version__}",
            "created": now(),
            "name": self._output.to.name,
            "version": FIRST_VERSION,
            "format": self._format,
            "use": self._use,
            "recipe": run.get("recipe", ""),
            "curation": run,
            "licenses": sorted(self._licenses),
            "license": self._share_alike,
            "clips": exported.clips,
            "sources": exported.sources,
            "frames": exported.frames,
            "cut": exported.cut,
            "lost_frames": exported.lost_frames,
            "left_out": exported.left_out,
            "not_stored": exported.not_stored,
        }
        globs = data_files(self._format, [split for split in SPLITS if self._clips[split]])
        readme = card(about, self._licenses, globs, self._clips.total())
        self._output.write("README.md", readme)
        Releases(self._catalog.folder).add(self._output.to)
        self._output.commit(about, partial(self._sign, about) if self._signing else None)
        return exported

    def _sign(self, about: dict[str, Any], manifest: bytes) -> bytes:
        """The signed statement. The ledger has it before anybody else."""
        assert self._signing is not None
        ledger = Ledger(self._catalog.folder)
        files = {name: written.sha256 for name, written in self._output.files.items()}
        envelope = self._signing.sign(
            manifest,
            files,
            about,
            policy_sha256=policy_of(self._catalog.folder).sha256,
            ledger=ledger.anchor(),
            approvals=[one.to_json() for one in self._approvals],
        )
        ledger.append(
            "release",
            {
                "format": self._format,
                "use": self._use,
                "clips": self._clips.total(),
                "sources": self._sources,
                "key": self._key_id,
                "statement_sha256": hashlib.sha256(envelope).hexdigest(),
            },
        )
        return envelope
