from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearreel.core.errors import DatasetError, StorageError, UsageError
from clearreel.stores import ledger as ledger_module
from clearreel.stores.canonical import canonical, from_canonical
from clearreel.stores.checkpoint import Checkpoint
from clearreel.stores.ledger import PEOPLE, REACHED, Ledger
from clearreel.stores.written import write_whole

ROWS = 5


def clock(*seconds: int) -> Callable[[], str]:
    moments: Iterator[str] = iter(f"2026-11-26T00:00:{second:02}Z" for second in seconds)
    return lambda: next(moments)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger(tmp_path, clock(*range(ROWS), 40, 41, 42))
    for number in range(ROWS):
        made.append("run", {"sources": number, "note": "é\u2028"}, {"operator": "Ada Lovelace"})
    return made


def lines(ledger: Ledger) -> list[bytes]:
    return ledger.path.read_bytes().splitlines(keepends=True)


def put_back(ledger: Ledger, left: int) -> None:
    """Ledger and checkpoint as they were when it had so many rows."""
    kept = lines(ledger)[:left]
    head = hashlib.sha256(kept[-1][:-1]).hexdigest() if kept else "0" * 64
    ledger.path.write_bytes(b"".join(kept))
    (ledger.path.parent / REACHED).write_text(f"{Checkpoint(left, head)}\n")


def test_rows_are_chained_canonical_lines(ledger: Ledger) -> None:
    previous = "0" * 64
    for number, line in enumerate(lines(ledger)):
        row = json.loads(line)
        assert (row["number"], row["previous"]) == (number, previous)
        assert from_canonical(line[:-1]) == row
        previous = hashlib.sha256(line[:-1]).hexdigest()
    assert ledger.verify().checkpoint == Checkpoint(ROWS, previous) == ledger.anchor()
    assert [row["detail"]["sources"] for row in ledger.rows()] == list(range(ROWS))


