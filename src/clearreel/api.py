"""The door that both programs and the command line use: `clearreel.run` and `clearreel.open`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from clearreel.core.errors import NothingProducedError, UsageError

if TYPE_CHECKING:
    from clearreel.disclosures import Disclosure
    from clearreel.erasure.erasing import Erased
    from clearreel.erasure.known import KnownName
    from clearreel.production.estimating import Estimate
    from clearreel.production.producing import Produced, Progress
    from clearreel.proofs.proof import Proof
    from clearreel.proofs.receipt import VerifiedReceipt
    from clearreel.proofs.verified import VerifiedProof, VerifiedRelease
    from clearreel.report.audit import Audit, ClipAudit
    from clearreel.rights.rights_file import Rights
    from clearreel.stores.catalog import Catalog
    from clearreel.visit.assignment import Store

_CLIP = (
    *("clip_id", "source_id", "path", "start", "end", "start_frame", "frames"),
    *("width", "height", "codec", "kept", "reason"),
)
_SOURCE = ("source_id", "path", "status", "reason", "license")


class DataSet:
    """A data set folder, open for reading."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.catalog.folder

    def clips(self, where: str | None = None) -> list[dict[str, Any]]:
        """One dictionary a clip, in the order of path and time.

        `where` is an SQL condition over the columns of the clips table, facts included. `start`
        and `end` are seconds in the source's presentation time, `frames` counts real frames, and
        `facts` has all that was measured. Raises `UsageError` for a condition that doesn't fit.
        """
        names = self.catalog.fact_columns()
        rows = self.catalog.rows("clips", where=where)
        rows.sort(key=lambda row: (row["path"], row["source_id"], row["start_tick"]))
        return [
            {key: row[key] for key in _CLIP}
            | {"facts": {name: row[name] for name in names}}
            | {"license": row["license"], "caption": row["caption"], "rule": row["rule"]}
            | {"duplicate_of": row["duplicate_of"], "cut": row["cut"]}
            | {"columns": json.loads(row["columns"] or "{}")}
            for row in rows
        ]

    def sources(self, where: str | None = None) -> list[dict[str, Any]]:
        """One dictionary a source, refused and unreadable ones included, in the order of path."""
        rows = self.catalog.rows("sources", where=where)
        rows.sort(key=lambda row: (row["path"], row["source_id"]))
        hidden = {"work", "packed"}
        return [
            {key: row[key] for key in _SOURCE}
            | {key: value for key, value in row.items() if key not in hidden and key not in _SOURCE}
            for row in rows
        ]

    def audit(self, clip_id: str | None = None, checkpoint: str | None = None) -> Audit | ClipAudit:
        """Why every clip, or one, is in or out, on what evidence, and whether that holds today.

        Both have `lines()` for a person, `to_json()`, and `problems`: what does not hold any more.
        The audit of all clips checks the ledger too, and that it has what it had at `checkpoint`,
        a line that an earlier audit gave. Raises `UsageError` when there is no such clip, and for
        a line that is no checkpoint.
        """
        from clearreel.report import audit
        from clearreel.stores.checkpoint import Checkpoint

        if clip_id is None:
            return audit.audit(self.catalog, Checkpoint.parse(checkpoint) if checkpoint else None)
        return audit.audit_clip(self.catalog, clip_id)

    def say_clock_is_right(self) -> None:
        """Record in the ledger that later rows are of a clock that was wrong, so that work goes on.

        Raises `UsageError` when no row is later than the clock shows now.
        """
        from clearreel.stores.clock import say_clock_is_right
        from clearreel.stores.ledger import Ledger

        say_clock_is_right(Ledger(self.folder))

    def disclose(self, kind: str, at: datetime | None = None) -> Disclosure:
        """What a law or a reader asks to be told of the data set, filled from what it recorded.

        `kind` is eu-training-summary, ab2013, croissant, attribution or model-card; `at` is the
        time that it speaks of, with an offset from UTC: now, without one. What only the provider of
        a model knows is in `blanks`. Raises `UsageError` for another kind.
        """
        from clearreel.disclosures import disclose

        return disclose(self.catalog, kind, at or datetime.now(UTC))

    def people(self, name: str | None = None) -> list[KnownName]:
        """Every name or text about a person that can be erased, or those with this name in them.

        Raises `UsageError` for what is no name, and `DatasetError` when the ledger or a recorded
        decision is damaged.
        """
        from clearreel.erasure import erasing, known

        return (
            known.known_names(self.catalog) if name is None else erasing.meant(self.catalog, name)
        )

    def erase(self, name: str) -> Erased:
        """Erase a person's name for ever, and say where else it is: see `erasure.erasing.erase`."""
        from clearreel.erasure import erasing

        return erasing.erase(self.catalog, name)

    def media(self, clip_id: str) -> bytes:
        """The stored file of a clip. Raises `UsageError` when there is none."""
        rows = self.catalog.rows("clips", where=f"clip_id = '{_safe(clip_id)}'")
        if not rows or not rows[0]["media_pack"]:
            raise UsageError(
                f"no clip {clip_id!r} is stored in {self.folder}",
                hint=f"clearreel clips {self.folder} --where \"media_pack != ''\"",
            )
        row = rows[0]
        return self.catalog.packs.read(
            row["media_pack"], row["media_name"], row["media_offset"], row["media_bytes"]
        )


