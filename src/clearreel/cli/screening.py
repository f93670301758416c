"""`clearreel screening`: entries of screening lists, and the end of a quarantine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clearreel.cli.output import DataSetFolder, Json, print_json, print_lines

app = typer.Typer(
    help="What screening lists are made of, and how a quarantine ends.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def looks(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A video file; it is decoded.")],
    json: Json = False,
) -> None:
    """Print a line for a list that names what looks or sounds like a file.

    It holds a fingerprint, from which no picture can be made, and nothing of the file's name.
    """
    from clearreel import api

    entry = api.looks_entry(file)
    if json:
        print_json({"entry": entry})
    else:
        print_lines([entry])


@app.command()
def end(
    dataset: DataSetFolder,
    source: Annotated[str, typer.Argument(metavar="ID", help="A source in quarantine.")],
    reason: Annotated[
        str,
        typer.Option(metavar="TEXT", help="Who has looked, and why; kept where it can be erased."),
    ],
    json: Json = False,
) -> None:
    """End a quarantine: the list was wrong, and the next run over the source takes it up again.

    Take the entry off the list as well: a list that still names it sets it aside again. What the
    list was right about goes for ever with clearreel takedown.
    """
    from clearreel import api

    api.open(dataset).end_quarantine(source, reason)
    if json:
        print_json({"ended": source})
    else:
        print_lines([f"ended the quarantine of {source}; the next run over it takes it up again"])
