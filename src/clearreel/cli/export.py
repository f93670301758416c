"""`clearreel export`: kept clips in the layout that a loader reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clearreel.cli.output import DataSetFolder, Json, print_json, print_lines


def export(
    format: Annotated[  # noqa: A002 (the argument's own name)
        str, typer.Argument(metavar="FORMAT", help="folder, webdataset or parquet.")
    ],
    dataset: DataSetFolder,
    to: Annotated[Path, typer.Option(metavar="DIR", help="A new folder.")],
    use: Annotated[
        str | None, typer.Option(help="What for; the data set's own use without it.")
    ] = None,
    json: Json = False,
) -> None:
    """Write the kept clips with facts, captions, licence and attribution, split by source."""
    from clearreel import api
    from clearreel.exports import export as write

    exported = write(api.open(dataset).catalog, format, to, use=use)
    if json:
        print_json(exported.to_json())
    else:
        print_lines([str(exported)])
