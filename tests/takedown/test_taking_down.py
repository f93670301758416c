"""A source goes, with everything that came from it, and does not come back."""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from filmset import believed, grep, hashes, held, source_named

from clearreel.core.errors import DatasetError, NothingProducedError, UsageError
from clearreel.core.identity import source_id
from clearreel.disclosures import disclose
from clearreel.exports import export, formats
from clearreel.exports.selection import select
from clearreel.proofs.approval import Approval
from clearreel.proofs.approvals import keep
from clearreel.proofs.keyring import KeyRing
from clearreel.proofs.keys import SigningKey
from clearreel.proofs.layout import MANIFEST, STATEMENT
from clearreel.proofs.verifying import verify, verify_release
from clearreel.report.page import write_report
from clearreel.report.recorded import Recorded
from clearreel.rights.signals.recorded import record_beside
from clearreel.stores.catalog import Catalog
from clearreel.stores.clock import now
from clearreel.stores.ledger import Ledger
from clearreel.stores.takedowns import Takedowns
from clearreel.takedown.carrying_out import take_down
from clearreel.takedown.demand import Demand, demanded
from clearreel.takedown.receipts import lines, problems

REASON = "Ada Lovelace asks for it: she is in it"


def test_no_byte_is_left(
    catalog: Catalog, released: Callable[[str], Path], key: SigningKey
) -> None:
    source = source_named(catalog, "b")
    what = held(catalog, source)
    write_report(catalog, catalog.folder / "report.html")
    folders = [catalog.folder, *map(released, formats())]
    before = grep(what, *folders)
    assert {name.split()[0] for name in before} == {"media", "thumbnail", "caption", "embedding"}
    media = f"media {what.clips[0]}"
    assert len(before[media]) == len(folders), "the search itself finds it everywhere"

    receipt = take_down(catalog, Demand("source", source), REASON, key=key)
    assert problems(receipt) == []
    assert grep(what, *folders) == {}
    assert receipt["search"]["found"] == {} and receipt["search"]["hidden_rows"] == {}
    assert receipt["search"]["pieces"] >= 3 * len(what.clips)
    assert not (catalog.folder / "report.html").exists()
    assert not list(catalog.folder.rglob("*.samples"))

    assert catalog.rows("clips", where=f"source_id = '{source}'") == []
    assert source not in {row["source_id"] for row in catalog.rows("places")}
    assert not set(what.clips) & set(catalog.vectors("embedding")[0])
    [row] = catalog.rows("sources", where=f"source_id = '{source}'")
    assert row["status"] == "refused" and "taken down" in row["reason"]
    left = {name: value for name, value in row.items() if value not in (None, "")}
    assert set(left) == {"source_id", "sha256", "status", "reason", "visited"}


def test_a_disclosure_in_the_data_set_goes_and_one_elsewhere_is_named_in_general(
    catalog: Catalog, tmp_path: Path
) -> None:
    source, at = source_named(catalog, "b"), datetime.now(UTC)
    inside, elsewhere = catalog.folder / "told" / "croissant.json", tmp_path / "credits.csv"
    disclose(catalog, "croissant", at).write(inside)
    disclose(catalog, "attribution", at).write(elsewhere)
    own = catalog.folder / "notes.md"
    own.write_text("a person's own")
    assert "b.mp4" in inside.read_text() and "b.mp4" in elsewhere.read_text()
    receipt = take_down(catalog, Demand("source", source), REASON)
    assert not inside.exists() and elsewhere.exists() and own.exists()
    assert any(line.startswith("the disclosure told/croissant.json") for line in receipt["by_hand"])
    assert any("clearreel disclose -o` outside" in line for line in receipt["by_hand"])
    assert str(elsewhere) not in json.dumps(receipt)
    disclose(catalog, "croissant", at).write(inside)
    again = take_down(catalog, Demand("source", source), REASON)
    assert again == receipt and inside.exists(), "what is written anew does not know of it"
    assert "b.mp4" not in inside.read_text()


