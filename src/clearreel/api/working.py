"""From footage to a data set: a run, what it would do, and the shots of one file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from clearreel.core.errors import NothingProducedError, SourceError, UsageError

if TYPE_CHECKING:
    from clearreel.production.estimating import Estimate
    from clearreel.production.producing import Produced, Progress
    from clearreel.rights.rights_file import Rights
    from clearreel.sources.place import Listing
    from clearreel.stores.catalog import Catalog
    from clearreel.visit.assignment import Store


def run(
    inputs: str | Path | Sequence[str | Path],
    into: str | Path,
    *,
    use: str | None = None,
    rights: str | Path | None = None,
    license: str | None = None,
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
    listing = _listing(inputs, into, limit, given)
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


def estimate(
    inputs: str | Path | Sequence[str | Path],
    into: str | Path,
    *,
    use: str | None = None,
    rights: str | Path | None = None,
    license: str | None = None,
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
    listing = _listing(inputs, into, limit, given)
    state = Progress(total=len(listing.places))

    def hashed(count: int) -> None:
        state.done = count
        progress(state)

    lists = [Path(path) for path in screen]
    chosen, said = load(recipe), given.statements
    return estimate_run(
        listing, given.grants, chosen, Path(into), use, workers, lists, hashed, said
    )


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
    _check_file(path)
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


def looks_entry(path: str | Path) -> str:
    """The line of a screening list that names what looks or sounds like a file.

    Raises `SourceError` when it cannot be decoded or shows and sounds nothing that can be told from
    others, and `UsageError` when there is no such file.
    """
    from base64 import b64encode

    from clearreel.visit.stored_looks import of_file

    _check_file(path)
    seen = of_file(Path(path))
    if not len(seen.video) and not len(seen.audio):
        raise SourceError(
            f"{path} shows and sounds nothing that can be told from others",
            hint="list its hash: sha256sum FILE",
        )
    return f"looks {b64encode(seen.to_bytes()).decode()}"


def _check_file(path: str | Path) -> None:
    """Raise `UsageError` where there is no file."""
    if not Path(path).is_file():
        what = "a folder" if Path(path).is_dir() else "no file"
        raise UsageError(f"{str(path)!r} is {what}", hint="give one video file")


def _store(name: str) -> Store:
    """Which clips are stored. Raises `UsageError` for a name that says nothing of it."""
    from clearreel.visit.assignment import Store

    names: tuple[Store, ...] = get_args(Store)
    for known in names:
        if known == name:
            return known
    raise UsageError(f"store is {', '.join(names)}, not {name!r}")


def _rights(
    rights: str | Path | None,
    license: str | None,
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


def _listing(
    inputs: str | Path | Sequence[str | Path],
    into: str | Path,
    limit: int | None,
    said: Rights,
) -> Listing:
    """The places of the inputs. Evidence of the rights file is no footage, unless it is named."""
    from clearreel.production.rights import evidence_files
    from clearreel.sources.folder import expand
    from clearreel.sources.place import Listing

    given = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    listing = expand([str(item) for item in given], exclude=[Path(into)])
    evidence = {path.resolve() for path in evidence_files(said.grants, said.statements).values()}
    evidence -= {Path(item).resolve() for item in given}
    if evidence:
        places = tuple(one for one in listing.places if one.path.resolve() not in evidence)
        listing = Listing(places, listing.unlisted)
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
