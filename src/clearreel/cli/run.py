"""`clearreel run`: turn footage into a data set."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from clearreel.cli.output import Json, clock, print_json, print_lines, size
from clearreel.cli.progress import RunProgress
from clearreel.core.amounts import counted
from clearreel.core.errors import SourceError

if TYPE_CHECKING:
    from clearreel.production.estimating import Estimate
    from clearreel.production.producing import Produced


_NAMED = 20
"""Sources that a dry run names, of those that would be left out."""


class RunnerName(StrEnum):
    """Where visits are executed."""

    LOCAL = "local"


class StoreName(StrEnum):
    """Which clips are stored."""

    KEPT = "kept"
    ALL = "all"
    NONE = "none"


def run(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT...", help="Files, folders or quoted patterns.")
    ],
    into: Annotated[str, typer.Option(metavar="DATASET", help="The data set folder to fill.")],
    use: Annotated[
        str | None,
        typer.Option(
            help="What the data set is for, once and for all: commercial-training (default), "
            "research-training or evaluation."
        ),
    ] = None,
    rights: Annotated[
        str | None, typer.Option(metavar="FILE", help="A rights file: which footage may be used.")
    ] = None,
    license: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="SPDX id of all inputs' licence, or 'owned'; your own statement."
        ),
    ] = None,
    holder: Annotated[str | None, typer.Option(metavar="NAME", help="Who grants it.")] = None,
    basis: Annotated[
        str | None, typer.Option(metavar="TEXT", help="How the permission is known.")
    ] = None,
    recipe: Annotated[
        str, typer.Option(metavar="NAME|FILE", help="A shipped recipe, or one of your own.")
    ] = "default",
    runner: Annotated[RunnerName, typer.Option(help="Where the work is done.")] = RunnerName.LOCAL,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Worker processes; without it, one a core.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Only the first N files.")
    ] = None,
    screen: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="A list of hashes or fingerprints; what is on it is quarantined, also of what "
            "came in with earlier runs. May be repeated.",
        ),
    ] = None,
    store: Annotated[StoreName, typer.Option(help="Which clips are stored.")] = StoreName.KEPT,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Only tell what would be refused, and estimate time and disk; write nothing.",
        ),
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Fetch nothing; say what is missing.")
    ] = False,
    json: Json = False,
) -> None:
    """Find shots, measure and judge clips, cut what is kept, and write it all to a data set.

    Footage that no grant covers is refused before it is decoded, and listed. What is already done
    is not done again: after an interruption, or with new files, the same command goes on.
    """
    from clearreel import api

    what = {"use": use, "rights": rights, "license": license, "holder": holder, "basis": basis}
    if dry_run:
        with RunProgress() as progress:
            estimate = api.estimate(
                inputs,
                into,
                **what,
                recipe=recipe,
                workers=workers,
                limit=limit,
                screen=screen or (),
                progress=progress.show,
            )
        _show_estimate(estimate, json)
        return
    with RunProgress() as progress:
        produced = api.run(
            inputs,
            into,
            **what,
            recipe=recipe,
            store=store,
            workers=workers,
            limit=limit,
            offline=offline,
            screen=screen or (),
            progress=progress.show,
            fetching=progress.fetching,
        )
    _show_produced(produced, into, json)
    if produced.set_aside:
        raise SourceError(
            f"{counted(produced.set_aside, 'source was', 'sources were')} set aside",
            hint=f"clearreel sources {into} --where \"status NOT IN ('done', 'refused')\"",
        )
    if produced.unscreened:
        raise SourceError(
            f"{counted(produced.unscreened, 'source')} of earlier runs could not be held against "
            "the screening lists; each is listed above with the reason",
            hint="put their footage back where it was and type the same again, or take them out: "
            f"clearreel takedown {into} --source ID --reason TEXT",
        )


def _show_produced(produced: Produced, into: str, json: bool) -> None:
    if json:
        print_json({"dataset": into, **vars(produced)})
        return
    from clearreel.cli.show import show

    lines = [f"! {warning}" for warning in produced.warnings]
    if produced.visited:
        speed = produced.footage_seconds / max(produced.wall_seconds, 1e-3)
        lines.append(
            f"{counted(produced.visited, 'source')}, {clock(produced.footage_seconds)} of footage "
            f"in {clock(produced.wall_seconds)}: {speed:.1f}× real time"
        )
    if produced.unchanged:
        lines.append(f"unchanged since an earlier run: {counted(produced.unchanged, 'source')}")
    if produced.copies:
        one = "file holds the same bytes as another and counts"
        copies = counted(produced.copies, one, "files hold the same bytes as others and count")
        lines.append(f"{copies} once")
    if produced.elsewhere:
        more = counted(produced.elsewhere, "more source is", "more sources are")
        lines.append(
            f"{more} from earlier runs and not among these inputs: what was decided then of the "
            "rights to them stands"
        )
    if produced.rejudged and not produced.visited:
        clips = counted(produced.rejudged, "clip was", "clips were")
        lines.append(f"{clips} judged anew, without decoding")
    print_lines(lines)
    show(into)


def _show_estimate(estimate: Estimate, json: bool) -> None:
    if json:
        print_json(estimate.to_json())
        return
    told = f"{estimate.refused} refused, {estimate.unreadable} unreadable"
    if estimate.quarantined:
        told += f", {estimate.quarantined} quarantined"
    to_do = estimate.sources - estimate.unchanged - len(estimate.left_out)
    time = "unknown" if estimate.wall_seconds is None else clock(estimate.wall_seconds)
    lines = [f"! {warning}" for warning in estimate.warnings]
    lines += [
        f"sources     {estimate.sources}: {to_do} to do, {estimate.unchanged} unchanged, {told}",
        f"footage     {clock(estimate.footage_seconds)}, {size(estimate.footage_bytes)}",
        f"time        about {time} (from {estimate.basis})",
        f"disk        at most {size(estimate.most_bytes)}, and some kB a clip",
        f"weights     {', '.join(estimate.weights) or 'none'}",
    ]
    lines += [f"! {one.path}: {one.status}: {one.reason}" for one in estimate.left_out[:_NAMED]]
    if len(estimate.left_out) > _NAMED:
        lines.append(f"! and {len(estimate.left_out) - _NAMED} more; all of them with --json")
    if estimate.looks_are_asked:
        lines.append("! how footage looks is asked in the run alone: it may refuse more for that")
    print_lines([*lines, "nothing was written"])
