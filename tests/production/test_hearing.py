"""What sites and files say is heard at the door, kept with the source, and asked again later."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clearreel import api
from clearreel.report.audit import ClipAudit
from clearreel.rights.signals.media import PLACE
from clearreel.rights.signals.plus import Plus
from clearreel.rights.signals.recorded import record_beside
from clearreel.rights.signals.registry import MEDIA
from clearreel.rights.signals.signal import Signal, unknown
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
