"""The `clearreel` command: its verbs, and what each error ends with."""

from __future__ import annotations

import sys
import traceback

import typer
from rich.console import Console
from rich.markup import escape

from clearreel.cli import clips, export, models, report, run, samples, shots, show, sources
from clearreel.core.errors import ClearreelError
from clearreel.core.version import __version__

INTERRUPTED = 130

app = typer.Typer(
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
app.command("export")(export.export)
app.add_typer(models.app, name="models")
app.add_typer(samples.app, name="samples")


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
    try:
        app()
    except ClearreelError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("stopped; what was finished is kept, the same command goes on", file=sys.stderr)  # noqa: T201
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has enough, as `head` does.
        sys.stderr.close()
        sys.exit(0)
    except Exception:  # noqa: BLE001 (the last resort: an internal error is told as one)
        traceback.print_exc()
        print("clearreel: internal error; please report the lines above", file=sys.stderr)  # noqa: T201
        sys.exit(1)


def _tell(error: ClearreelError) -> None:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"[bold red]clearreel:[/] {escape(error.message)}")
    if error.hint:
        console.print(f"  [dim]→[/] {escape(error.hint)}")
