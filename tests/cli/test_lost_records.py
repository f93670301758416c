"""A deny-list or a checkpoint that was lost: refused, told by the audit, and the way on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clearreel.stores.ledger import Ledger

Typed = Callable[..., Any]


@pytest.fixture(scope="module")
def denied(typed: Typed, clearreel: Any, made: Path, films: Path, folder: Path) -> Path:
    """Of two films, one was taken down by its source's id. Not to be changed."""
    into = Path(shutil.copytree(made, folder / "denied"))
    assert clearreel.run(films / "b.mp4", into=into).code == 0
    assert typed("keys", "new", "ours.key", "--name", "Ada Film").code == 0
    [source] = {row["source_id"] for row in clips(typed, into) if row["path"].endswith("a.mp4")}
    assert typed(*take_down(into, source)).code == 0
    return into


@pytest.fixture
def dataset(denied: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(denied, tmp_path / "set"))


def clips(typed: Typed, dataset: Path) -> list[dict[str, Any]]:
    return list(typed("clips", dataset, "--json").lines)


def take_down(dataset: Path, source: str) -> list[Any]:
    return ["takedown", dataset, "--source", source, "--reason", "Ada asks"]


def file_of(dataset: Path) -> Path:
    [file] = [one for one in (dataset / "takedowns").glob("*.json") if "receipt" not in one.name]
    return file


def denied_source(dataset: Path) -> str:
    source: str = json.loads(file_of(dataset).read_text())["sources"][0]
    return source


def refused(typed: Typed, dataset: Path, films: Path, folder: Path, *told: str) -> str:
    """Nothing is let in, signed, let out or carried out; the last error, and the audit's words."""
    before = (dataset / "ledger.jsonl").read_bytes()
    out = dataset.with_name("out")
    audited = typed("audit", dataset)
    assert audited.code == 3, audited.output
    for words in told:
        assert words in audited.output, (words, audited.output)
    [clip, *_] = [row["clip_id"] for row in clips(typed, dataset)]
    one = typed("audit", dataset, clip)
    assert one.code == 3 and told[0] in one.output and ": lapsed: " in one.output
    for asked in (
        ["run", films, "--into", dataset, "--license", "owned"],
        ["run", films, "--into", dataset, "--license", "owned", "--dry-run"],
        ["export", "folder", dataset, "--to", out],
        ["export", "folder", dataset, "--to", out, "--key", folder / "ours.key"],
        [
            *("approve", dataset, "--purpose", "commercial-training"),
            *("--role", "rights", "--key", folder / "ours.key"),
        ],
        ["takedown", dataset, "--accept", "a/b"],
        ["takedown", dataset, "--dismiss", "a/b"],
    ):
        ended = typed(*asked)
        assert (ended.code, ended.output) == (5, ""), (asked, ended.errors)
        assert told[0] in ended.errors and f"clearreel audit {dataset}" in ended.errors, asked
    assert not out.exists() and (dataset / "ledger.jsonl").read_bytes() == before
    return str(ended.errors)


# ---- the deny-list -------------------------------------------------------------------------------


def without(dataset: Path) -> str:
    for path in (dataset / "takedowns").iterdir():
        path.unlink()
    return "is gone"


def of_another(dataset: Path) -> str:
    return changed(dataset, "sources", lambda sources: ["0" * 32])


def without_looks(dataset: Path) -> str:
    changed(dataset, "looks", lambda looks: {})
    return "its fingerprints are others"


def with_addresses(dataset: Path) -> str:
    changed(dataset, "addresses", lambda addresses: ["/nowhere"])
    return "what was demanded is another"


def changed(dataset: Path, key: str, change: Callable[[Any], Any]) -> str:
    file = file_of(dataset)
    value = json.loads(file.read_text())
    file.write_text(json.dumps(value | {key: change(value[key])}))
    return "the ledger has it deny"


@pytest.mark.parametrize("damage", [without, of_another, without_looks, with_addresses])
def test_a_deny_list_that_is_not_what_it_was(
    typed: Typed, dataset: Path, films: Path, folder: Path, damage: Callable[[Path], str]
) -> None:
    source, file = denied_source(dataset), file_of(dataset)
    told = damage(dataset)
    errors = refused(typed, dataset, films, folder, told)
    assert f"clearreel takedown {dataset} --source {source}" in errors
    file.unlink(missing_ok=True)
    # Demanded once more, by the command that was told, all of it is denied as before.
    ended = typed(*take_down(dataset, source))
    assert ended.code in (0, 3), ended.errors
    assert typed("audit", dataset).code == 0
    assert typed("run", films / "a.mp4", "--into", dataset, "--license", "owned").code in (3, 4)
    assert not [row for row in clips(typed, dataset) if row["source_id"] == source]