def test_nothing_else_of_the_packs_changes(catalog: Catalog) -> None:
    source = source_named(catalog, "b")
    before = hashes(catalog.folder / "packs")
    others = catalog.rows("clips", where=f"source_id != '{source}'")
    take_down(catalog, Demand("source", source), REASON)
    after = hashes(catalog.folder / "packs")
    assert after == {name: sha for name, sha in before.items() if source not in name}
    assert len(after) == len(before) - 1
    assert catalog.rows("clips") == others


def members(shard: Path) -> dict[str, bytes]:
    """Of a tar: header and content of each, as they lie there."""
    content = shard.read_bytes()
    with tarfile.open(shard) as tar:
        return {m.name: content[m.offset : m.offset_data + m.size] for m in tar}


def test_a_release_of_shards_is_rewritten_where_it_held_it(
    catalog: Catalog, released: Callable[[str], Path], key: SigningKey
) -> None:
    source = source_named(catalog, "b")
    clips = set(held(catalog, source).clips)
    release = released("webdataset")
    before = {path.name: members(path) for path in release.glob("*.tar")}
    inodes = {path.name: path.stat().st_ino for path in release.glob("*.tar")}
    old = verify_release(release, believed(key)).statement
    receipt = take_down(catalog, Demand("source", source), REASON, key=key)

    [row] = receipt["releases"]
    holding = {name for name, has in before.items() if {m.split(".")[0] for m in has} & clips}
    assert set(row["touched"]) == holding and 0 < len(holding) < len(before)
    for path in release.glob("*.tar"):
        stay = {n: c for n, c in before[path.name].items() if n.split(".")[0] not in clips}
        assert members(path) == stay
        assert (path.stat().st_ino == inodes[path.name]) == (path.name not in holding)
        assert path.stat().st_size % tarfile.RECORDSIZE == 0

    new = verify_release(release, believed(key))
    assert new.statement.clips.count == old.clips.count - len(clips)
    assert new.statement.sources.count == old.sources.count - 1
    manifest = json.loads((release / MANIFEST).read_text())
    assert manifest["version"] == row["version"] == "2.0.0"
    assert manifest["taken_out"][0]["revokes_sha256"] == row["revoked"]
    for split, count in manifest["clips"].items():
        shards = [has for name, has in before.items() if name.startswith(split)]
        assert count == len({member.split(".")[0] for has in shards for member in has} - clips)
    assert source not in (release / "ATTRIBUTION.csv").read_text()


def parquet_rows(release: Path) -> dict[str, dict[str, Any]]:
    """By clip id, without the split, which depends on how many sources there are."""
    tables = [pq.read_table(path) for path in release.rglob("*.parquet")]
    return {row["clip_id"]: row | {"split": ""} for table in tables for row in table.to_pylist()}


@pytest.mark.parametrize("name", formats())
def test_a_release_is_what_an_export_without_the_source_would_be(
    catalog: Catalog, released: Callable[[str], Path], key: SigningKey, name: str
) -> None:
    release = released(name)
    take_down(catalog, Demand("source", source_named(catalog, "b")), REASON, key=key)
    verify_release(release, believed(key))
    manifest = json.loads((release / MANIFEST).read_text())
    new = json.loads((export(catalog, name, release.parent / "new").folder / MANIFEST).read_text())
    for value in ("frames", "cut", "sources", "licenses", "lost_frames", "left_out", "use"):
        assert manifest[value] == new[value], value
    assert sum(manifest["clips"].values()) == sum(new["clips"].values())
    if name == "parquet":
        rows, again = parquet_rows(release), parquet_rows(release.parent / "new")
        assert rows == again


def test_it_is_refused_when_it_comes_back(catalog: Catalog, footage: Path, run: Any) -> None:
    source = source_named(catalog, "b")
    take_down(catalog, Demand("source", source), REASON)
    packs = hashes(catalog.folder / "packs")
    produced = run(catalog, footage)
    assert (produced.refused, produced.visited, produced.unchanged) == (0, 0, 4)
    [row] = catalog.rows("sources", where=f"source_id = '{source}'")
    assert row["status"] == "refused" and "names it" in row["reason"]
    assert hashes(catalog.folder / "packs") == packs
    left = {name: value for name, value in row.items() if value not in (None, "")}
    assert set(left) == {"source_id", "sha256", "status", "reason", "visited"}


