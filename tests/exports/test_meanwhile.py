"""What happens while clips are being written counts: the build stops before anything is signed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clearreel.core.errors import ClearreelError, DatasetError, VerificationError
from clearreel.exports import export, formats, selection
from clearreel.exports.output import Output
from clearreel.proofs.approval import Approval
from clearreel.proofs.approvals import keep
from clearreel.proofs.keyring import KeyRing
from clearreel.proofs.keys import SigningKey, new_key
from clearreel.proofs.verifying import verify_release
from clearreel.stores import clock
from clearreel.stores.catalog import Catalog
from clearreel.stores.clock import now
from clearreel.stores.ledger import Ledger
from clearreel.stores.takedowns import Takedowns
from clearreel.takedown.carrying_out import take_down
from clearreel.takedown.demand import Demand

Event = Callable[[Catalog, str], object]
"""Something that happens to a data set, and to one of its sources."""


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return new_key(tmp_path / "release.key")


def regranted(**changes: Any) -> Event:
    """As a run does that reads another rights file."""

    def happen(catalog: Catalog, source: str) -> None:
        [row] = catalog.rows("sources", where=f"source_id = '{source}'")
        decision = json.loads(row["decision"])
        decision["given"] = [grant | changes for grant in decision["given"]]
        catalog.put_sources([{**row, "decision": json.dumps(decision)}])

    return happen


def refused(catalog: Catalog, source: str) -> None:
    """As a run does that hears of a denial."""
    [row] = catalog.rows("sources", where=f"source_id = '{source}'")
    catalog.put_sources([{**row, "status": "refused", "reason": "it says no"}])


def out_of_the_granted_part(catalog: Catalog, source: str) -> None:
    """As a run does to a clip of which a moment is not granted any more."""
    [clip, *_] = catalog.rows("clips", where=f"kept and source_id = '{source}'")
    with catalog.writing():
        catalog.update_clips([clip | {"kept": False, "rule": "rights"}])


def denied(catalog: Catalog, source: str) -> None:
    """As a takedown does that has to wait for a run."""
    Takedowns(catalog.folder).save(Demand("source", source).takedown(catalog))


def demanding(catalog: Catalog, source: str) -> None:
    policy = catalog.folder / "policy.toml"
    policy.write_text(policy.read_text().replace('["footage", "audio"]', '["likeness"]'))


EVENTS: dict[str, Event] = {
    "its grant is revoked": regranted(uses=[]),
    "its grant becomes one for evaluation": regranted(uses=["evaluation"]),
    "its grant ends": regranted(valid_until="2026-01-01"),
    "its licence asks for another credit": regranted(attribution="by Bob"),
    "its evidence is exchanged": regranted(evidence="mail.eml", evidence_sha256="ab" * 32),
    "it is refused": refused,
    "one of its clips is refused": out_of_the_granted_part,
    "it is taken down": denied,
    "the policy demands more": demanding,
}


def during(catalog: Catalog, name: str, to: Path, event: Callable[[], object], **more: Any) -> None:
    """An export while whose last clip is written something happens."""

    def progress(done: int, total: int) -> None:
        if done == total:
            event()

    export(catalog, name, to, progress=progress, **more)


def first_source(catalog: Catalog) -> str:
    return str(min(row["source_id"] for row in catalog.rows("clips", where="kept")))


@pytest.mark.parametrize("name", EVENTS)
def test_nothing_is_signed(dataset: Catalog, tmp_path: Path, key: SigningKey, name: str) -> None:
    source = first_source(dataset)

    def event() -> None:
        EVENTS[name](dataset, source)

    with pytest.raises(DatasetError, match="nothing is released") as told:
        during(dataset, "webdataset", tmp_path / "out", event, key=key)
    assert "type the same again" in told.value.hint
    assert not list(tmp_path.glob("out*"))
    assert [row["kind"] for row in Ledger(dataset.folder).rows()] == ["run"]


def test_nor_is_anything_put_out_unsigned(dataset: Catalog, tmp_path: Path) -> None:
    """An earlier export stays as it was."""
    export(dataset, "folder", tmp_path / "out")
    before = {path: path.stat().st_ino for path in (tmp_path / "out").rglob("*")}
    source = first_source(dataset)
    with pytest.raises(DatasetError, match="nothing is released"):
        during(dataset, "folder", tmp_path / "out", lambda: denied(dataset, source))
    assert {path: path.stat().st_ino for path in (tmp_path / "out").rglob("*")} == before


def test_a_grant_that_ends_inside_a_build(
    dataset: Catalog, tmp_path: Path, key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written to the data set: the clock goes on."""
    ends = datetime.now(UTC) + timedelta(hours=2)
    regranted(valid_until=ends.isoformat())(dataset, first_source(dataset))

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return ends

    def event() -> None:
        monkeypatch.setattr(selection, "datetime", Later)

    with pytest.raises(DatasetError, match="it ended on"):
        during(dataset, "webdataset", tmp_path / "out", event, key=key)
    left = export(dataset, "webdataset", tmp_path / "out", key=key)
    assert left.left_out and left.sources == 6
    assert verify_release(left.folder, {key.public.id: key.public}.__getitem__)


