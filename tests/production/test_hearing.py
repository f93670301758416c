"""What sites and files say is heard at the door, kept with the source, and asked again later."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from clearreel import api
from clearreel.core.errors import NothingProducedError
from clearreel.exports import export
from clearreel.report.clip_audit import ClipAudit
from clearreel.report.recorded import Recorded
from clearreel.rights.grants import Grant, grant_from_flags
from clearreel.rights.rights_file import read_rights
from clearreel.rights.signals.evidence import Evidence
from clearreel.rights.signals.media import PLACE
from clearreel.rights.signals.plus import Plus
from clearreel.rights.signals.recorded import record_beside
from clearreel.rights.signals.registry import MEDIA
from clearreel.rights.signals.signal import Signal, unknown
from clearreel.rights.signals.trust_txt import TrustTxt
from clearreel.testing.boxes import box

ROBOTS = b"User-agent: *\nDisallow: /private/\n"
NOTHING_SAID = ("/ai.txt", "/trust.txt", "/.well-known/trust.txt", "/.well-known/tdmrep.json")
PROHIBITED = (
    'xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" '
    'plus:DataMining="http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"'
)
RESERVED = 'xmlns:tdm="http://www.w3.org/ns/tdmrep/" tdm:reservation="{}"'
UNKNOWN_TERMS = 'xmlns:rsl="https://rslstandard.org/rsl" rsl:license="all"'


def embed(film: Path, attributes: str) -> None:
    """Write a property into the film, as XMP."""
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {attributes}/></rdf:RDF></x:xmpmeta>'
    )
    mark = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    with film.open("ab") as file:
        file.write(box("uuid", mark + packet.encode()))


@pytest.fixture
def film(films: Path, tmp_path: Path) -> Path:
    """One film in a folder of its own."""
    folder = tmp_path / "footage"
    folder.mkdir()
    return Path(shutil.copy(sorted(films.glob("*.mp4"))[0], folder / "film.mp4"))


def record(film: Path, read_at: str = "2026-01-05T10:00:00+00:00", **changes: Any) -> Path:
    """What whoever fetched the film would have written beside it; all of it in order."""
    robots = film.parent / ".signals" / "robots.txt"
    robots.parent.mkdir(exist_ok=True)
    robots.write_bytes(changes.pop("robots", ROBOTS))
    host = "https://example.org"
    asked: dict[str, Any] = {"time": read_at, "status": 200, "headers": []}
    missing = {**asked, "status": 404}
    document = {
        "sha256": hashlib.sha256(film.read_bytes()).hexdigest(),
        "address": f"{host}/v/film.mp4",
        "exchanges": [
            {**asked, "address": f"{host}/v/film.mp4", "headers": changes.pop("headers", [])},
            {
                **asked,
                "address": f"{host}/robots.txt",
                "headers": [["Content-Type", "text/plain"]],
                "body": ".signals/robots.txt",
                "sha256": hashlib.sha256(robots.read_bytes()).hexdigest(),
            },
            *({**missing, "address": host + path} for path in NOTHING_SAID),
        ],
        **changes,
    }
    path = record_beside(film)
    path.write_text(json.dumps(document), "utf-8")
    return path


def only(rows: list[dict[str, Any]]) -> dict[str, Any]:
    assert len(rows) == 1
    return rows[0]


def test_what_was_fetched_in_order_is_taken_and_stays_so(bench: Any, film: Path) -> None:
    record(film)
    assert bench.run(film.parent).visited == 1
    assert only(bench.rows("sources"))["status"] == "done"
    clip = bench.rows("clips")[0]["clip_id"]
    audited = api.open(bench.into).audit(clip)  # long after the answers would be stale
    assert isinstance(audited, ClipAudit) and audited.permitted
    assert any("robots.txt allowed the fetch" in line for line in audited.lines())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"headers": [["Content-Usage", "train-ai=n"]]}, "aipref .*train-ai=n"),
        ({"headers": [["TDM-Reservation", "1"]]}, "tdm-reservation: 1"),
        ({"robots": b"User-agent: *\nDisallow: /v/\n"}, "disallowed for \\*"),
        ({"robots": b"User-agent: GPTBot\nDisallow: /\n"}, "disallowed for GPTBot"),
        ({"exchanges": []}, "robots.txt"),
        ({"sha256": "ab" * 32}, "about other bytes"),
        ({"adress": "https://example.org"}, "adress is not known"),
    ],
)
def test_what_was_said_against_it_refuses(
    bench: Any, film: Path, changes: dict[str, Any], reason: str
) -> None:
    record(film, **changes)
    bench.run(film.parent)
    source = only(bench.rows("sources"))
    assert source["status"] == "refused"
    assert re.search(reason, source["reason"])


def test_answers_that_are_too_far_apart_are_no_answer(bench: Any, film: Path) -> None:
    path = record(film)
    document = json.loads(path.read_text("utf-8"))
    later = datetime(2026, 1, 5, 10, tzinfo=UTC) + timedelta(hours=25)
    document["exchanges"][0]["time"] = later.isoformat()
    path.write_text(json.dumps(document), "utf-8")
    bench.run(film.parent)
    assert "too long ago" in only(bench.rows("sources"))["reason"]


def test_an_answer_from_the_future_is_no_answer(bench: Any, film: Path) -> None:
    record(film, read_at="2099-01-05T10:00:00+00:00")
    bench.run(film.parent)
    source = only(bench.rows("sources"))
    assert source["status"] == "refused" and "not read before now" in source["reason"]


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        (PROHIBITED, "DMI-PROHIBITED"),
        (RESERVED.format(1), "tdm-reservation: 1"),
        (RESERVED.format(2), "not understood: tdm-reservation: 2"),
        (UNKNOWN_TERMS, "rsl at media"),
    ],
)
def test_what_stands_inside_the_file_is_heard(
    bench: Any, film: Path, attributes: str, reason: str
) -> None:
    embed(film, attributes)
    bench.run(film.parent)
    source = only(bench.rows("sources"))
    assert source["status"] == "refused"
    assert reason in source["reason"]


@pytest.mark.parametrize(
    ("inside", "header", "status"),
    [("0", "1", "done"), ("1", "0", "refused"), ("2", "0", "refused"), (None, "1", "refused")],
)
def test_what_stands_inside_the_file_is_nearer_than_its_site(
    bench: Any, film: Path, inside: str | None, header: str, status: str
) -> None:
    if inside is not None:
        embed(film, RESERVED.format(inside))
    record(film, headers=[["TDM-Reservation", header]])
    for _ in range(2):  # read, and remembered
        bench.run(film.parent)
        assert only(bench.rows("sources"))["status"] == status


def test_what_no_reader_had_read_is_read_now(
    bench: Any, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The data set is older than the readers of TDMRep and RSL in files."""
    embed(film, RESERVED.format(1))
    old = {name: MEDIA[name] for name in ("plus", "c2pa")}
    with monkeypatch.context() as before:
        before.setattr("clearreel.rights.signals.registry.MEDIA", old)
        bench.run(film.parent)
    assert only(bench.rows("sources"))["status"] == "done"
    bench.run(film.parent)
    assert only(bench.rows("sources"))["status"] == "refused"


