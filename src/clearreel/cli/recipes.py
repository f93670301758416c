"""`clearreel recipes`: the shipped recipes, to read and to start one's own from."""

from __future__ import annotations

from typing import Annotated

import typer

from clearreel.cli.output import Json, print_json, print_lines

app = typer.Typer(
    help="The shipped recipes: what they measure, and what they keep.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list")
def list_(json: Json = False) -> None:
    """Every shipped recipe in a line."""
    from clearreel.recipes.reading import load, shipped

    for name in shipped():
        recipe = load(name)
        if json:
            stages = [measure.name for measure in recipe.measures]
            about = {"name": name, "description": recipe.description, "origin": recipe.origin}
            print_json(about | {"detector": recipe.detector.name, "measures": stages})
        else:
            print_lines([f"{name:<10} {recipe.description}"])


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As recipes list shows.")],
    json: Json = False,
) -> None:
    """Print a recipe's file: redirect it to a file of your own, change it, give it to --recipe."""
    from clearreel.recipes.reading import source

    text = source(name)
    if json:
        print_json({"name": name, "toml": text})
    else:
        print_lines(text.splitlines())
