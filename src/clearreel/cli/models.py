"""`clearreel models`: the pinned weights."""

from __future__ import annotations

from typing import Annotated

import typer

from clearreel.cli.output import Json, print_json, print_lines, size
from clearreel.cli.progress import RunProgress

app = typer.Typer(
    help="Pinned weights: what they are, their licence and what they were trained on.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list")
def list_(json: Json = False) -> None:
    """Every weight with its licence and, as far as known, its training data."""
    from clearreel.models.catalog import WEIGHTS

    for weight in WEIGHTS.values():
        about = {
            "name": weight.name,
            "purpose": weight.purpose,
            "license": weight.license,
            "training_data": weight.training_data,
            "stated": weight.stated,
            "default": weight.default,
            "sha256": weight.sha256,
            "download_bytes": weight.download_size,
        }
        if json:
            print_json(about)
            continue
        print_lines(
            [
                f"{weight.name}{'' if weight.default else '  (extra)'}",
                f"  for       {weight.purpose}",
                f"  licence   {weight.license}",
                f"  trained   {weight.training_data}",
                f"  stated    {weight.stated}",
                f"  download  {size(weight.download_size)}, sha256 {weight.sha256[:16]}…",
            ]
        )


@app.command()
def fetch(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME...]", help="Without any: what the default recipe needs."),
    ] = None,
    json: Json = False,
) -> None:
    """Fetch weights into the cache, held to their hash, for working offline from then on."""
    from clearreel.models import catalog

    with RunProgress() as progress:
        paths = catalog.fetch(names or catalog.default_set(), progress=progress.fetching)
    for name, path in paths.items():
        if json:
            print_json({"name": name, "path": str(path)})
        else:
            print_lines([f"{name}  {path}"])
