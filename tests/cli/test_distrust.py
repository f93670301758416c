"""What is not to be believed, and is refused with the command that explains it.

A clock that was set back, keys that are over, a ledger that was changed or cut off. Certificates
that are over are among the tests of content credentials.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from clearreel import api
from clearreel.proofs.keyring import KeyRing
from clearreel.stores import clock

Typed = Callable[..., Any]


@pytest.fixture(scope="module")
def trusted(typed: Typed, folder: Path) -> Path:
    """A key that is believed until a test says otherwise."""
    assert typed("keys", "new", "ours.key", "--name", "Ada Film").code == 0
    return folder / "ours.key"


@pytest.fixture
def dataset(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "set"))


@pytest.fixture
def key(trusted: Path, folder: Path) -> Any:
    """The key; what is said of it in the test is forgotten after."""
    ring = folder / "config" / "clearreel" / "keys.json"
    before = ring.read_bytes()
    yield trusted
    ring.write_bytes(before)


def let_in_or_out(dataset: Path, films: Path, key: Path, tmp_path: Path) -> dict[str, list[Any]]:
    """Commands that let footage in, sign for it, or let it out."""
    return {
        "run": ["run", films / "b.mp4", "--into", dataset, "--license", "owned"],
        "dry": ["run", films / "b.mp4", "--into", dataset, "--license", "owned", "--dry-run"],
        "export": ["export", "folder", dataset, "--to", tmp_path / "out"],
        "signed": ["export", "folder", dataset, "--to", tmp_path / "out", "--key", key],
        "approve": [
            *("approve", dataset, "--purpose", "commercial-training"),
            *("--role", "rights", "--key", key),
        ],
    }


LETTING = ("run", "dry", "export", "signed", "approve")


# ---- the clock -----------------------------------------------------------------------------------


@pytest.fixture
def set_back(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Lets the machine's clock show an earlier time."""
    real = clock.shown

    def set_clock(by: timedelta) -> None:
        monkeypatch.setattr(clock, "shown", lambda: real() - by)

    return set_clock


@pytest.mark.parametrize("what", LETTING)
def test_a_clock_that_was_set_back(
    typed: Typed,
    dataset: Path,
    films: Path,
    key: Path,
    tmp_path: Path,
    set_back: Any,
    what: str,
) -> None:
    set_back(timedelta(days=1))
    before = (dataset / "ledger.jsonl").read_bytes()
    ended = typed(*let_in_or_out(dataset, films, key, tmp_path)[what])
    assert (ended.code, ended.output) == (5, "") and "it was set back" in ended.errors
    assert f"clearreel audit {dataset} --clock-is-right" in ended.errors
    assert (dataset / "ledger.jsonl").read_bytes() == before
    assert not (tmp_path / "out").exists()


def test_whose_clock_is_right_says_a_person(
    typed: Typed, dataset: Path, tmp_path: Path, set_back: Any
) -> None:
    export = ("export", "folder", dataset, "--to", tmp_path / "out")
    ended = typed("audit", dataset, "--clock-is-right")
    assert ended.code == 2 and "no row" in ended.errors
    set_back(timedelta(days=1))
    ended = typed("audit", dataset)
    assert ended.code == 3 and "it was set back" in ended.output
    ended = typed("audit", dataset, "--clock-is-right")
    assert ended.code == 0 and "it was set back" not in ended.output
    assert typed(*export).code == 0
    set_back(timedelta(days=2))
    assert typed("audit", dataset).code == 0, "nothing is dated after what a person has said"


def test_what_denies_goes_on_whatever_the_clock_shows(
    typed: Typed, dataset: Path, films: Path, set_back: Any
) -> None:
    set_back(timedelta(days=1))
    asked = ("takedown", dataset, "--file", films / "a.mp4", "--reason", "Ada asks")
    assert typed(*asked).code == 0
    assert typed("people", dataset, "--erase", "Ada asks", "--yes").code == 0


def test_a_takedown_signs_nothing_while_the_clock_is_behind(
    clearreel: Any,
    typed: Typed,
    dataset: Path,
    films: Path,
    key: Path,
    tmp_path: Path,
    set_back: Any,
) -> None:
    """Else a key that has expired since would sign."""
    assert clearreel.run(films / "b.mp4", into=dataset).code == 0
    out = tmp_path / "out"
    assert typed("export", "folder", dataset, "--to", out, "--key", key).code == 0
    set_back(timedelta(days=1))
    asked = ("takedown", dataset, "--file", films / "a.mp4", "--reason", "Ada asks", "--key", key)
    ended = typed(*asked)
    assert ended.code == 3 and "the clock was behind" in ended.output
    assert (out / "manifest.json").exists() and not (out / "statement.dsse.json").exists()


def test_a_clock_that_is_a_little_behind(typed: Typed, dataset: Path, set_back: Any) -> None:
    set_back(timedelta(minutes=4))
    assert typed("audit", dataset).code == 0


def test_a_release_of_the_future(
    typed: Typed, dataset: Path, films: Path, key: Path, tmp_path: Path, set_back: Any
) -> None:
    """Else a clock that was set back would have an expired key believed."""
    out, proof = tmp_path / "out", tmp_path / "a.proof"
    assert typed("export", "folder", dataset, "--to", out, "--key", key).code == 0
    assert typed("prove", out, "--file", films / "a.mp4", "-o", proof).code == 0
    set_back(timedelta(days=1))
    for path in (out, proof):
        ended = typed("verify", path, "--json")
        assert ended.code == 8 and "the clock here shows" in ended.lines[0]["problem"]
        assert "date -u" in ended.lines[0]["next"]


