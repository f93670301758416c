"""The `clearreel` command: its verbs, and what each error ends with."""

from __future__ import annotations

import io
import os
import sys
import traceback
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperGroup

from clearreel.cli import (
    approve,
    audit,
    clips,
    data_keys,
    disclose,
    export,
    keys,
    models,
    people,
    prove,
    recipes,
    report,
    run,
    samples,
    screening,
    shots,
    show,
    sources,
    takedown,
    verify,
)
from clearreel.core.errors import ClearreelError
from clearreel.core.version import __version__

INTERRUPTED = 130


class _Verbs(TyperGroup):
    """All verbs, with two ends that Typer would take for its own."""

    def invoke(self, ctx: Any) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt:
            print("stopped; what was finished is kept, the same command goes on", file=sys.stderr)  # noqa: T201
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            # Whoever read our output has enough, as `head` does. What is still in the buffer has
            # to go somewhere when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        return result


app = typer.Typer(
    cls=_Verbs,
    name="clearreel",
    help="The open video data factory: raw footage in, training-ready clips out, every second "
    "cleared.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("run")(run.run)
app.command("shots")(shots.shots)
app.command("show")(show.show)
app.command("clips")(clips.clips)
app.command("sources")(sources.sources)
app.command("report")(report.report)
app.command("audit")(audit.audit)
app.command("approve")(approve.approve)
app.command("export")(export.export)
app.command("prove")(prove.prove)
app.command("verify")(verify.verify)
app.command("takedown")(takedown.takedown)
app.add_typer(screening.app, name="screening")
app.command("people")(people.people)
app.add_typer(keys.app, name="keys")
app.add_typer(data_keys.app, name="data-keys")
app.command("disclose")(disclose.disclose)
app.add_typer(models.app, name="models")
app.add_typer(samples.app, name="samples")
app.add_typer(recipes.app, name="recipes")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"clearreel {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", is_eager=True, callback=_version, help="Show the version and exit."
    ),
) -> None:
    pass


def main() -> None:
    """Run the command line. Never returns: ends with the exit code of `clearreel.core.errors`."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names and terminals are of any kind
    try:
        app()
    except ClearreelError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except Exception:  # noqa: BLE001 (the last resort: an internal error is told as one)
        traceback.print_exc()
        print("clearreel: internal error; please report the lines above", file=sys.stderr)  # noqa: T201
        sys.exit(1)


def _tell(error: ClearreelError) -> None:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"[bold red]clearreel:[/] {escape(error.message)}")
    if error.hint:
        console.print(f"  [dim]→[/] {escape(error.hint)}")