def test_it_goes_out_with_no_export_from_the_moment_it_is_denied(catalog: Catalog) -> None:
    """Also while nothing is removed yet, as when a run is writing."""
    source = source_named(catalog, "b")
    clip = catalog.rows("clips", where=f"source_id = '{source}'")[0]
    Takedowns(catalog.folder).save(Demand("source", source).takedown(catalog))
    chosen = select(catalog)
    assert source not in chosen.hashes
    assert "taken down" in chosen.withheld[clip["clip_id"]]
    recorded = Recorded(catalog, datetime.now(UTC))
    assert {explained.refused_by for explained in recorded.explain(clip)} == {(5,)}


def test_the_same_command_again_changes_nothing(
    catalog: Catalog, released: Callable[[str], Path], key: SigningKey
) -> None:
    release = released("webdataset")
    demand = Demand("source", source_named(catalog, "b"))
    receipt = take_down(catalog, demand, REASON, key=key)
    before = hashes(catalog.folder), hashes(release)
    assert take_down(catalog, demand, "again", key=key) == receipt
    after = hashes(catalog.folder), hashes(release)
    assert before == after


def test_the_ledger_holds_the_receipt_and_no_name(
    catalog: Catalog, released: Callable[[str], Path], key: SigningKey
) -> None:
    released("webdataset")
    receipt = take_down(catalog, Demand("source", source_named(catalog, "b")), REASON, key=key)
    ledger = Ledger(catalog.folder)
    rows = [row for row in ledger.rows() if row["kind"] == "takedown"]
    assert [row["detail"]["step"] for row in rows] == ["demanded", "carried out"]
    assert "Ada" not in ledger.path.read_text()
    assert ledger.name_of(rows[0]["people"]["reason"]) == REASON
    assert ledger.erase(REASON) and ledger.name_of(rows[0]["people"]["reason"]) is None
    assert str(ledger.anchor()) == receipt["ledger"]
    assert rows[1]["detail"]["revokes_sha256"] == [receipt["releases"][0]["revoked"]]
    verified = verify(Takedowns(catalog.folder).receipt(receipt["id"]), believed(key))
    assert verified.receipt.body_sha256 == rows[1]["detail"]["receipt_sha256"]
    assert verified.releases == ["release-webdataset"]
    assert "1 source is proven absent from 'release-webdataset'" in str(verified)


def test_a_receipt_that_was_changed_does_not_hold(
    catalog: Catalog, released: Callable[[str], Path], key: SigningKey, tmp_path: Path
) -> None:
    from clearreel.core.errors import VerificationError

    released("webdataset")
    receipt = take_down(catalog, Demand("source", source_named(catalog, "b")), REASON, key=key)
    path = Takedowns(catalog.folder).receipt(receipt["id"])
    present = source_named(catalog, "a")
    content = path.read_text().replace(receipt["denied"]["sources"][0], present)
    (tmp_path / "other.json").write_text(content)
    with pytest.raises(VerificationError, match="receipt"):
        verify(tmp_path / "other.json", believed(key))


def test_an_unsigned_release_says_so_when_no_key_is_at_hand(
    catalog: Catalog, released: Callable[[str], Path]
) -> None:
    release = released("webdataset")
    receipt = take_down(catalog, Demand("source", source_named(catalog, "b")), REASON)
    assert not (release / STATEMENT).exists() and not (release / "proofs").exists()
    assert any("is unsigned now" in line for line in problems(receipt))
    assert receipt["releases"][0]["revoked"] and not receipt["releases"][0]["statement"]