def open(path: str | Path) -> DataSet:  # noqa: A001 (clearreel.open reads as it should)
    """The data set in a folder. Raises `DatasetError` when it is none."""
    from clearreel.stores.catalog import Catalog

    return DataSet(Catalog(Path(path)))


def run(
    inputs: str | Path | Sequence[str | Path],
    into: str | Path,
    *,
    use: str | None = None,
    rights: str | Path | None = None,
    license: str | None = None,  # noqa: A002 (the flag's own name)
    holder: str | None = None,
    basis: str | None = None,
    recipe: str = "default",
    store: str = "kept",
    workers: int | None = None,
    limit: int | None = None,
    offline: bool = False,
    screen: Sequence[str | Path] = (),
    progress: Callable[[Progress], None] = lambda state: None,
    fetching: Callable[[str, int, int], None] | None = None,
) -> Produced:
    """Turn footage into clips: find shots, measure, judge, cut, and write the data set `into`.

    `inputs` are files, folders or patterns. What may be used is said by a `rights` file or by
    `license`, `holder` and `basis`; footage without a grant is refused and listed. `recipe` is the
    name of a shipped recipe or the path of a file. What is already done is not done again. What is
    on a list of `screen` is quarantined (see `clearreel.lookalike.screening`), also of earlier
    runs; what could not be asked about is told in `warnings`.

    Raises `NothingProducedError` when no clip is kept in the data set, and the other errors of
    `clearreel.core.errors`; a source that cannot be used is no error but a row with its reason.
    """
    from clearreel.models import catalog as models
    from clearreel.production.producing import open_or_create, produce
    from clearreel.recipes.reading import load
    from clearreel.runners.local import LocalRunner

    stored = _store(store)
    chosen = load(recipe)
    given = _rights(rights, license, holder, basis)
    listing = _listing(inputs, into, limit)
    models.fetch(chosen.weights, offline=offline, progress=fetching)
    catalog = open_or_create(Path(into), use)
    runner = LocalRunner(workers)
    lists = [Path(path) for path in screen]
    produced = produce(
        catalog, listing, given.grants, chosen, runner, stored, progress, lists, given.statements
    )
    if not catalog.table("clips", columns=["clip_id"], where="kept").num_rows:
        raise NothingProducedError(
            f"no clip was kept: {_why_nothing(catalog, produced)}",
            hint=f"clearreel sources {into}" if produced.visited == 0 else f"clearreel show {into}",
        )
    return produced


def _store(name: str) -> Store:
    """Which clips are stored. Raises `UsageError` for a name that says nothing of it."""
    from clearreel.visit.assignment import Store

    names: tuple[Store, ...] = get_args(Store)
    for known in names:
        if known == name:
            return known
    raise UsageError(f"store is {', '.join(names)}, not {name!r}")


def estimate(
    inputs: str | Path | Sequence[str | Path],
    into: str | Path,
    *,
    use: str | None = None,
    rights: str | Path | None = None,
    license: str | None = None,  # noqa: A002
    holder: str | None = None,
    basis: str | None = None,
    recipe: str = "default",
    workers: int | None = None,
    limit: int | None = None,
    screen: Sequence[str | Path] = (),
    progress: Callable[[Progress], None] = lambda state: None,
) -> Estimate:
    """What a run would do, refuse, take and store, without doing or writing anything.

    Files are hashed and asked about as in the run; `progress` is called while that goes on.
    """
    from clearreel.production.estimating import estimate as estimate_run
    from clearreel.production.producing import Progress
    from clearreel.recipes.reading import load

    given = _rights(rights, license, holder, basis)
    listing = _listing(inputs, into, limit)
    state = Progress(total=len(listing.places))

    def hashed(count: int) -> None:
        state.done = count
        progress(state)

    lists = [Path(path) for path in screen]
    chosen, said = load(recipe), given.statements
    return estimate_run(
        listing, given.grants, chosen, Path(into), use, workers, lists, hashed, said
    )


