"""`clearreel show`: the funnel of a data set."""

from __future__ import annotations

from clearreel.cli.output import DataSetFolder, Json, print_json, print_lines


def show(dataset: DataSetFolder, json: Json = False) -> None:
    """What came in, what was dropped and why, hours and speed."""
    from rich.console import Console

    from clearreel import api
    from clearreel.report.funnel import render
    from clearreel.report.summary import summarise

    catalog = api.open(dataset).catalog
    summary = summarise(catalog)
    if json:
        print_json(summary.to_json())
        return
    render(summary, Console(highlight=False))
    if catalog.seal is not None:
        key = catalog.seal.key_file
        print_lines([f"sealed: without its key nothing of it can be read; keep a copy of {key}"])
