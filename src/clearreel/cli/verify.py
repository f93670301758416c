"""`clearreel verify`: whether releases, proofs and receipts are what was signed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clearreel.cli.output import Json, print_json, print_lines
from clearreel.core.amounts import counted
from clearreel.core.errors import UsageError, VerificationError


def verify(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE|RELEASE", help="Proofs, receipts and releases."),
    ],
    key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The publisher's public key, believed for this once."),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(metavar="F", help="The file that each proof has to speak of.")
    ] = None,
    dataset: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="The data set that releases were made of: what it took down counts."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Check every hash, proof and signature, offline. Ends with 0 only when everything holds.

    Of several, each gets one line, and all are checked. A release that a takedown has replaced must
    not be used, whatever its signature: where the data set, a receipt or a newer release says so
    that is named as well, or lies in the same folder, it ends with 8. A signature has to be of a
    key that you trust: clearreel keys trust, or --key.
    """
    from clearreel import api
    from clearreel.proofs.replaced import ReplacedError

    beside = [*paths, *([dataset] if dataset else ())]
    failed: list[VerificationError | UsageError] = []
    for path in paths:
        try:
            verified = api.verify(path, key=key, about=file, beside=beside)
        except ReplacedError as error:
            if json:
                print_json({"path": str(path), **error.verified.to_json(), **error.to_json()})
            elif len(paths) > 1:
                print_lines([f"REPLACED: {path}: {error.replaced}"])
            else:
                first, *others = str(error.verified).splitlines()
                print_lines([first, str(error.replaced), *others])
            failed.append(error)
            continue
        except (VerificationError, UsageError) as error:
            if json and (isinstance(error, VerificationError) or len(paths) > 1):
                problem = {"holds": False, "problem": error.message, "next": error.hint}
                print_json({"path": str(path), **problem})
            elif len(paths) > 1:
                told = "DOES NOT HOLD" if isinstance(error, VerificationError) else "NOT VERIFIED"
                print_lines([f"{told}: {_named(path, error.message)}"])
            failed.append(error)
            continue
        if json:
            print_json({"path": str(path), **verified.to_json()})
        elif len(paths) > 1:
            print_lines([f"holds: {path}: {verified.summary}"])
        else:
            print_lines(str(verified).splitlines())
    if failed:
        raise _of_all(failed, len(paths))


def _named(path: Path, told: str) -> str:
    """What is told of `path`, which most errors name already."""
    return told if told.startswith(str(path)) else f"{path}: {told}"


def _of_all(
    failed: list[VerificationError | UsageError], asked: int
) -> VerificationError | UsageError:
    """What to end with: that something does not hold comes before that it cannot be read."""
    first = next((error for error in failed if isinstance(error, VerificationError)), failed[0])
    if asked == 1:
        return first
    return (VerificationError if isinstance(first, VerificationError) else UsageError)(
        f"{len(failed)} of {counted(asked, 'thing')} could not be verified, the first: "
        f"{first.message}",
        hint=first.hint,
    )