def _rights(
    rights: str | Path | None,
    license: str | None,  # noqa: A002
    holder: str | None,
    basis: str | None,
) -> Rights:
    """What a rights file says, or the operator's own statement; nothing without either."""
    from clearreel.rights.grants import grant_from_flags
    from clearreel.rights.rights_file import Rights, read_rights

    if rights is not None and license is not None:
        raise UsageError("both a rights file and --license are given", hint="give one of them")
    if rights is not None:
        return read_rights(Path(rights))
    if license is not None:
        return Rights((grant_from_flags(license, holder, basis),))
    if holder is not None or basis is not None:
        raise UsageError(
            "--holder and --basis say nothing without --license", hint='add --license "CC-BY-4.0"'
        )
    return Rights()


def shots(
    path: str | Path, detector: str = "scout", *, offline: bool = False
) -> list[dict[str, Any]]:
    """Every shot of a file as found, before any length rule or trim.

    Each has `start` and `end` in seconds, `start_frame`, `frames` and `transition`: how it begins.
    Raises `SourceError` when the footage cannot be used, `UsageError` when there is no such file.
    """
    from clearreel.models import catalog as models
    from clearreel.stages import registry
    from clearreel.stages.contract import ShotDetector
    from clearreel.visit.source import open_source

    stage = registry.make(detector, {})
    if not isinstance(stage, ShotDetector):
        raise UsageError(f"{detector!r} is no shot detector", hint="scout or exact")
    if not Path(path).is_file():
        what = "a folder" if Path(path).is_dir() else "no file"
        raise UsageError(f"{str(path)!r} is {what}", hint="give one video file")
    models.fetch(stage.weights, offline=offline)
    with open_source(Path(path)) as pictures:
        timeline = pictures.reader.timeline
        found = stage.detect(pictures)
        return [
            {
                "start": float(timeline.span(shot.start_frame, shot.end_frame).seconds[0]),
                "end": float(timeline.span(shot.start_frame, shot.end_frame).seconds[1]),
                "start_frame": shot.start_frame,
                "frames": shot.frames,
                "transition": {
                    "kind": shot.transition.kind,
                    "start_frame": shot.transition.start_frame,
                    "frames": shot.transition.frames,
                },
            }
            for shot in found
        ]


def approve(
    dataset: str | Path, purpose: str, role: str, key: str | Path | None = None
) -> dict[str, Any]:
    """Sign, in a role, that the sources of a data set may be used for a purpose.

    The approval names every source that an export would hold now, with its hash, and no other that
    comes later. It is kept with the data set, and its ledger has a row of it. The key is that in
    the file `key`, else the one in `CLEARREEL_SIGNING_KEY`. Returns what was signed.

    Raises `UsageError` without a key, or when there is nothing to approve, `VerificationError` for
    a key that is not to be believed, and `DatasetError` for a purpose that the data set is not
    cleared for.
    """
    from hashlib import sha256

    from clearreel.exports.selection import declared_use, select
    from clearreel.proofs.approval import Approval
    from clearreel.proofs.approvals import keep
    from clearreel.proofs.keyring import own_key
    from clearreel.stores.catalog import now
    from clearreel.stores.clock import check_clock
    from clearreel.stores.ledger import Ledger

    signing = own_key(None if key is None else Path(key))
    if signing is None:
        raise UsageError("an approval is a signature, and no key is given", hint="add --key FILE")
    catalog = open(dataset).catalog
    check_clock(Ledger(catalog.folder))
    sources = select(catalog).hashes
    approval = Approval(role, declared_use(catalog, purpose), now(), sources)
    path = keep(catalog.folder, approval, signing)
    said = {"role": role, "purpose": purpose, "key": signing.public.id, "sources": len(sources)}
    signed = sha256(path.read_bytes()).hexdigest()
    Ledger(catalog.folder).append("approval", said | {"approval_sha256": signed})
    return said | {"approval": str(path)}