def test_another_demand_is_denied_and_waits(
    typed: Typed, dataset: Path, films: Path, folder: Path
) -> None:
    first = denied_source(dataset)
    without(dataset)
    other = clips(typed, dataset)[0]["source_id"]
    ended = typed(*take_down(dataset, other))
    assert ended.code == 5 and "denies from now on" in ended.errors and "is gone" in ended.errors
    assert clips(typed, dataset), "it is not carried out"
    assert json.loads(file_of(dataset).read_text())["sources"] == [other]
    assert typed(*take_down(dataset, first)).code in (0, 3)
    assert typed(*take_down(dataset, other)).code in (0, 3)
    assert typed("audit", dataset).code == 0


def test_a_lost_demand_of_a_file_can_be_made_of_what_it_denied(
    typed: Typed, made: Path, films: Path, tmp_path: Path
) -> None:
    dataset = Path(shutil.copytree(made, tmp_path / "set"))
    assert typed("takedown", dataset, "--file", films / "a.mp4", "--reason", "her wish").code == 0
    source = denied_source(dataset)
    without(dataset)
    assert f"demand what it denied: --source {source}" in typed("audit", dataset).output
    assert typed(*take_down(dataset, source)).code in (0, 3)
    assert typed("audit", dataset).code == 0


def as_before(dataset: Path) -> None:
    """The ledger's rows of takedowns as versions wrote them that did not record what is denied."""
    rows = list(Ledger(dataset).rows())
    for name in ("ledger.jsonl", "ledger.checkpoint"):
        (dataset / name).unlink()
    for receipt in (dataset / "takedowns").glob("*.receipt.json"):
        receipt.unlink()
    for row in rows:
        new = {"near", "looks_sha256", "named_sha256"}
        new |= {"sources"} if row["detail"].get("step") == "demanded" else set()
        kept = {key: value for key, value in row["detail"].items() if key not in new}
        Ledger(dataset).append(row["kind"], kept)


@pytest.mark.parametrize("damage", [without, of_another])
def test_rows_that_were_written_before(
    typed: Typed, dataset: Path, films: Path, folder: Path, damage: Callable[[Path], str]
) -> None:
    as_before(dataset)
    assert typed("audit", dataset).code == 0
    refused(typed, dataset, films, folder, damage(dataset))


# ---- the checkpoint ------------------------------------------------------------------------------


def test_a_ledger_whose_checkpoint_is_gone(
    typed: Typed, dataset: Path, films: Path, folder: Path
) -> None:
    (dataset / "ledger.checkpoint").unlink()
    errors = refused(typed, dataset, films, folder, "ledger.checkpoint, which lay beside it, is")
    assert f"clearreel audit {dataset} --ledger-is-whole" in errors
    asked = take_down(dataset, clips(typed, dataset)[0]["source_id"])
    ended = typed(*asked)
    assert ended.code == 5 and "ledger.checkpoint" in ended.errors
    assert "is gone" not in typed("audit", dataset, "--ledger-is-whole").output
    assert typed("export", "folder", dataset, "--to", dataset.with_name("out")).code in (3, 4)
    assert typed(*asked).code in (0, 3)
    ended = typed("audit", dataset, "--ledger-is-whole")
    assert ended.code == 2 and "is not gone" in ended.errors
    assert typed("audit", dataset).code == 0


@pytest.mark.parametrize("checkpoint", ["gone", "put back"])
def test_a_receipt_knows_of_more_rows(
    typed: Typed, dataset: Path, films: Path, folder: Path, checkpoint: str
) -> None:
    ledger = dataset / "ledger.jsonl"
    rows = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join(rows[:-2]))
    (dataset / "ledger.checkpoint").unlink()
    more = "2 are missing at its end"
    if checkpoint == "gone":
        told = ["ledger.checkpoint, which lay beside it, is", more]
    else:
        *_, (_, reached) = Ledger(dataset).history()
        (dataset / "ledger.checkpoint").write_text(f"{reached}\n")
        told = [more]
    refused(typed, dataset, films, folder, *told)
    ended = typed("audit", dataset, "--ledger-is-whole")
    assert ended.code == (5 if checkpoint == "gone" else 2)
    ended = typed(*take_down(dataset, clips(typed, dataset)[0]["source_id"]))
    assert ended.code == 5 and ledger.read_bytes() == b"".join(rows[:-2]), "no row is added"


def test_a_receipt_that_cannot_be_read(
    typed: Typed, dataset: Path, films: Path, folder: Path
) -> None:
    [receipt] = (dataset / "takedowns").glob("*.receipt.json")
    receipt.write_bytes(receipt.read_bytes()[:-20])
    refused(typed, dataset, films, folder, "cannot be read, and it tells how many rows")
