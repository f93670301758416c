import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearreel.core.errors import UsageError
from clearreel.rights.signals.meet import meet
from clearreel.rights.signals.recorded import read_record, record_beside
from clearreel.rights.signals.registry import WEB

PAGE = b"<title>a film</title>"
ROBOTS = b"User-agent: *\nDisallow: /private/\n"
DIGEST = hashlib.sha256(ROBOTS).hexdigest()


def document():
    host = "https://example.org"
    time = "2026-11-22T10:00:00Z"
    missing = ("/ai.txt", "/trust.txt", "/.well-known/trust.txt", "/.well-known/tdmrep.json")
    return {
        "sha256": "AB" * 32,
        "address": f"{host}/v/clip.mp4",
        "page": f"{host}/v/",
        "exchanges": [
            {
                "address": f"{host}/robots.txt",
                "time": time,
                "status": 200,
                "headers": [["Content-Type", "text/plain"]],
                "body": "site/robots.txt",
                "sha256": DIGEST,
            },
            {
                "address": f"{host}/v/clip.mp4",
                "time": "2026-11-22T11:00:04+01:00",
                "status": 200,
                "redirects": [f"{host}/files/clip.mp4"],
                "headers": [["Content-Usage", "train-ai=y"], ["content-usage", "search=n"]],
            },
            {
                "address": f"{host}/v/",
                "time": time,
                "status": 200,
                "headers": [],
                "body": "page.html",
                "sha256": hashlib.sha256(PAGE).hexdigest(),
            },
            *(
                {"address": host + path, "time": time, "status": 404, "headers": []}
                for path in missing
            ),
        ],
    }


def write(folder, content):
    (folder / "site").mkdir(exist_ok=True)
    (folder / "site" / "robots.txt").write_bytes(ROBOTS)
    (folder / "page.html").write_bytes(PAGE)
    path = record_beside(folder / "clip.mp4")
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def test_a_whole_record_is_read(tmp_path):
    path = write(tmp_path, document())
    assert path.name == "clip.mp4.signals.json"
    record = read_record(path)
    assert record.sha256 == "ab" * 32
    robots, work, *others = record.exchanges
    assert robots.body == ROBOTS and robots.sha256 == DIGEST
    assert work.read_at == datetime(2026, 11, 22, 10, 0, 4, tzinfo=UTC)
    assert work.values("CONTENT-USAGE") == ["train-ai=y", "search=n"]
    assert work.redirects == ("https://example.org/files/clip.mp4",)
    assert len(others) == 5
    evidence = record.evidence(None)
    assert evidence.concluded_at == work.read_at
    signals = [signal for reader in WEB.values() for signal in reader.read(evidence)]
    assert meet(signals, "genai-training", evidence.concluded_at).stance == "allows"
    assert meet(signals, "redistribution", evidence.concluded_at).stance == "absent"


def changed(keys, value):
    """A record with one value changed, or taken out where `value` is ..."""
    root = table = document()
    for key in keys[:-1]:
        table = table[key]
    if value is ...:
        del table[keys[-1]]
    else:
        table[keys[-1]] = value
    return root


@pytest.mark.parametrize(
    ("keys", "value", "told"),
    [
        (["sha256"], ..., "sha256 is missing"),
        (["sha256"], "abc", "sha256 is 'abc'"),
        (["address"], ..., "address is missing"),
        (["address"], "file:///etc/passwd", "address is 'file:///etc/passwd'"),
        (["address"], "https://[", "address is 'https://['"),
        (["address"], 7, "address is 7"),
        (["page"], "", "page is ''"),
        (["adress"], "x", "adress is not known"),
        (["exchanges"], ..., "exchanges is missing"),
        (["exchanges"], {}, "exchanges is not a list"),
        (["exchanges", 1], "x", "exchanges[1] is 'x'"),
        (["exchanges", 0, "address"], "/robots.txt", "exchanges[0].address is '/robots.txt'"),
        (["exchanges", 0, "status"], "200", "exchanges[0].status is '200'"),
        (["exchanges", 0, "status"], True, "exchanges[0].status is True"),
        (["exchanges", 0, "status"], 1000, "exchanges[0].status is 1000"),
        (["exchanges", 0, "time"], "2026-11-22T10:00:00", "exchanges[0].time is"),
        (["exchanges", 0, "time"], "yesterday", "exchanges[0].time is 'yesterday'"),
        (["exchanges", 0, "time"], 0, "exchanges[0].time is 0"),
        (["exchanges", 0, "headers"], {"a": "b"}, "exchanges[0].headers is"),
        (["exchanges", 0, "headers"], [["a"]], "exchanges[0].headers has ['a']"),
        (["exchanges", 0, "headers"], [["a", 1]], "exchanges[0].headers has ['a', 1]"),
        (["exchanges", 0, "headers"], ["ab"], "exchanges[0].headers has 'ab'"),
        (["exchanges", 0, "headers"], ..., "exchanges[0].headers is missing"),
        (["exchanges", 0, "redirects"], "x", "exchanges[0].redirects is not a list"),
        (["exchanges", 0, "redirects"], ["x"], "exchanges[0].redirects is 'x'"),
        (["exchanges", 0, "body"], "none.txt", "exchanges[0].body is 'none.txt'"),
        (["exchanges", 0, "body"], "../x", "outside of the record's folder"),
        (["exchanges", 0, "body"], "/etc/hostname", "outside of the record's folder"),
        (["exchanges", 0, "body"], "a\0b", "exchanges[0].body is"),
        (["exchanges", 0, "body"], "site", "exchanges[0].body is 'site'"),
        (["exchanges", 0, "body"], ..., "exchanges[0].sha256 has no body"),
        (["exchanges", 0, "sha256"], ..., "exchanges[0].body has no sha256"),
        (["exchanges", 0, "sha256"], "0" * 64, f"whose SHA-256 is {DIGEST}"),
    ],
)
def test_what_is_malformed_is_told_with_its_place(tmp_path, keys, value, told):
    path = write(tmp_path, changed(keys, value))
    with pytest.raises(UsageError) as caught:
        read_record(path)
    assert told in caught.value.message and str(path) in caught.value.message
    assert caught.value.hint


def test_a_body_behind_a_link_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "secret").write_bytes(ROBOTS)
    folder = tmp_path / "set"
    folder.mkdir()
    path = write(folder, document())
    (folder / "site" / "robots.txt").unlink()
    (folder / "site" / "robots.txt").symlink_to(tmp_path / "secret")
    with pytest.raises(UsageError, match="outside"):
        read_record(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"\xff", b'{"sha256": "a", "sha256": "b"}', b"[" * 100_000, b"null", b"NaN"],
)
def test_what_is_no_record_is_refused(tmp_path, content):
    with pytest.raises(UsageError):
        read_record(write(tmp_path, content))


def test_a_record_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="there is no such file"):
        read_record(tmp_path / "clip.mp4.signals.json")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=80))
def test_no_bytes_raise_anything_else(tmp_path, data):
    with pytest.raises(UsageError):
        read_record(write(tmp_path, data))


def test_the_record_in_the_documents_is_one(tmp_path):
    text = (Path(__file__).parents[3] / "docs" / "signals.md").read_text("utf-8")
    body = tmp_path / ".signals" / "example.org" / "robots.txt"
    body.parent.mkdir(parents=True)
    body.write_bytes(b"foo")
    path = write(tmp_path, text.partition("```json")[2].partition("```")[0].encode())
    assert len(read_record(path).exchanges) == 3
