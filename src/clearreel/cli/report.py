"""`clearreel report`: the data set as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clearreel.cli.output import DataSetFolder, Json, print_json, print_lines


def report(
    dataset: DataSetFolder,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Without it: DATASET/report.html.")
    ] = None,
    json: Json = False,
) -> None:
    """Write one HTML file that opens offline: funnel, histograms, contact sheet, rights, speed."""
    from clearreel import api
    from clearreel.report.page import write_report
    from clearreel.stores.catalog import PAGE

    opened = api.open(dataset)
    written = write_report(opened.catalog, to or opened.folder / PAGE)
    if json:
        print_json({"report": str(written)})
    else:
        print_lines([str(written)])
