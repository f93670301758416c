"""`clearreel keys`: what releases are signed with, and whose signatures are believed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clearreel.cli.output import Json, print_json, print_lines
from clearreel.core.errors import UsageError

if TYPE_CHECKING:
    from clearreel.proofs.keyring import Trusted

app = typer.Typer(
    help="Keys that sign releases, and keys whose signatures are believed.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Expires = Annotated[
    datetime | None,
    typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="From then on it is not believed."),
]


@app.command()
def new(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="A new file; without it, signing.key beside the trusted keys."
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Whose it is; the file's name without it.")
    ] = None,
    expires: Expires = None,
    json: Json = False,
) -> None:
    """Make a signing key for its owner alone, and FILE.pub for everybody.

    The new key is trusted on this machine. Give FILE.pub, or the id, to whoever is to verify.
    """
    from clearreel.proofs.keyring import KeyRing
    from clearreel.proofs.keys import new_key, public_file

    ring = KeyRing.default()
    path = file or ring.path.with_name("signing.key")
    made = new_key(path)
    trusted = ring.trust(made.public, name or path.name, expires.date() if expires else None)
    if json:
        print_json({"id": trusted.id, "key": str(path), "public": str(public_file(path))})
        return
    print_lines(
        [
            f"key {trusted.id}",
            f"keep {path} to yourself, and give {public_file(path)} to everybody",
            f"sign with it: clearreel export FORMAT DATASET --to DIR --key {path}",
            "to approve in a role that a policy demands, it has to be named there, under "
            f'[approvers] of policy.toml: "{trusted.id}" = ["ROLE"]',
        ]
    )


@app.command("list")
def list_(json: Json = False) -> None:
    """Every key that was ever trusted here, revoked ones included."""
    from clearreel.proofs.keyring import KeyRing

    for key in KeyRing.default().keys().values():
        _tell(key, json)


@app.command()
def trust(
    name: Annotated[str, typer.Option(help="Whose it is.")],
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="A public key; without it, the public half of CLEARREEL_SIGNING_KEY.",
        ),
    ] = None,
    expires: Expires = None,
    json: Json = False,
) -> None:
    """Believe signatures of a key, once you have compared its id with what its owner publishes."""
    from clearreel.proofs.keyring import KeyRing
    from clearreel.proofs.keys import PublicKey, SigningKey

    if file is not None:
        key = PublicKey.read(file)
    else:
        own = SigningKey.find(None)
        if own is None:
            raise UsageError("there is no key to trust", hint="give a FILE.pub")
        key = own.public
    _tell(KeyRing.default().trust(key, name, expires.date() if expires else None), json)


@app.command()
def revoke(
    key_id: Annotated[
        str, typer.Argument(metavar="ID", help="Its id, or enough of its beginning.")
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; shown where it is refused.")],
    json: Json = False,
) -> None:
    """Never believe a key again, whenever it signed. This cannot be taken back."""
    from clearreel.proofs.keyring import KeyRing, today

    _tell(KeyRing.default().revoke(key_id, reason, today()), json)


def _tell(key: Trusted, json: bool) -> None:
    if json:
        print_json(asdict(key))
        return
    state = f"until {key.expires}" if key.expires else "trusted"
    if key.revoked:
        state = f"revoked on {key.revoked}: {key.reason}"
    print_lines([f"{key.id}  {key.name}  {state}"])