def test_a_release_elsewhere_is_named_by_hand(
    catalog: Catalog, released: Callable[[str], Path], key: SigningKey, tmp_path: Path
) -> None:
    what = held(catalog, source_named(catalog, "b"))
    release = released("webdataset").rename(tmp_path / "moved")
    demand = Demand("source", what.source)
    receipt = take_down(catalog, demand, REASON, key=key)
    assert any("is not there any more" in line for line in problems(receipt))
    assert grep(what, release)
    receipt = take_down(catalog, demand, REASON, key=key, releases=[release])
    assert not grep(what, release) and receipt["releases"][0]["folder"] == str(release)
    assert receipt["removed"][what.source]["clips"] == len(what.clips)


def test_a_release_that_is_back_is_rewritten_when_the_same_is_typed_again(
    catalog: Catalog, released: Callable[[str], Path], key: SigningKey, tmp_path: Path
) -> None:
    what = held(catalog, source_named(catalog, "b"))
    release = released("webdataset")
    demand = Demand("source", what.source)
    away = release.rename(tmp_path / "away")
    missing = take_down(catalog, demand, REASON, key=key)
    assert take_down(catalog, demand, REASON, key=key) == missing
    away.rename(release)
    receipt = take_down(catalog, demand, REASON, key=key)
    assert problems(receipt) == [] and not grep(what, release)
    assert verify(Takedowns(catalog.folder).receipt(receipt["id"]), believed(key))
    assert take_down(catalog, demand, REASON, key=key) == receipt


def test_a_release_that_was_deleted_is_taken_off_the_list(
    catalog: Catalog, released: Callable[[str], Path], key: SigningKey
) -> None:
    shutil.rmtree(released("webdataset"))
    demand = Demand("source", source_named(catalog, "b"))
    [line] = problems(take_down(catalog, demand, REASON, key=key))
    assert "--release DIR" in line and line.endswith(str(catalog.folder / "releases.json"))
    (catalog.folder / "releases.json").write_text("[]")
    assert problems(take_down(catalog, demand, REASON, key=key)) == []


def test_a_release_that_lost_its_signature_is_exported_anew(
    catalog: Catalog, released: Callable[[str], Path], key: SigningKey
) -> None:
    release = released("webdataset")
    demand = Demand("source", source_named(catalog, "b"))
    assert problems(take_down(catalog, demand, REASON))
    export(catalog, "webdataset", release, key=key)
    receipt = take_down(catalog, demand, REASON)
    assert problems(receipt) == [] and len(receipt["proofs"]) == 1


def test_a_release_of_nothing_else_is_removed(
    catalog: Catalog, key: SigningKey, tmp_path: Path
) -> None:
    release = export(catalog, "webdataset", tmp_path / "out", key=key).folder
    for name in "abc":
        take_down(catalog, Demand("source", source_named(catalog, name)), REASON, key=key)
    assert json.loads((release / MANIFEST).read_text())["version"] == "4.0.0"
    last = take_down(catalog, Demand("source", source_named(catalog, "d")), REASON, key=key)
    assert not release.exists() and last["releases"][0]["version"] == ""
    with pytest.raises(NothingProducedError):
        export(catalog, "webdataset", tmp_path / "more")


def test_a_release_that_a_takedown_removed_is_not_missed(
    catalog: Catalog, footage: Path, key: SigningKey, tmp_path: Path
) -> None:
    release = export(catalog, "parquet", tmp_path / "out").folder
    for name in ("a", "b", "d"):
        shutil.rmtree(release)
        export(catalog, "parquet", release)
        take_down(catalog, Demand("source", source_named(catalog, name)), REASON)
    demand = Demand("source", source_named(catalog, "c"))
    first = take_down(catalog, demand, REASON)
    assert not release.exists() and problems(first) == []
    assert problems(take_down(catalog, Demand("source", "0" * 32), REASON)) == [
        "not done: nothing of it could be looked at, so a copy with other bytes is not known"
    ]
    assert take_down(catalog, demand, REASON) == first


