"""Paste into the documents what the program itself says, so that they cannot drift.

    python tools/paste_help.py            write the documents
    python tools/paste_help.py --check    fail when a document is not what would be written

A document holds blocks between `<!-- paste: NAME -->` and `<!-- end -->`; NAME is one of
`help VERB`, `verbs`, `exit-codes`, `stages`, `recipes`, `facts`, `weights`, `samples`, `uses`,
`policy`.
"""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
BLOCK = re.compile(r"(<!-- paste: (?P<name>[^>]+?) -->\n).*?(<!-- end -->)", re.DOTALL)
WIDTH = "96"


def main() -> int:
    """Write or check all documents; the exit code."""
    check = sys.argv[1:] == ["--check"]
    stale = []
    for path in DOCUMENTS:
        old = path.read_text("utf-8")
        new = BLOCK.sub(lambda match: match[1] + paste(match["name"]) + match[3], old)
        if new != old:
            stale.append(path.relative_to(ROOT))
            if not check:
                path.write_text(new, "utf-8")
    for name in stale:
        print(f"{'stale' if check else 'written'}: {name}")
    if check and stale:
        print("write them with: python tools/paste_help.py")
    return int(check and bool(stale))


def paste(name: str) -> str:
    """What stands between the markers of a block."""
    kind, _, rest = name.partition(" ")
    if kind == "help":
        return f"```console\n$ clearreel {rest} --help\n{_help(rest.split())}\n```\n"
    return {
        "verbs": _verbs,
        "exit-codes": _exit_codes,
        "stages": _stages,
        "facts": _facts,
        "recipes": _recipes,
        "weights": _weights,
        "samples": _samples,
        "uses": _uses,
        "policy": _policy,
    }[kind]()


def verbs() -> Iterator[list[str]]:
    """Every verb of the command line, those of groups included."""
    from clearreel.cli.main import app

    for command in app.registered_commands:
        yield [str(command.name)]
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for command in group.typer_instance.registered_commands:
            assert command.callback is not None
            yield [str(group.name), command.name or command.callback.__name__]


def _help(words: list[str]) -> str:
    environment = {**os.environ, "COLUMNS": WIDTH, "NO_COLOR": "1", "TERM": "dumb"}
    command = [sys.executable, "-m", "clearreel", *words, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def _verbs() -> str:
    parts = []
    for words in verbs():
        name = " ".join(words)
        parts.append(f"### clearreel {name}\n\n{paste(f'help {name}')}")
    return "\n".join(parts)


def _exit_codes() -> str:
    from clearreel.cli.main import INTERRUPTED
    from clearreel.core import errors

    rows = {0: "everything was done", 1: "an internal error: a defect of clearreel"}
    for _, kind in inspect.getmembers(errors, inspect.isclass):
        # The most general error of each code describes it.
        if issubclass(kind, errors.ClearreelError) and errors.ClearreelError in kind.__bases__:
            rows[kind.exit_code] = _sentence(kind)
    rows[INTERRUPTED] = "stopped by Ctrl-C; what was finished is kept"
    return _table(("code", "meaning"), [(str(code), rows[code]) for code in sorted(rows)])


def _stages() -> str:
    from clearreel.stages.contract import Measure
    from clearreel.stages.registry import stage_types

    rows = []
    for name, kind in stage_types().items():
        settings = ", ".join(f"`{key} = {value}`" for key, value in kind().settings.items())
        adds = ", ".join(f.name for f in kind.adds) if issubclass(kind, Measure) else "shots"
        rows.append((f"`{name}`", _sentence(kind), adds, settings, ", ".join(kind.weights)))
    return _table(("stage", "what it does", "adds", "settings", "weights"), rows)


def _facts() -> str:
    from clearreel.stages.contract import Measure
    from clearreel.stages.registry import stage_types
    from clearreel.stores.schema import BASE_FACTS

    rows = [(f"`{f.name}`", f.unit, "every clip", f.description) for f in BASE_FACTS]
    for name, kind in stage_types().items():
        if issubclass(kind, Measure):
            rows += [(f"`{f.name}`", f.unit, name, f.description) for f in kind.adds]
    return _table(("fact", "unit", "stage", "meaning"), rows)


def _recipes() -> str:
    from clearreel.recipes.reading import load, shipped

    parts = []
    for name in shipped():
        recipe = load(name)
        clips = recipe.clips
        rules = [
            (f"`{r.fact}`", _bounds(r), r.reason, r.origin, "no" if r in recipe.rules else "yes")
            for r in (*recipe.rules, *recipe.not_applied)
        ]
        text = (
            f"### {name}\n\n{recipe.description} Source: {recipe.origin}.\n\n"
            f"Shots by `{recipe.detector.name}`; clips of {float(clips.min_seconds):g} to "
            f"{float(clips.max_seconds):g} s; measures: "
            f"{', '.join(f'`{m.name}`' for m in recipe.measures)}.\n\n"
        )
        header = ("fact", "kept", "otherwise", "number from", "waits for a stage")
        parts.append(text + _table(header, rules))
    return "\n".join(parts)


def _bounds(rule: object) -> str:
    names = {"min": "at least", "max": "at most", "min_quantile": "not in the lowest share"}
    text = [f"{w} {getattr(rule, n):g}" for n, w in names.items() if getattr(rule, n) is not None]
    sides = {"min_side": "from", "max_side": "up to"}
    tier = [f"{w} {getattr(rule, n)} px" for n, w in sides.items() if getattr(rule, n) is not None]
    return ", ".join(text) + (f" ({' '.join(tier)})" if tier else "")


def _weights() -> str:
    from clearreel.models.catalog import WEIGHTS

    rows = [(f"`{w.name}`", w.purpose, w.license, w.training_data) for w in WEIGHTS.values()]
    return _table(("weights", "purpose", "licence", "trained on"), rows)


def _samples() -> str:
    from clearreel.pinned.samples import samples

    rows = [
        (f"`{s.name}`", s.license or "not documented", s.attribution, s.note) for s in samples()
    ]
    return _table(("sample", "licence", "attribution", "what it shows"), rows)


def _uses() -> str:
    from clearreel.rights.uses import USES

    return _table(("use", "meaning"), [(f"`{u.name}`", u.description) for u in USES.values()])


def _policy() -> str:
    from clearreel.rights.policy import default_policy

    return f"```toml\n{default_policy().text}```\n"


def _sentence(kind: type) -> str:
    return inspect.getdoc(kind).split("\n\n")[0].replace("\n", " ")  # type: ignore[union-attr]


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(_cell(c) for c in line)} |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main())