def test_there_may_be_none(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    assert list(ledger.rows()) == [] and ledger.verify().checkpoint.rows == 0
    assert not ledger.path.exists()


@pytest.mark.parametrize("number", range(ROWS))
@pytest.mark.parametrize("key", ["number", "at", "kind", "detail", "people", "previous", "new"])
def test_a_changed_row_is_found(ledger: Ledger, number: int, key: str) -> None:
    """In any of its fields. Only the last row can be changed so that the chain still holds."""
    anchor, all_lines = ledger.anchor(), lines(ledger)
    row = json.loads(all_lines[number])
    row[key] = {
        "number": row["number"] + 1,
        "at": "2026-11-26T00:00:59Z",
        "kind": "takedown",
        "detail": {"sources": 99},
        "people": {},
        "previous": "f" * 64,
        "new": 1,
    }[key]
    all_lines[number] = canonical(row) + b"\n"
    ledger.path.write_bytes(b"".join(all_lines))
    shows_itself = number < ROWS - 1 or key in ("number", "previous", "new")
    where = number if key in ("number", "previous", "new") else number + 1
    with pytest.raises(DatasetError, match=f"row {where if shows_itself else number} "):
        ledger.verify(None if shows_itself else anchor)


@pytest.mark.parametrize("number", range(ROWS))
@pytest.mark.parametrize("change", ["duplicated", "taken out", "reordered", "blank", "respelled"])
def test_a_moved_row_is_found(ledger: Ledger, number: int, change: str) -> None:
    anchor, all_lines = ledger.anchor(), lines(ledger)
    line = all_lines[number]
    if change == "duplicated":
        all_lines.insert(number, line)
    elif change == "taken out":
        del all_lines[number]
    elif change == "reordered":
        all_lines[number], all_lines[number - 1] = all_lines[number - 1], line
    elif change == "blank":
        all_lines.insert(number, b"\n")
    else:
        all_lines[number] = line.replace(b'"at":', b'"at": ')
    ledger.path.write_bytes(b"".join(all_lines))
    with pytest.raises(DatasetError, match=r"row \d does not hold|has 4 rows, and had 5"):
        ledger.verify(anchor)


@pytest.mark.parametrize("left", range(ROWS))
def test_a_cut_off_end_shows_against_the_checkpoint_beside_it(ledger: Ledger, left: int) -> None:
    before = ledger.path.read_bytes()
    ledger.path.write_bytes(b"".join(lines(ledger)[:left]))
    with pytest.raises(DatasetError, match=f"{5 - left} are missing at its end") as told:
        ledger.verify()
    assert f"clearreel audit {ledger.path.parent}" in told.value.hint
    with pytest.raises(DatasetError, match="are missing at its end"):
        ledger.append("run", {})
    with pytest.raises(DatasetError, match="are missing at its end"):
        list(ledger.rows())
    ledger.path.unlink()
    with pytest.raises(DatasetError, match="5 are missing at its end"):
        ledger.verify()
    ledger.path.write_bytes(before)
    assert ledger.verify().checkpoint.rows == ROWS


@pytest.mark.parametrize("content", ["", "clearreel-ledger 5", "\xff"])
def test_a_damaged_checkpoint_is_no_answer(ledger: Ledger, content: str) -> None:
    (ledger.path.parent / REACHED).write_text(content, "latin-1")
    with pytest.raises(DatasetError, match=r"ledger\.checkpoint is damaged"):
        ledger.verify()


def test_a_crash_between_row_and_checkpoint_is_no_harm(ledger: Ledger) -> None:
    earlier = (ledger.path.parent / REACHED).read_bytes()
    ledger.append("run", {})
    (ledger.path.parent / REACHED).write_bytes(earlier)
    assert ledger.verify().checkpoint.rows == ROWS + 1
    ledger.append("run", {})
    assert ledger.verify().checkpoint.rows == ROWS + 2


@pytest.mark.parametrize("left", [1, ROWS])
def test_rows_without_the_checkpoint_beside_them(ledger: Ledger, left: int) -> None:
    (ledger.path.parent / REACHED).unlink()
    ledger.path.write_bytes(b"".join(lines(ledger)[:left]))
    assert ledger.is_without_checkpoint()
    for use in (ledger.verify, lambda: list(ledger.rows()), lambda: ledger.append("run", {})):
        with pytest.raises(DatasetError, match=r"ledger\.checkpoint, .*, is gone") as told:
            use()
        assert "--ledger-is-whole" in told.value.hint
    reached = ledger.append("run", {}, is_whole=True)
    assert reached.rows == left + 1 == ledger.verify().checkpoint.rows
    assert (ledger.path.parent / REACHED).read_text() == f"{reached}\n"


def test_no_crash_leaves_rows_without_a_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(path: Path, content: bytes) -> None:
        if not content.startswith(b"clearreel-ledger 0 "):
            raise StorageError("the process is gone")
        write_whole(path, content)

    ledger = Ledger(tmp_path)
    monkeypatch.setattr(ledger_module, "write_whole", killed)
    with pytest.raises(StorageError):
        ledger.append("run", {})
    monkeypatch.undo()
    assert ledger.verify().checkpoint.rows == 1 and not ledger.is_without_checkpoint()
    assert ledger.append("run", {}).rows == 2


@pytest.mark.parametrize("left", range(ROWS))
def test_a_cut_off_end_shows_against_a_checkpoint_elsewhere(ledger: Ledger, left: int) -> None:
    """Where the one beside the ledger was put back as well."""
    anchor = ledger.anchor()
    put_back(ledger, left)
    assert ledger.verify().checkpoint.rows == left
    with pytest.raises(DatasetError, match=f"has {left} rows, and had 5 .*: {5 - left} are miss"):
        ledger.verify(anchor)


def test_what_was_written_anew_shows_against_a_checkpoint(ledger: Ledger, tmp_path: Path) -> None:
    anchor = ledger.anchor()
    forged = Ledger(tmp_path / "forged", clock(*range(ROWS + 1)))
    forged.path.parent.mkdir()
    for _ in range(ROWS + 1):
        forged.append("run", {})
    with pytest.raises(DatasetError, match="row 4 is another than at the checkpoint"):
        forged.verify(anchor)
    ledger.append("run", {})
    assert ledger.verify(anchor).checkpoint.rows == ROWS + 1


def test_every_flipped_bit_is_found(ledger: Ledger) -> None:
    anchor, content = ledger.anchor(), ledger.path.read_bytes()
    for offset in range(0, len(content), 7):
        changed = bytearray(content)
        changed[offset] ^= 1 << offset % 8
        ledger.path.write_bytes(changed)
        with pytest.raises(DatasetError):
            ledger.verify(anchor)


def test_a_torn_last_line_is_dropped_by_the_next_append(ledger: Ledger) -> None:
    content, last = ledger.path.read_bytes(), lines(ledger)[-1]
    for kept in (0, 1, len(last) // 2, len(last) - 1):
        put_back(ledger, ROWS - 1)  # the checkpoint is written when the row is finished
        ledger.path.write_bytes(content[: len(content) - len(last) + kept])
        verified = ledger.verify()
        assert (verified.checkpoint.rows, verified.torn_bytes) == (ROWS - 1, kept)
        Ledger(ledger.path.parent, clock(50)).append("run", {"after": "a crash"})
        assert ledger.verify().checkpoint.rows == ROWS and ledger.verify().torn_bytes == 0
        assert list(ledger.rows())[-1]["detail"] == {"after": "a crash"}


def test_a_crash_in_the_first_line(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.path.write_bytes(b'{"at":"20')
    assert ledger.verify().torn_bytes == 9
    ledger.append("run", {})
    assert ledger.verify().checkpoint.rows == 1


def test_only_a_torn_line_is_mended(ledger: Ledger) -> None:
    damaged = ledger.path.read_bytes()[:-10] + b"\n"
    ledger.path.write_bytes(damaged)
    with pytest.raises(DatasetError, match="the last row does not hold"):
        ledger.append("run", {})
    assert ledger.path.read_bytes() == damaged


def test_a_last_line_longer_than_a_block(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.append("run", {"text": "x" * 200_000})
    ledger.append("run", {})
    assert ledger.verify().checkpoint.rows == 2


def test_a_clock_that_is_set_back_is_recorded(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, clock(30, 10, 10, 20))
    for _ in range(4):
        ledger.append("run", {})
    notes = [row.get("clock") for row in ledger.rows()]
    assert notes == [None, "set back: 20 s earlier than the row before", None, None]
    softened = ledger.path.read_bytes().replace(b"set back: 20 s", b"set back: 2 s")
    ledger.path.write_bytes(softened)
    with pytest.raises(DatasetError, match="row 1 does not hold: its time is"):
        ledger.verify()


def test_one_writer_at_a_time(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "_PATIENCE", 0.1)
    program = (
        "import fcntl, sys\n"
        f"file = open({str(ledger.path)!r}, 'a')\n"
        "fcntl.flock(file, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdin and other.stdout
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(DatasetError, match="somebody else is writing"):
            ledger.append("run", {})
        other.stdin.close()
    ledger.append("run", {})


def test_writers_wait_for_each_other(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from clearreel.stores.ledger import Ledger\n"
        "for number in range(20):\n"
        "    Ledger(Path(sys.argv[1])).append('run', {'number': number}, {'by': sys.argv[2]})\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", program, tmp_path, name]) for name in ("Ada", "Bob")
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    ledger = Ledger(tmp_path)
    assert ledger.verify().checkpoint.rows == 40
    names = [ledger.name_of(row["people"]["by"]) for row in ledger.rows()]
    assert sorted(map(str, names)) == ["Ada"] * 20 + ["Bob"] * 20


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        Ledger(tmp_path / "gone").append("run", {})


def test_people_can_be_erased_and_the_ledger_still_verifies(ledger: Ledger) -> None:
    ledger.append("run", {}, {"operator": "Ada Lovelace", "lawyer": "Grace Hopper"})
    anchor = ledger.anchor()
    commitments = {row["people"]["operator"] for row in ledger.rows()}
    [ada] = commitments
    assert ledger.name_of(ada) == "Ada Lovelace"
    assert b"Ada" not in ledger.path.read_bytes()
    assert (ledger.path.parent / PEOPLE).stat().st_mode & 0o77 == 0
    assert ledger.erase("Ada Lovelace") and not ledger.erase("Ada Lovelace")
    folder = ledger.path.parent
    assert not any(b"Ada" in path.read_bytes() for path in folder.iterdir())
    assert ledger.name_of(ada) is None
    assert ledger.verify(anchor).checkpoint == anchor
    ledger.append("run", {}, {"operator": "Ada Lovelace"})
    assert list(ledger.rows())[-1]["people"]["operator"] != ada, "the erased salt is of no use"


def test_a_name_that_was_exchanged_is_found(ledger: Ledger) -> None:
    path = ledger.path.parent / PEOPLE
    path.write_text(path.read_text("utf-8").replace("Lovelace", "Byron"), "utf-8")
    with pytest.raises(DatasetError, match="not the one that was committed to"):
        ledger.name_of("")


def test_a_checkpoint_can_be_written_down(ledger: Ledger) -> None:
    anchor = ledger.anchor()
    assert Checkpoint.parse(f" {anchor}\n") == anchor
    for text in ("", "clearreel-ledger 5", f"{anchor}0", str(anchor).replace("5", "-5", 1)):
        with pytest.raises(UsageError, match="is no checkpoint"):
            Checkpoint.parse(text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(VALUES)
@settings(max_examples=200)
def test_canonical_json_has_one_form(value: object) -> None:
    try:
        content = canonical(value)
    except ValueError:  # a surrogate alone has no form
        return
    assert from_canonical(content) == value
    spaced = json.dumps(value, indent=1).encode()
    if spaced != content:
        with pytest.raises(ValueError, match="canonical"):
            from_canonical(spaced)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b'{"a":1,"a":1}', b"1.0", b'"\\u0041"', b"\xff", b"NaN", b"[" * 100_000, b"1 "],
)
def test_what_is_not_canonical_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):
        from_canonical(content)
