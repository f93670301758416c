from __future__ import annotations

import json
from pathlib import Path

import pytest

from clearreel.core.errors import DatasetError
from clearreel.stores.releases import Releases
from clearreel.stores.takedowns import (
    DenyList,
    NearMiss,
    Takedown,
    Takedowns,
    address_of,
    lies_at,
)

TAKEN = "ab" * 16
OTHER = "cd" * 16


@pytest.fixture
def takedown() -> Takedown:
    made = Takedown("0" * 16, "2026-11-26T00:00:00Z", "source", [TAKEN], ["https://a.example/v"])
    made.add_look("file", b"crlk and so on", None)
    made.near[OTHER] = NearMiss("it looks alike")
    return made


def test_what_is_saved_is_read(tmp_path: Path, takedown: Takedown) -> None:
    takedowns = Takedowns(tmp_path)
    assert takedowns.all() == [] and takedowns.find(takedown.id) is None
    before = takedowns.stamp()
    takedowns.save(takedown)
    assert takedowns.all() == [takedown] == [takedowns.find(takedown.id)]
    assert takedowns.stamp() != before
    assert takedown.prints(None) == {"file": b"crlk and so on"}
    takedowns.receipt(takedown.id).write_text("{}")
    assert takedowns.all() == [takedown], "a receipt is no takedown"


def test_what_is_denied(takedown: Takedown) -> None:
    denied = DenyList([takedown])
    assert "names it" in denied.refusal(TAKEN, [])
    assert "where it lies" in denied.refusal("x", ["/here", "https://a.example/v/1.mp4"])
    assert "a person has to look: it looks alike" in denied.refusal(OTHER, [])
    assert denied.refusal("x", ["https://a.example/vv"]) == ""
    assert denied.has_looks and denied.has_addresses
    takedown.near[OTHER].state = "dismissed"
    assert denied.refusal(OTHER, []) == "" and takedown.denied == {TAKEN}
    takedown.near[OTHER].state = "accepted"
    assert denied.refusal(OTHER, [])


@pytest.mark.parametrize("damage", ["", "{}", "[]", '{"near": {}}', "\x00", "LOOKS"])
def test_a_takedown_that_cannot_be_read_stops_everything(
    tmp_path: Path, takedown: Takedown, damage: str
) -> None:
    takedowns = Takedowns(tmp_path)
    takedowns.save(takedown)
    path = tmp_path / "takedowns" / f"{takedown.id}.json"
    if damage == "LOOKS":
        damage = json.dumps(json.loads(path.read_text()) | {"looks": {"file": "no base64"}})
    path.write_text(damage)
    with pytest.raises(DatasetError, match="cannot be read"):
        DenyList.of(tmp_path)


@pytest.mark.parametrize(
    ("given", "form"),
    [
        ("HTTPS://A.Example/V/1.mp4#t=3", "https://a.example/V/1.mp4"),
        ("file:///a/b%20c.mp4", "/a/b c.mp4"),
        ("/a/../b.mp4", "/b.mp4"),
        ("/a/b/..", "/a"),
        ("/a/b/", "/a/b"),
    ],
)
def test_an_address_has_one_form(given: str, form: str) -> None:
    assert address_of(given) == form == address_of(form)


def test_a_path_is_taken_as_places_are_written(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "to.mp4").touch()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "link.mp4").symlink_to("to.mp4")
    assert address_of(str(tmp_path / "link" / "link.mp4")) == str(tmp_path / "real" / "link.mp4")


def test_below_an_address() -> None:
    assert lies_at("/a/b", "/a") and lies_at("/a", "/a") and lies_at("/a/b", "/a/")
    assert not lies_at("/ab", "/a") and not lies_at("/", "/a")


def test_releases_are_listed_once(tmp_path: Path) -> None:
    releases = Releases(tmp_path)
    for name in ("one", "two", "one"):
        releases.add(tmp_path / name)
    assert releases.folders() == [tmp_path / "one", tmp_path / "two"]
    (tmp_path / "releases.json").write_text("[1]")
    with pytest.raises(DatasetError, match="is damaged"):
        releases.folders()
