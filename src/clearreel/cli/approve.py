"""`clearreel approve`: a role's signature over the sources that may be used."""

from __future__ import annotations

from typing import Annotated

import typer

from clearreel.cli.output import DataSetFolder, Json, SigningKeyFile, print_json, print_lines
from clearreel.core.amounts import counted


def approve(
    dataset: DataSetFolder,
    purpose: Annotated[str, typer.Option(metavar="USE", help="What they may be used for.")],
    role: Annotated[str, typer.Option(help="In which role you sign: one word, such as rights.")],
    key: SigningKeyFile = None,
    share_alike: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="Approve the share-alike works that go out under this licence."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Approve, with a signature, the sources that an export would hold now, each by its hash.

    What comes later is not approved by it. Look at them first: clearreel sources DATASET. A role
    that the policy demands is played by the keys that it names: [approvers] in its policy.toml.
    """
    from clearreel import api

    signed = api.approve(dataset, purpose, role, key, share_alike)
    if json:
        print_json(signed)
        return
    print_lines(
        [
            f"{role} approves {counted(signed['sources'], 'source')}, each by its hash, for "
            f"{purpose}",
            f"signed with key {signed['key']}: {signed['approval']}",
        ]
    )