def test_what_could_not_be_read_is_read_again(
    bench: Any, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As content credentials are, once what reads them is installed."""
    puzzled = Signal("plus", PLACE, *unknown("nobody can read it"), read_at=None)
    with monkeypatch.context() as before:
        before.setattr(Plus, "read", lambda self, evidence: (puzzled,))
        bench.run(film.parent)
    assert "nobody can read it" in only(bench.rows("sources"))["reason"]
    bench.run(film.parent)
    assert only(bench.rows("sources"))["status"] == "done"


def test_nothing_is_read_of_other_bytes_where_it_once_was(
    bench: Any, film: Path, films: Path
) -> None:
    """Neither what stands inside them, nor what the record beside them says."""
    embed(film, RESERVED.format(1))
    bench.run(film, grants=())  # refused before anything inside was read
    moved = film.rename(film.with_name("moved.mp4"))
    record(Path(shutil.copy(films / "b.mp4", film)))
    bench.run(moved)
    assert "tdm-reservation: 1" in only(bench.rows("sources"))["reason"]


def test_a_record_of_other_bytes_where_it_once_was_refuses_nothing(
    bench: Any, film: Path, films: Path
) -> None:
    bench.run(film)
    moved = film.rename(film.with_name("moved.mp4"))
    record(Path(shutil.copy(films / "b.mp4", film)))
    bench.run(moved)
    assert only(bench.rows("sources"))["status"] == "done"


def test_a_file_whose_name_is_no_text_is_heard(bench: Any, film: Path) -> None:
    embed(film, RESERVED.format(1))
    odd = film.rename(film.parent / os.fsdecode(b"film-\xff.mp4"))
    bench.run(odd)
    assert "tdm-reservation: 1" in only(bench.rows("sources"))["reason"]


def test_a_denial_that_comes_later_takes_the_clips_out(bench: Any, film: Path) -> None:
    record(film)
    bench.run(film.parent)
    assert any(clip["kept"] for clip in bench.rows("clips"))
    record(film, headers=[["Content-Usage", "train-ai=n"]])
    bench.run(film.parent)
    assert only(bench.rows("sources"))["status"] == "refused"
    assert not any(clip["kept"] for clip in bench.rows("clips"))


@pytest.mark.parametrize("name", ["before", "later"])
def test_of_two_places_the_stricter_record_counts(bench: Any, film: Path, name: str) -> None:
    record(film, robots=b"User-agent: GPTBot\nDisallow: /\n")
    folder = film.parent / name
    folder.mkdir()
    record(Path(shutil.copy(film, folder)))  # of the same server, and nothing is denied
    bench.run(film.parent)
    assert "disallowed for GPTBot" in only(bench.rows("sources"))["reason"]


def test_a_record_that_was_taken_away_still_counts(bench: Any, film: Path) -> None:
    path = record(film, headers=[["Content-Usage", "train-ai=n"]])
    bench.run(film.parent)
    path.unlink()
    bench.run(film.parent)
    assert only(bench.rows("sources"))["status"] == "refused"


def test_nothing_is_read_again_that_cannot_have_changed(
    bench: Any, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.run(film.parent)

    def look(*ignored: object) -> None:
        raise AssertionError("the file is looked into again")

    monkeypatch.setattr("clearreel.production.hearing.find_embedded", look)
    assert bench.run(film.parent).unchanged == 1


@pytest.mark.parametrize("reader", [Plus, TrustTxt])
def test_a_reader_that_raises_refuses_and_ends_nothing(
    bench: Any, film: Path, films: Path, monkeypatch: pytest.MonkeyPatch, reader: type
) -> None:
    record(film)
    other = Path(shutil.copy(films / "b.mp4", film.parent))
    read = reader.read

    def raising(self: Any, evidence: Evidence) -> Any:
        if evidence.address or (evidence.media and evidence.media.path == film):
            raise RuntimeError("a case that nobody thought of")
        return read(self, evidence)

    with monkeypatch.context() as patch:
        patch.setattr(reader, "read", raising)
        bench.run(film.parent)
    status = {row["path"]: row for row in bench.rows("sources")}
    assert status[str(film)]["status"] == "refused"
    assert "a case that nobody thought of" in status[str(film)]["reason"]
    assert status[str(other)]["status"] == "done"
    assert {clip["path"] for clip in bench.rows("clips")} == {str(other)}


def granted(evidence_on: date) -> Grant:
    return replace(grant_from_flags("CC0-1.0", "Ada", "a letter"), evidence_on=evidence_on)


def test_permission_that_was_asked_for_afterwards(bench: Any, film: Path) -> None:
    """The evidence is no older than the fetch, of 5 January."""
    record(film)
    bench.run(film.parent, grants=[granted(date(2026, 1, 4))])
    assert only(bench.rows("sources"))["status"] == "done"
    bench.run(film.parent, grants=[granted(date(2026, 1, 5))])
    source = only(bench.rows("sources"))
    assert source["status"] == "refused"
    assert "no older than the acquisition" in source["reason"]
    assert not any(clip["kept"] for clip in bench.rows("clips"))


def verified(film: Path, *more: str) -> tuple[Grant, ...]:
    """What a rights file says of the film, verified long after its fetch."""
    (film.parent / "letter.txt").write_text("we permit")
    lines = [
        *("[[grant]]", 'files = ["*.mp4"]', 'license = "CC0-1.0"', 'holder = "Ada"'),
        *('basis = "a letter"', 'evidence = "letter.txt"', 'verified_by = "Eve"'),
        *("verified_on = 2026-01-20", *more),
    ]
    (film.parent / "rights.toml").write_text("\n".join(lines))
    return read_rights(film.parent / "rights.toml").grants


def test_a_permission_that_was_verified_after_the_fetch(bench: Any, film: Path) -> None:
    record(film)
    bench.run(film.parent, grants=verified(film))
    source = only(bench.rows("sources"))
    assert source["status"] == "refused"
    assert "verified on 2026-01-20, after the acquisition" in source["reason"]
    assert "give evidence_on" in source["reason"]
    bench.run(film.parent, grants=verified(film, "evidence_on = 2026-01-05"))
    assert "no older than the acquisition" in only(bench.rows("sources"))["reason"]
    bench.run(film.parent, grants=verified(film, "evidence_on = 2026-01-04"))
    assert only(bench.rows("sources"))["status"] == "done"


def test_of_what_was_not_fetched_no_acquisition_is_known(bench: Any, film: Path) -> None:
    bench.run(film.parent, grants=verified(film))
    assert only(bench.rows("sources"))["status"] == "done"


def test_answers_are_as_old_as_the_audit_says(bench: Any, film: Path) -> None:
    """Their age is measured at the acquisition, however late the first run is."""
    record(film, "2025-01-05T10:00:00+00:00")
    bench.run(film.parent)
    assert only(bench.rows("sources"))["status"] == "done"
    audited = api.open(bench.into).audit(bench.rows("clips")[0]["clip_id"])
    told = list(audited.lines())
    assert "acquired at 2025-01-05T10:00:00+00:00, by the record beside it" in told
    robots = "robots.txt at https://example.org/robots.txt: absent"
    assert f"answer of 2025-01-05T10:00:00+00:00: {robots}" in told
    answers = audited.to_json()["answers"]
    assert {one["read_at"] for one in answers} == {"2025-01-05T10:00:00+00:00"}
    assert len(answers) == sum(line.startswith("answer of ") for line in told)


def test_a_part_whose_permission_was_asked_for_afterwards(bench: Any, film: Path) -> None:
    record(film)
    half = replace(granted(date(2026, 1, 4)), intervals=((Fraction(0), Fraction(1)),))
    other = replace(granted(date(2026, 1, 5)), intervals=((Fraction(1), Fraction(9)),))
    bench.run(film.parent, grants=[half, other])
    for clip in bench.rows("clips"):
        assert clip["kept"] == (clip["end"] <= 1)
        assert clip["kept"] or "no older than the acquisition" in clip["reason"]
    assert {clip["kept"] for clip in bench.rows("clips")} == {True, False}


def test_the_audit_says_so_of_each_grant(bench: Any, film: Path) -> None:
    record(film)
    half = replace(granted(date(2026, 1, 4)), intervals=((Fraction(0), Fraction(1)),))
    other = replace(granted(date(2026, 1, 5)), intervals=((Fraction(1), Fraction(9)),))
    bench.run(film.parent, grants=[half, other])
    [source] = bench.rows("sources")
    judged = Recorded(bench.catalog, datetime.now(UTC)).judged(source["source_id"])
    assert sorted(one.permits for one in judged) == [False, True]
    assert any("no older than the acquisition" in one.reason for one in judged)


def test_an_address_that_tells_what_it_is_of(bench: Any, film: Path, tmp_path: Path) -> None:
    """Asked at the door, and again by audit and export after the policy has changed."""
    record(film)
    bench.run(film.parent)
    policy = bench.into / "policy.toml"
    policy.write_text(policy.read_text().replace('["Pexels"', '["Example.org", "Pexels"'))
    told = (
        "the policy excludes example.org ([parents] excluded in policy.toml), and it was fetched "
        "from https://example.org/v/film.mp4: if nothing of it is from there, take that name out"
    )
    audited = api.open(bench.into).audit(bench.rows("clips")[0]["clip_id"])
    assert isinstance(audited, ClipAudit)
    assert not audited.permitted and any(told in problem for problem in audited.problems)
    with pytest.raises(NothingProducedError, match="the policy excludes example"):
        export(bench.catalog, "parquet", tmp_path / "out")
    record_beside(film).unlink()
    bench.run(film.parent)
    source = only(bench.rows("sources"))
    assert source["status"] == "refused" and told in source["reason"]
    assert not bench.rows("clips")


def test_what_was_recorded_is_held_against_the_fetch_as_well(
    bench: Any, film: Path, tmp_path: Path
) -> None:
    record(film)
    bench.run(film.parent, grants=[granted(date(2026, 1, 4))])
    [source] = bench.catalog.rows("sources")
    decision = json.loads(source["decision"])
    decision["given"] = [grant | {"evidence_on": "2026-01-05"} for grant in decision["given"]]
    bench.catalog.put_sources([source | {"decision": json.dumps(decision)}])
    with pytest.raises(NothingProducedError, match="no older than the acquisition"):
        export(bench.catalog, "folder", tmp_path / "out")
