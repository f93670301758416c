"""`clearreel export`: kept clips in the layout that a loader reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clearreel.cli.output import DataSetFolder, Json, SigningKeyFile, print_json, print_lines
from clearreel.cli.progress import ClipProgress
from clearreel.core.amounts import counted
from clearreel.core.errors import NothingProducedError, SourceError


def export(
    format: Annotated[str, typer.Argument(metavar="FORMAT", help="folder, webdataset or parquet.")],
    dataset: DataSetFolder,
    to: Annotated[Path, typer.Option(metavar="DIR", help="A new folder, or an earlier export.")],
    use: Annotated[
        str | None, typer.Option(help="What for; the data set's own use without it.")
    ] = None,
    key: SigningKeyFile = None,
    approved_by: Annotated[
        list[str] | None,
        typer.Option(metavar="ROLE", help="Sign only what this role approved; may be repeated."),
    ] = None,
    share_alike: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="Release the share-alike works, and no others, under this licence."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Write the kept clips with facts, captions, licence and attribution, split by source.

    Clips are free of hidden frames: packets, frames and what is shown are the same number. With a
    key the release is signed: verify and prove work with it.
    """
    from clearreel import api
    from clearreel.exports import export as write
    from clearreel.proofs.keyring import own_key

    signing = own_key(key)
    catalog = api.open(dataset).catalog
    with ClipProgress("exporting") as progress:
        exported = write(
            catalog,
            format,
            to,
            use=use,
            key=signing,
            approved_by=approved_by or (),
            share_alike=share_alike,
            progress=progress.show,
        )
    if json:
        print_json(exported.to_json())
    else:
        print_lines(str(exported).splitlines())
    if not any(exported.clips.values()):
        raise NothingProducedError("no clip was exported", hint=f"clearreel show {dataset}")
    if exported.left_out:
        raise SourceError(
            f"{counted(len(exported.left_out), 'clip was', 'clips were')} left out",
            hint="their reasons are under left_out in what --json prints",
        )
