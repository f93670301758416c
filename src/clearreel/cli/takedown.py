"""`clearreel takedown`: take footage out of a data set and its releases, for ever."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from clearreel.cli.output import DataSetFolder, Json, SigningKeyFile, print_json, print_lines
from clearreel.core.errors import SourceError, UsageError


def takedown(
    dataset: DataSetFolder,
    source: Annotated[str | None, typer.Option(metavar="ID", help="A source's id.")] = None,
    file: Annotated[
        Path | None,
        typer.Option(metavar="F", help="A file: its bytes, and what looks or sounds like it."),
    ] = None,
    address: Annotated[
        str | None, typer.Option(metavar="URL", help="All that lies at an address, or below it.")
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Who demands it, and why; kept where it can be erased."),
    ] = None,
    release: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="A release that was moved or copied; may be repeated."),
    ] = None,
    key: SigningKeyFile = None,
    queue: Annotated[
        bool, typer.Option("--queue", help="List what waits for a person, and do nothing.")
    ] = False,
    accept: Annotated[
        str | None, typer.Option(metavar="ID", help="Of the queue: it is the same, take it out.")
    ] = None,
    dismiss: Annotated[
        str | None, typer.Option(metavar="ID", help="Of the queue: it is other footage.")
    ] = None,
    json: Json = False,
) -> None:
    """Take footage out of a data set and its releases, and refuse it from now on.

    Clips, thumbnails, embeddings, rows and their old versions go, and shards of releases are
    written anew without it. After an interruption the same command goes on where it was. The
    receipt tells what was done, what is proven, and what only a person can reach.
    """
    from clearreel import api
    from clearreel.proofs.keyring import own_key
    from clearreel.stores.takedowns import Takedowns
    from clearreel.takedown import queue as near
    from clearreel.takedown import receipts

    catalog = api.open(dataset).catalog
    if sum(map(bool, (queue, accept, dismiss, source or file or address))) != 1:
        raise UsageError(
            "a takedown names footage, or does one thing with the queue",
            hint="give one of --source, --file, --address, --queue, --accept, --dismiss",
        )
    if queue:
        _show_queue(near.waiting(catalog), json)
        return
    if dismiss:
        near.dismiss(catalog, dismiss)
        if json:
            print_json({"dismissed": dismiss})
        else:
            print_lines([f"dismissed {dismiss}; the next run over it takes it up again"])
        return
    if accept:
        signing = own_key(key)
        receipt = near.accept(catalog, accept, key=signing, progress=_progress)
    else:
        if not reason:
            raise UsageError("a takedown has a reason", hint="add --reason TEXT")
        receipt = api.takedown(
            dataset,
            reason,
            source=source,
            file=file,
            address=address,
            releases=release or (),
            key=key,
            progress=_progress,
        )
    path = Takedowns(catalog.folder).receipt(receipt["id"])
    if json:
        print_json({"receipt": str(path), **receipt})
    else:
        print_lines(receipts.lines(receipt, path))
    if problems := receipts.problems(receipt):
        raise SourceError(
            f"{len(problems)} things are left to do, the first: {problems[0]}",
            hint="they are listed in the receipt; the footage is denied all the same",
        )


def _show_queue(waiting: list[dict[str, Any]], json: bool) -> None:
    if json:
        for row in waiting:
            print_json(row)
        return
    lines = [f"{row['id']}  {row['path']}\n    {row['why']}" for row in waiting]
    lines = [part for line in lines for part in line.splitlines()]
    print_lines(lines or ["nothing waits for a person"])


def _progress(step: str) -> None:
    typer.echo(f"takedown: {step}", err=True)
