"""`clearreel data-keys`: what data sets of other uses than the default are sealed with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clearreel.cli.output import DataSetFolder, Json, print_json, print_lines
from clearreel.core.errors import UsageError

if TYPE_CHECKING:
    from clearreel.stores.data_keys import DataKey

app = typer.Typer(
    help="Keys that data sets of one use are sealed with, so that they serve no other.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list")
def list_(json: Json = False) -> None:
    """Every key that is here, by use; never the secret itself."""
    from clearreel.rights.uses import USES
    from clearreel.stores.data_keys import DataKeys

    for use in USES.values():
        ring = DataKeys.default(use.name)
        for key in ring.keys() if use.sealed else ():
            _tell(key, ring.path(key.id), json)


@app.command()
def export(
    dataset: DataSetFolder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, for you alone.")],
    json: Json = False,
) -> None:
    """Write the key of a data set to a file, for another machine that works for the same use."""
    from clearreel import api

    seal = api.open(dataset).catalog.seal
    if seal is None:
        raise UsageError(f"{dataset} is not sealed, so it has no key")
    seal.key.write(file)
    _tell(seal.key, file, json)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="As `data-keys export` writes it.")],
    json: Json = False,
) -> None:
    """Keep the key of a data set here, so that it opens on this machine."""
    from clearreel.stores.data_keys import DataKey, DataKeys

    key = DataKey.read(file)
    _tell(key, DataKeys.default(key.use).add(key), json)


def _tell(key: DataKey, path: Path, json: bool) -> None:
    if json:
        print_json({"id": key.id, "use": key.use, "data_set": key.data_set, "file": str(path)})
    else:
        print_lines([f"{key.id}  {key.use}  {path}"])