def test_what_lies_at_an_address_goes_and_stays_out(
    catalog: Catalog, footage: Path, key: SigningKey
) -> None:
    source = source_named(catalog, "b")
    told: list[str] = []
    demand = demanded(address=f"file://{footage}/b.mp4")
    receipt = take_down(catalog, demand, REASON, progress=told.append)
    lies_there = "1 source with 4 kept clips (4.0 s)"
    assert told[:2] == [f"{footage}/b.mp4: {lies_there} of this data set", "looks"]
    assert receipt["denied"]["sources"] == [source]
    assert receipt["denied"]["lay_there"] == {"sources": 1, "clips": 4, "milliseconds": 4000}
    assert list(receipt["removed"]) == [source]
    assert receipt["removed"][source]["places"] == [str(footage / "b.mp4")]
    whole = take_down(catalog, demanded(address=str(footage)), REASON)
    assert len(whole["denied"]["sources"]) == 3
    assert whole["denied"]["lay_there"] == {"sources": 3, "clips": 12, "milliseconds": 12000}
    first = Takedowns(catalog.folder).receipt(receipt["id"])
    assert f"from there, when it was demanded: {lies_there}" in list(lines(receipt, first))
    told.clear()
    assert take_down(catalog, demand, REASON, progress=told.append) == receipt and told == []
    verify(first, believed(key))
    assert catalog.rows("clips") == [] and hashes(catalog.folder / "packs") == {}


@pytest.mark.parametrize(
    "given", [{}, {"source": "x"}, {"source": "0" * 32, "address": "y"}, {"file": Path("nowhere")}]
)
def test_a_wrong_demand(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        demanded(**given)


def test_what_is_not_there_is_denied_all_the_same(catalog: Catalog) -> None:
    before = hashes(catalog.folder / "packs")
    receipt = take_down(catalog, Demand("source", "0" * 32), REASON)
    assert receipt["removed"] == {} and receipt["denied"]["sources"] == ["0" * 32]
    assert hashes(catalog.folder / "packs") == before


def test_it_is_denied_also_while_a_run_is_writing(catalog: Catalog) -> None:
    source = source_named(catalog, "b")
    with catalog.writing(), pytest.raises(DatasetError, match="denies from now on") as told:
        take_down(catalog, Demand("source", source), REASON)
    assert told.value.hint.endswith("type the same again")
    assert source not in select(catalog).hashes
    assert list(take_down(catalog, Demand("source", source), REASON)["removed"]) == [source]


def test_approvals_of_more_still_hold(catalog: Catalog, tmp_path: Path, key: SigningKey) -> None:
    ring = KeyRing(tmp_path / "keys.json")
    ring.trust(key.public, "the lawyer")
    hashes_of = select(catalog).hashes
    keep(catalog.folder, Approval("rights", catalog.use, now(), hashes_of), key)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLEARREEL_KEYS", str(ring.path))
        release = export(
            catalog, "webdataset", tmp_path / "out", key=key, approved_by=["rights"]
        ).folder
    take_down(catalog, Demand("source", source_named(catalog, "b")), REASON, key=key)
    statement = verify_release(release, believed(key)).statement
    assert [row["role"] for row in statement.approvals] == ["rights"]


def test_what_was_fetched_from_an_address_goes(
    catalog: Catalog, footage: Path, tmp_path: Path, run: Any
) -> None:
    fetched = Path(shutil.copy(footage / "b.mp4", tmp_path / "fetched.mp4"))
    sha256 = hashlib.sha256(fetched.read_bytes()).hexdigest()
    url = "https://example.org/ada/b.mp4"
    record = {"sha256": sha256, "address": url, "exchanges": []}
    record_beside(fetched).write_text(json.dumps(record))
    run(catalog, fetched)
    assert len(catalog.rows("places")) == 5
    receipt = take_down(catalog, demanded(address="https://EXAMPLE.org/ada/"), REASON)
    assert receipt["denied"]["sources"] == [source_id(sha256)]
    new = Path(shutil.copy(footage / "c.mp4", tmp_path / "new.mp4"))
    new.write_bytes(new.read_bytes() + bytes(8))
    record["sha256"] = hashlib.sha256(new.read_bytes()).hexdigest()
    record_beside(new).write_text(json.dumps(record))
    assert run(catalog, new).refused == 1
    [row] = catalog.rows("sources", where=f"path = '{new}'")
    assert "names where it lies" in row["reason"]
