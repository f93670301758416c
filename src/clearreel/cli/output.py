"""What all verbs print in the same way."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

Json = Annotated[
    bool, typer.Option("--json", help="Machine-readable: JSON, one object a line for lists.")
]
DataSetFolder = Annotated[str, typer.Argument(metavar="DATASET", help="A data set folder.")]
SigningKeyFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Sign with this key; without it, with the one in CLEARREEL_SIGNING_KEY, if any.",
    ),
]
Where = Annotated[
    str | None,
    typer.Option(metavar="EXPR", help="An SQL condition over the table's columns."),
]


def print_json(value: Mapping[str, Any]) -> None:
    """One object on a line of its own."""
    sys.stdout.write(json.dumps(value) + "\n")


def print_lines(lines: Iterable[str]) -> None:
    """Plain text, a line each; control characters of names are shown, not obeyed."""
    for line in lines:
        sys.stdout.write(printable(line) + "\n")


def printable(line: str) -> str:
    """The line with control characters shown."""
    return "".join(map(_printable, line))


def clock(seconds: float) -> str:
    """Seconds as h:mm:ss."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}"


def size(count: float) -> str:
    """Bytes in a unit that a person reads."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"


def _printable(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()
