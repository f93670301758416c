"""`clearreel shots`: the shots of one file."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from clearreel.cli.output import Json, print_json, print_lines


class DetectorName(StrEnum):
    """How shots are found."""

    SCOUT = "scout"
    EXACT = "exact"


def shots(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A video file.")],
    detector: Annotated[
        DetectorName,
        typer.Option(help="scout decodes little; exact runs TransNetV2 on every frame."),
    ] = DetectorName.SCOUT,
    offline: Annotated[bool, typer.Option("--offline", help="Fetch no weights.")] = False,
    json: Json = False,
) -> None:
    """Every shot as found, before any length rule or trim.

    The frames of a dissolve, fade or wipe belong to no shot.
    """
    from clearreel import api

    found = api.shots(file, detector, offline=offline)
    if json:
        for shot in found:
            print_json(shot)
        return
    print_lines([f"{'start':>10} {'end':>10} {'frame':>8} {'frames':>7}  begins with"])
    for shot in found:
        begins = shot["transition"]
        length = f" of {begins['frames']} frames" if begins["frames"] else ""
        print_lines(
            [
                f"{shot['start']:>9.3f}s {shot['end']:>9.3f}s {shot['start_frame']:>8} "
                f"{shot['frames']:>7}  {begins['kind']}{length}"
            ]
        )