# ---- keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_a_key_that_is_over(
    typed: Typed, dataset: Path, films: Path, key: Path, tmp_path: Path, folder: Path, how: str
) -> None:
    out, proof = tmp_path / "out", tmp_path / "a.proof"
    assert typed("export", "folder", dataset, "--to", out, "--key", key).code == 0
    assert typed("prove", out, "--file", films / "a.mp4", "-o", proof).code == 0
    assert typed("verify", out).code == typed("verify", proof).code == 0
    public = f"{key}.pub"
    if how == "expired":
        said = ("keys", "trust", public, "--name", "Ada Film", "--expires", "2020-01-01")
        told = "(Ada Film) expired on 2020-01-01"
    else:
        ring = KeyRing(folder / "config" / "clearreel" / "keys.json")
        [own] = [one.id for one in ring.keys().values() if one.name == "Ada Film"]
        said, told = ("keys", "revoke", own[:16], "--reason", "stolen"), "(Ada Film) was revoked on"
    assert typed(*said).code == 0

    for path in (out, proof):
        for given in ((), ("--key", public)):
            ended = typed("verify", path, *given)
            assert ended.code == 8 and told in ended.errors, (path, given)
            assert "clearreel keys list" in ended.errors
    commands = let_in_or_out(dataset, films, key, tmp_path / "more")
    commands["takedown"] = [
        *("takedown", dataset, "--file", films / "a.mp4", "--reason", "a letter", "--key", key)
    ]
    for what in ("signed", "approve", "takedown"):
        ended = typed(*commands[what])
        assert (ended.code, ended.output) == (8, "") and told in ended.errors, what
        assert "clearreel keys new FILE" in ended.errors
    assert "denies from now on" in ended.errors and list(dataset.glob("takedowns/*.json"))
    assert typed(*commands["takedown"][:-2]).code in (0, 3), "without the key it is carried out"
    if how == "revoked":
        ended = typed("keys", "trust", public, "--name", "Ada Film")
        assert ended.code == 2 and "was revoked on" in ended.errors


# ---- the ledger ----------------------------------------------------------------------------------


def changed(ledger: Path) -> str:
    ledger.write_bytes(ledger.read_bytes().replace(b'"sources":1', b'"sources":2', 1))
    return "does not hold"


def cut_off(ledger: Path) -> str:
    ledger.write_bytes(b"".join(ledger.read_bytes().splitlines(keepends=True)[:-1]))
    return "1 are missing at its end"


def torn(ledger: Path) -> str:
    ledger.write_bytes(ledger.read_bytes()[:-9])
    return "1 are missing at its end"


def lost(ledger: Path) -> str:
    ledger.unlink()
    return "2 are missing at its end"


@pytest.mark.parametrize("damage", [changed, cut_off, torn, lost])
def test_a_ledger_that_is_not_what_it_was(
    typed: Typed,
    dataset: Path,
    films: Path,
    key: Path,
    tmp_path: Path,
    damage: Callable[[Path], str],
) -> None:
    commands = let_in_or_out(dataset, films, key, tmp_path)
    assert typed(*commands["approve"]).code == 0  # a second row
    ledger = dataset / "ledger.jsonl"
    whole = ledger.read_bytes()
    told = damage(ledger)
    damaged = ledger.read_bytes() if ledger.exists() else b""

    for what in LETTING:
        ended = typed(*commands[what])
        assert ended.code == 5 and told in ended.errors, (what, ended.errors)
        assert f"clearreel audit {dataset}" in ended.errors
        assert not ended.output and not (tmp_path / "out").exists()
    ended = typed("people", dataset)
    assert ended.code == 5 and told in ended.errors
    ended = typed("audit", dataset, "--json")
    assert ended.code == 3 and told in ended.lines[0]["problems"][0]["problem"]
    assert ended.lines[0]["checkpoint"] == ""
    asked = ("takedown", dataset, "--file", films / "a.mp4", "--reason", "a letter")
    ended = typed(*asked)
    assert ended.code == 5 and told in ended.errors
    assert api.open(dataset).catalog.rows("clips"), "it is not carried out"
    [denied] = (dataset / "takedowns").glob("*.json")
    assert json.loads(denied.read_text())["sources"], "and denied all the same"
    assert (ledger.read_bytes() if ledger.exists() else b"") == damaged, "nothing is mended"

    ledger.write_bytes(whole)
    assert typed(*asked).code == 0
    assert typed("audit", dataset).code == 0


def test_a_ledger_that_was_put_back_with_its_checkpoint(
    typed: Typed, dataset: Path, key: Path
) -> None:
    """What only a line that somebody keeps elsewhere can show."""
    older = {name: (dataset / name).read_bytes() for name in ("ledger.jsonl", "ledger.checkpoint")}
    said = ("approve", dataset, "--purpose", "commercial-training", "--role", "rights")
    assert typed(*said, "--key", key).code == 0
    line = typed("audit", dataset, "--json").lines[0]["checkpoint"]
    for name, content in older.items():
        (dataset / name).write_bytes(content)
    assert typed("audit", dataset).code == 0
    ended = typed("audit", dataset, "--checkpoint", line)
    assert ended.code == 3 and "1 are missing at its end" in ended.output
