"""`clearreel prove`: what is in a release and what is not, for somebody who does not have it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clearreel.cli.output import Json, print_json, print_lines
from clearreel.cli.progress import ClipProgress
from clearreel.core.errors import SourceError, StorageError


def prove(
    release: Annotated[Path, typer.Argument(metavar="RELEASE", help="A signed export.")],
    to: Annotated[Path, typer.Option("-o", metavar="FILE", help="Where the proof is written.")],
    clip: Annotated[str | None, typer.Option(metavar="ID", help="A clip of it.")] = None,
    source: Annotated[
        str | None, typer.Option(metavar="ID", help="A source, whether it is in it or not.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(metavar="F", help="A file, whether it is in it or not.")
    ] = None,
    json: Json = False,
) -> None:
    """Prove that a clip, source or file is in a release, or that a source or file is not.

    The proof is a small file that anybody can check offline with verify. It speaks of exact bytes.
    So a file that is not in the release is compared by looks and sound with every clip that is, and
    the proof carries what was found; it ends with 3 where a person has to look.
    """
    from clearreel import api

    with ClipProgress("comparing") as progress:
        proof = api.prove(release, clip=clip, source=source, file=file, progress=progress.show)
    try:
        to.write_bytes(proof.written())
    except OSError as error:
        raise StorageError(f"{to} cannot be written: {error.strerror or error}") from error
    asked = clip or proof.source_id
    looked = proof.look_up
    if json:
        print_json(
            {"proof": str(to), "present": proof.absent is None, "source_id": proof.source_id}
            | ({"clip_id": clip} if clip else {})
            | ({"look_up": looked.to_json()} if looked else {})
        )
    else:
        found = (
            f"is NOT in {release} as these bytes{looked.finding}" if looked else f"is in {release}"
        )
        print_lines(
            [
                f"{'clip' if clip else 'source'} {asked} {found}",
                *(looked.lines() if looked else ()),
                f"the proof is in {to}; check it with: clearreel verify {to}",
            ]
        )
    if looked and file is not None and (looked.alike or not looked.whole):
        raise SourceError(
            f"{file} is not in {release} as these bytes{looked.finding}",
            hint="a person has to look: the proof holds, and speaks of exact bytes",
        )