def test_a_key_of_an_approval_that_is_revoked(
    dataset: Catalog, tmp_path: Path, key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEARREEL_KEYS", str(tmp_path / "keys.json"))
    lawyer = new_key(tmp_path / "lawyer.key")
    KeyRing.default().trust(lawyer.public, "the lawyer")
    hashes = selection.select(dataset).hashes
    keep(dataset.folder, Approval("rights", dataset.use, now(), hashes), lawyer)

    def event() -> None:
        KeyRing.default().revoke(lawyer.public.id, "stolen", date(2026, 11, 26))

    with pytest.raises(DatasetError, match="was revoked"):
        during(dataset, "folder", tmp_path / "out", event, key=key, approved_by=["rights"])
    assert not (tmp_path / "out").exists()


def test_the_key_that_signs_is_revoked(
    dataset: Catalog, tmp_path: Path, key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEARREEL_KEYS", str(tmp_path / "keys.json"))
    KeyRing.default().trust(key.public, "a publisher")

    def event() -> None:
        KeyRing.default().revoke(key.public.id, "stolen", date(2026, 11, 26))

    for happen in (event, lambda: None):  # while it is under way, and before
        with pytest.raises(VerificationError, match="was revoked"):
            during(dataset, "folder", tmp_path / "out", happen, key=key)
        assert not list(tmp_path.glob("out*"))


def test_the_clock_is_set_back(
    dataset: Catalog, tmp_path: Path, key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = clock.shown() - timedelta(days=1)
    with pytest.raises(DatasetError, match="it was set back"):
        during(
            dataset,
            "folder",
            tmp_path / "out",
            lambda: monkeypatch.setattr(clock, "shown", lambda: before),
            key=key,
        )
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize("name", formats())
def test_a_takedown_ends_the_export_that_is_under_way(
    dataset: Catalog, tmp_path: Path, key: SigningKey, name: str
) -> None:
    """It finds what was written so far, and leaves nothing of it."""
    [*_, last] = [row["source_id"] for row in selection.select(dataset).sources]
    out = tmp_path / "out"
    seen = []

    def progress(done: int, total: int) -> None:
        if done == total - 1:
            seen.extend(out.with_name("out.partial").rglob("*"))
            receipt = take_down(dataset, Demand("source", last), "a letter", key=key)
            assert not [line for line in receipt["by_hand"] if str(out) in line]
            assert not list(tmp_path.glob("out*"))

    with pytest.raises(ClearreelError) as told:
        export(dataset, name, out, key=key, progress=progress)
    assert seen and not list(tmp_path.glob("out*"))
    assert "as a takedown does" in told.value.message


def test_what_a_killed_export_has_left_goes_with_a_takedown(
    dataset: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = first_source(dataset)

    def progress(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Output, "__exit__", lambda *given: None)  # as kill -9 leaves it
        export(dataset, "folder", tmp_path / "out", progress=progress)
    [clip, *_] = dataset.rows("clips", where=f"kept and source_id = '{source}'")
    assert list(tmp_path.glob(f"out.partial/*/{clip['clip_id']}.*"))
    receipt = take_down(dataset, Demand("source", source), "a letter")
    assert not list(tmp_path.glob("out*"))
    assert not [line for line in receipt["by_hand"] if str(tmp_path / "out") in line]
