"""`clearreel people`: whose names a data set holds, and how one is erased."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from clearreel.cli.output import DataSetFolder, Json, print_json, print_lines, printable
from clearreel.core.amounts import counted
from clearreel.core.errors import SourceError, UsageError

if TYPE_CHECKING:
    from clearreel.erasure.known import KnownName


def people(
    dataset: DataSetFolder,
    erase: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Erase this name, and every text of the list with it."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,
    json: Json = False,
) -> None:
    """List the names that can be erased, with their pseudonyms in audits, and what refers to them.

    With --erase, the name and older versions of all tables go, for ever; the ledger and every proof
    hold as before. Where else the name is, as in grants and signed releases, is listed with the
    reason, for a person to decide. A rights file may have the pseudonym of a person shown in the
    place of the name: "person 07ddf2b4db86".
    """
    from clearreel import api

    opened = api.open(dataset)
    if erase is None:
        if yes:
            raise UsageError("--yes says nothing without a name", hint="add --erase NAME")
        _show(opened.people(), json)
        return
    if not yes and not _confirmed(opened.people(erase), erase, dataset):
        typer.echo("nothing was erased", err=True)
        return
    erased = opened.erase(erase)
    if json:
        print_json(erased.to_json())
    else:
        print_lines(erased.lines())
    if damaged := erased.search.damaged:
        raise SourceError(
            f"{counted(len(damaged), 'file')} could not be searched, the first: {min(damaged)}",
            hint="put back copies of them or remove them, and type the same again",
        )


def _show(named: list[KnownName], json: bool) -> None:
    if json:
        for one in named:
            print_json(one.to_json())
        return
    lines = [f"{one.pseudonym}  {one.name}: {one.refers}" for one in named]
    print_lines(lines or ["no names are kept here that could be erased"])


def _confirmed(meant: list[KnownName], name: str, dataset: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(
            f"what is erased does not come back, and nobody is here to confirm {name!r}",
            hint=f"look at what it is: clearreel people {dataset}; then add --yes",
        )
    if meant:
        typer.echo("to be erased, for ever:", err=True)
    for one in meant:
        typer.echo(printable(f"  {one.pseudonym}  {one.name}: {one.refers}"), err=True)
    return typer.confirm(f"erase {name} from {dataset}?", err=True)