def prove(
    release: str | Path,
    *,
    clip: str | None = None,
    source: str | None = None,
    file: str | Path | None = None,
) -> Proof:
    """A proof, out of a signed release, about one clip or source by its id, or about a file.

    It shows that it is in the release, or that a source or file is not. `written()` of the proof
    is what `verify` reads. Raises `VerificationError` when the release is unsigned or damaged, and
    `UsageError` for a clip that is not in it.
    """
    from clearreel.proofs.proving import Release

    if sum(asked is not None for asked in (clip, source, file)) != 1:
        raise UsageError("a proof is about one thing", hint="give one of --clip, --source, --file")
    opened = Release(Path(release))
    if clip is not None:
        return opened.prove_clip(clip)
    if source is not None:
        return opened.prove_source(source)
    return opened.prove_file(Path(str(file)))


def verify(
    path: str | Path, *, key: str | Path | None = None, about: str | Path | None = None
) -> VerifiedRelease | VerifiedProof | VerifiedReceipt:
    """Check a release folder, or the file of a proof or of a takedown's receipt, offline.

    It returns only when everything holds.

    The signature has to be of a key that is trusted: see `clearreel keys`; or of the public `key`
    in a file, for this once. `about` is a file that the proof has to speak of. Raises
    `VerificationError` that says what does not hold.
    """
    from clearreel.proofs.keyring import KeyRing
    from clearreel.proofs.keys import PublicKey
    from clearreel.proofs.verifying import verify as verify_at

    given = None if key is None else PublicKey.read(Path(key))
    believed = KeyRing.default().at_present(given)
    return verify_at(Path(path), believed, None if about is None else Path(about))


def takedown(
    dataset: str | Path,
    reason: str,
    *,
    source: str | None = None,
    file: str | Path | None = None,
    address: str | None = None,
    releases: Sequence[str | Path] = (),
    key: str | Path | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> dict[str, Any]:
    """Take footage out of a data set and its releases, for ever: the receipt, in JSON types.

    It is named by a source's id, by a `file` with its bytes or a copy that looks like it, or by an
    `address` where it lies. What looks the same goes too; what is near waits for a person, and goes
    out with no export until then. `releases` are folders that the data set does not know of. Signed
    releases are signed anew with the key in the file `key`, else in `CLEARREEL_SIGNING_KEY`.

    After a crash the same call goes on. Raises `UsageError` when not one thing is named; and
    `VerificationError`, once it is denied, for a key that is not to be believed: without one,
    releases are unsigned.
    """
    from clearreel.proofs.keyring import own_key
    from clearreel.takedown.carrying_out import carry_out, deny, still_denied
    from clearreel.takedown.demand import demanded

    catalog = open(dataset).catalog
    demand = demanded(source, None if file is None else Path(file), address)
    denied = deny(catalog, demand, reason, [Path(folder) for folder in releases])
    with still_denied(denied):
        signing = own_key(None if key is None else Path(key))
        return carry_out(catalog, denied, demand.file, key=signing, progress=progress)


def _listing(inputs: str | Path | Sequence[str | Path], into: str | Path, limit: int | None) -> Any:
    from clearreel.sources.folder import expand
    from clearreel.sources.place import Listing

    given = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    listing = expand([str(item) for item in given], exclude=[Path(into)])
    if not listing.places and not listing.unlisted:
        raise UsageError("there is no footage in the inputs", hint="give files or folders")
    return listing if limit is None else Listing(listing.places[:limit], listing.unlisted)


def _why_nothing(catalog: Catalog, produced: Produced) -> str:
    from clearreel.core.amounts import counted
    from clearreel.report.summary import summarise

    parts = []
    refused = [group for group in summarise(catalog).sources if group.status == "refused"]
    if refused:  # the most frequent reason stands first
        total = sum(group.sources for group in refused)
        of = f", {refused[0].sources:,} of them" if len(refused) > 1 else ""
        were = counted(total, "source was", "sources were")
        parts.append(f"{were} refused{of}: {refused[0].reason}")
    if produced.set_aside:
        parts.append(f"{counted(produced.set_aside, 'source')} could not be used")
    if produced.visited > produced.set_aside:
        parts.append("the rules dropped every clip")
    return "; ".join(parts) or "every clip was dropped or set aside by earlier runs"


def _safe(text: str) -> str:
    return text.replace("'", "''")
