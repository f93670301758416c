"""`clearreel show`: the funnel of a data set."""

from __future__ import annotations

from clearreel.cli.output import DataSetFolder, Json, print_json


def show(dataset: DataSetFolder, json: Json = False) -> None:
    """What came in, what was dropped and why, hours and speed."""
    from rich.console import Console

    from clearreel import api
    from clearreel.report.funnel import render
    from clearreel.report.summary import summarise

    summary = summarise(api.open(dataset).catalog)
    if json:
        print_json(summary.to_json())
    else:
        render(summary, Console(highlight=False))
