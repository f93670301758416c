"""`clearreel audit`: why each clip is in or out, and on what evidence."""

from __future__ import annotations

from typing import Annotated

import typer

from clearreel.cli.output import DataSetFolder, Json, print_json, print_lines
from clearreel.core.amounts import counted
from clearreel.core.errors import SourceError


def audit(
    dataset: DataSetFolder,
    clip: Annotated[
        str | None, typer.Argument(metavar="[CLIP]", help="A clip's id: the whole explanation.")
    ] = None,
    checkpoint: Annotated[
        str | None,
        typer.Option(metavar="LINE", help="What the ledger had, as an earlier audit told it."),
    ] = None,
    clock_is_right: Annotated[
        bool,
        typer.Option(
            "--clock-is-right",
            help="Record that the clock was wrong when later rows were written, and is right now.",
        ),
    ] = False,
    ledger_is_whole: Annotated[
        bool,
        typer.Option(
            "--ledger-is-whole",
            help="Record that no row of the ledger is missing, though its checkpoint is gone.",
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Why each clip is in or out, on what evidence, and whether that still holds today.

    Without CLIP: how many clips and hours are in or out for which reason, which grants contradict
    each other, which have expired since, which captions were left out, which evidence is missing or
    changed, which releases hold what is out now, and whether the ledger holds. Keep its checkpoint
    elsewhere: only against that does it show that rows are missing at the end.
    """
    from clearreel import api

    opened = api.open(dataset)
    if clock_is_right:
        opened.say_clock_is_right()
    if ledger_is_whole:
        opened.say_ledger_is_whole()
    found = opened.audit(clip, checkpoint)
    if json:
        print_json(found.to_json())
    else:
        print_lines(found.lines())
    if found.problems:
        things = counted(len(found.problems), "thing")
        do = "does" if len(found.problems) == 1 else "do"
        what = "about this clip" if clip else f"in {dataset}"
        raise SourceError(
            f"{things} {what} {do} not hold any more",
            hint="do what the lines with ! say; where a right has ended, run clearreel again with "
            "the renewed rights, and their evidence in its place",
        )
