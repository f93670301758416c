"""`clearreel samples`: real footage with known licences."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clearreel.cli.output import Json, print_json, print_lines
from clearreel.cli.progress import RunProgress

app = typer.Typer(
    help="Real footage to try things on, pinned by hash, with its licence.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list")
def list_(json: Json = False) -> None:
    """Every sample with its licence and holder."""
    from dataclasses import asdict

    from clearreel.pinned.samples import samples

    for sample in samples():
        if json:
            about = {key: value for key, value in asdict(sample).items() if key != "file"}
            print_json(about)
        else:
            print_lines(
                [f"{sample.name:<24} {sample.license or 'undocumented':<14} {sample.title}"]
            )


@app.command()
def fetch(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="As samples list shows.")],
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Also copy the files there.")
    ] = None,
    json: Json = False,
) -> None:
    """Fetch samples into the cache, and copy them to a folder if one is given."""
    import shutil

    from clearreel.pinned.samples import fetch_sample

    with RunProgress() as progress:
        found = {name: fetch_sample(name, progress=progress.fetching) for name in names}
    for name, path in found.items():
        place = path
        if to is not None:
            to.mkdir(parents=True, exist_ok=True)
            place = to / path.name
            if not place.exists():
                shutil.copyfile(path, place)
        if json:
            print_json({"name": name, "path": str(place)})
        else:
            print_lines([f"{name}  {place}"])
