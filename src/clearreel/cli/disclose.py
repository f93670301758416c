"""`clearreel disclose`: what laws and readers ask to be told of a data set."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from clearreel.cli.output import DataSetFolder, Json, print_json, print_lines


def disclose(
    dataset: DataSetFolder,
    kind: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="KIND",
            help="eu-training-summary, ab2013, croissant, attribution or model-card.",
        ),
    ],
    to: Annotated[
        Path | None,
        typer.Option(
            "-o",
            metavar="FILE",
            help="Write it there instead of printing it; attribution as FILE.csv is a table.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Fill a disclosure from what the data set recorded; figures come with their queries.

    What only the provider of a model knows is a marked blank, and listed. croissant is JSON-LD and
    belongs into the data set's folder; the others are Markdown.
    """
    from clearreel import api

    found = api.open(dataset).disclose(kind)
    if to is not None:
        found.write(to)
    if json:
        print_json(found.to_json() | ({} if to is None else {"written": str(to)}))
    elif to is not None:
        print_lines([str(to)])
    else:
        print_lines(found.text.splitlines())
    for blank in found.blanks:
        sys.stderr.write(f"to be filled in by the provider: {blank}\n")
