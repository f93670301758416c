"""A release that a takedown has replaced holds, and is not to be used."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clearreel import api
from clearreel.proofs.replaced import ReplacedError

Typed = Callable[..., Any]


@pytest.fixture(scope="module")
def world(
    clearreel: Any, typed: Typed, films: Path, tmp_path_factory: pytest.TempPathFactory
) -> SimpleNamespace:
    """A data set of two films, its release after one was taken down, the receipt, and an old copy.

    Each lies in a folder of its own. Not to be changed.
    """
    places = {name: tmp_path_factory.mktemp(name) for name in ("set", "new", "old", "mail")}
    dataset, release = places["set"] / "set", places["new"] / "out"
    ended = clearreel.run(films / "a.mp4", films / "b.mp4", into=dataset)
    assert ended.code == 0, ended.errors
    assert typed("keys", "new", "a.key", "--name", "Ada Film").code == 0
    assert typed("export", "folder", dataset, "--to", release, "--key", "a.key").code == 0
    old = Path(shutil.copytree(release, places["old"] / "copy"))
    asked = ("--file", films / "b.mp4", "--reason", "a letter", "--key", "a.key")
    ended = typed("takedown", dataset, *asked, "--json")
    assert ended.code == 0, ended.errors
    receipt = Path(shutil.copy(ended.lines[0]["receipt"], places["mail"] / "received"))
    return SimpleNamespace(
        dataset=dataset, release=release, old=old, receipt=receipt, id=ended.lines[0]["id"]
    )


def test_nothing_tells_of_it_where_nothing_is_known(typed: Typed, world: SimpleNamespace) -> None:
    for path in (world.old, world.release):
        ended = typed("verify", path)
        assert ended.code == 0 and "replaced" not in ended.output


# By what tells: what is typed beside the old copy, and what is told of the release in its place.
TELLING: dict[str, tuple[Callable[[SimpleNamespace], list[Any]], str]] = {
    "receipt": (lambda world: [world.receipt], "by version 2.0.0 in "),
    "release": (lambda world: [world.release], "by version 2.0.0 in "),
    "data set": (lambda world: ["--dataset", world.dataset], "by the release with the statement "),
}


@pytest.mark.parametrize("name", TELLING)
def test_what_is_named_beside_it_tells(typed: Typed, world: SimpleNamespace, name: str) -> None:
    beside, by = TELLING[name]
    ended = typed("verify", world.old, *beside(world))
    assert ended.code == 8
    told = f"holds, but was replaced {by}"
    [line] = [line for line in ended.output.splitlines() if told in line]
    assert line.endswith(f"after takedown {world.id}: do not use it")
    assert told in ended.errors and "get the newest from its publisher" in ended.errors
    if name == "data set":
        assert ended.output.splitlines()[0].startswith(f"{world.old} holds: ")
        assert ended.output.splitlines()[1] == line
    else:
        other = [one for one in ended.output.splitlines() if one != line]
        assert line.startswith(f"REPLACED: {world.old}: ") and other[0].startswith("holds: ")

    [first, *_] = typed("verify", world.old, *beside(world), "--json").lines
    assert first["holds"] is True and first["replaced"]["takedown"] == world.id
    assert "do not use it" in first["problem"]


@pytest.mark.parametrize("name", ["dataset", "release"])
def test_what_lies_in_the_same_folder_tells(
    typed: Typed, world: SimpleNamespace, tmp_path: Path, name: str
) -> None:
    old = Path(shutil.copytree(world.old, tmp_path / "old"))
    assert typed("verify", old).code == 0
    shutil.copytree(getattr(world, name), tmp_path / "other")
    ended = typed("verify", old)
    assert ended.code == 8 and f"after takedown {world.id}" in ended.output.splitlines()[1]


def test_a_receipt_in_the_same_folder_tells(
    typed: Typed, world: SimpleNamespace, tmp_path: Path
) -> None:
    old = Path(shutil.copytree(world.old, tmp_path / "old"))
    (tmp_path / "damaged.receipt.json").write_text('{"type": []')
    assert typed("verify", old).code == 0
    shutil.copy(world.receipt, tmp_path / "x.receipt.json")
    assert typed("verify", old).code == 8


def test_a_program_is_told_too(world: SimpleNamespace, typed: Typed, folder: Path) -> None:
    key = folder / "a.key.pub"
    assert api.verify(world.old, key=key)
    with pytest.raises(ReplacedError) as raised:
        api.verify(world.old, key=key, beside=[world.receipt])
    again = pickle.loads(pickle.dumps(raised.value))
    assert (again.message, again.replaced.takedown) == (raised.value.message, world.id)
    assert api.verify(world.release, key=key, beside=[world.receipt, world.dataset])
