"""`clearreel verify`: whether a release or a proof is what was signed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clearreel.cli.output import Json, print_json, print_lines
from clearreel.core.errors import VerificationError


def verify(
    path: Annotated[
        Path,
        typer.Argument(metavar="FILE|RELEASE", help="A proof, a receipt, or a release."),
    ],
    key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The publisher's public key, believed for this once."),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(metavar="F", help="The file that the proof has to speak of.")
    ] = None,
    json: Json = False,
) -> None:
    """Check every hash, proof and signature, offline. Ends with 0 only when everything holds.

    A signature has to be of a key that you trust: clearreel keys trust, or --key.
    """
    from clearreel import api

    try:
        verified = api.verify(path, key=key, about=file)
    except VerificationError as error:
        if json:
            print_json({"holds": False, "problem": error.message, "next": error.hint})
        raise
    if json:
        print_json(verified.to_json())
    else:
        print_lines(str(verified).splitlines())
